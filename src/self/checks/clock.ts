/**
 * This machine's clock against the platforms': old commands are refused, signatures hold an hour, and all times in
 * alerts are wrong with it.
 */
import { callJson } from '../../base/http.ts';
import { settingsOf } from '../../channels/feishu/options.ts';
import type { DoctorCheck } from '../../doctor/check.ts';
import type { SelfContext } from '../context.ts';
import { own } from '../own-finding.ts';

const LIMIT_MS = 8_000;
const NOTABLE_S = 60;
const BAD_S = 300;

export const clock: DoctorCheck<SelfContext> = {
  name: 'clock',
  run: async (context) => {
    if (context.network === false) return { skip: 'offline' };
    const origin = originOf(context);
    if (origin === null) return { skip: 'no_channel' };
    const seconds = await aheadOf(origin).catch(() => null);
    // The channel's own check tells that the platform cannot be reached.
    if (seconds === null) return { skip: 'no_time' };
    if (Math.abs(seconds) < NOTABLE_S) return [];
    const command = process.platform === 'darwin' ? 'sudo sntp -sS time.apple.com' : 'sudo timedatectl set-ntp true';
    return [
      own(
        Math.abs(seconds) < BAD_S ? 'warning' : 'error',
        { code: 'clock_skew', seconds, host: new URL(origin).host },
        [command],
      ),
    ];
  },
};

const originOf = ({ config: { channels }, logger }: SelfContext): string | null => {
  const { feishu, qq, webhook } = channels;
  if (feishu)
    return settingsOf({ appId: feishu.appId, appSecret: feishu.appSecret.reveal(), domain: feishu.domain, logger })
      .origin;
  const url = qq?.apiBase ?? webhook?.url;
  return url === undefined ? null : new URL(url).origin;
};

/**
 * How much this machine is ahead, in seconds; null: the other side does not tell its time. By the machine's own clock,
 * not a simulated one.
 */
const aheadOf = async (origin: string): Promise<number | null> => {
  const asked = Date.now();
  const { headers } = await callJson({
    method: 'HEAD',
    url: `${origin}/`,
    timeoutMs: LIMIT_MS,
  });
  const theirs = Date.parse(headers.date ?? '');
  return Number.isNaN(theirs) ? null : Math.round(((asked + Date.now()) / 2 - theirs) / 1_000);
};
