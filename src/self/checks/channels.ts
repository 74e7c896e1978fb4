/** Lifeline's own bots, tried for real: credentials, permissions, the long connection. Nobody gets a message for it. */
import { errorText, UserError } from '../../base/errors.ts';
import { callEndpoint } from '../../channels/feishu/link/endpoint.ts';
import { settingsOf, type FeishuOptions } from '../../channels/feishu/options.ts';
import { preflight } from '../../channels/feishu/preflight.ts';
import type { FeishuConfig } from '../../config/config.ts';
import type { DoctorCheck } from '../../doctor/check.ts';
import type { DoctorFinding } from '../../doctor/finding.ts';
import type { SelfContext } from '../context.ts';
import { own } from '../own-finding.ts';
import { probeQq } from '../probe-qq.ts';

const LIMIT_MS = 15_000;

export const feishuBot: DoctorCheck<SelfContext> = {
  name: 'feishu-bot',
  run: async (context) => {
    const { feishu } = context.config.channels;
    if (!feishu) return { skip: 'no_feishu' };
    return context.network === false
      ? { skip: 'offline' }
      : lookAtFeishu(feishu, context, AbortSignal.timeout(LIMIT_MS));
  },
};

const lookAtFeishu = async (
  { appId, appSecret, domain }: FeishuConfig,
  context: SelfContext,
  signal: AbortSignal,
): Promise<readonly DoctorFinding[]> => {
  const options: FeishuOptions = { appId, appSecret: appSecret.reveal(), domain, logger: context.logger };
  try {
    const { problems } = await preflight(options, { signal });
    const found = problems.map(({ about, text: said, fix }) => {
      if (about === 'platform') return unreachable('feishu', said, context);
      if (about === 'credentials')
        return own('error', { code: 'own_credentials', channel: 'feishu', said }, ['lifeline init']);
      return own('error', { code: 'own_not_ready', channel: 'feishu', said, todo: fix ?? null });
    });
    return found.some(({ code }) => code === 'own_unreachable' || code === 'own_credentials')
      ? found
      : [...found, ...(await longConnection(options, context, signal))];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [own('error', { code: 'own_credentials', channel: 'feishu', said: error.message }, ['lifeline init'])];
  }
};

/**
 * Not permitted, refused, unknown, too many (docs/facts/feishu.md 1.2). A running link recovers from the other codes by
 * itself.
 */
const LASTING = /\(code (?:403|514|1000040344|1000040350)\b/;

/** Asks Feishu where to connect to, and does not connect. */
const longConnection = async (
  options: FeishuOptions,
  context: SelfContext,
  signal: AbortSignal,
): Promise<readonly DoctorFinding[]> => {
  const settings = settingsOf(options);
  try {
    await callEndpoint(
      {
        url: `${settings.origin}/callback/ws/endpoint`,
        headers: { locale: 'zh' },
        data: { AppID: settings.appId, AppSecret: settings.appSecret },
      },
      settings,
      signal,
    );
    return [];
  } catch (error) {
    const said = errorText(error);
    return [
      LASTING.test(said)
        ? own('error', { code: 'own_no_long_connection', said })
        : unreachable('feishu', said, context),
    ];
  }
};

/** Each login takes one session of the day; a bot that is restarted in a loop uses them up (docs/facts/qq.md 2.1). */
const FEW_SESSIONS = 0.1;

export const qqBot: DoctorCheck<SelfContext> = {
  name: 'qq-bot',
  run: async (context) => {
    const { qq } = context.config.channels;
    if (!qq) return { skip: 'no_qq' };
    if (context.network === false) return { skip: 'offline' };
    const probe = await probeQq(qq, AbortSignal.timeout(LIMIT_MS));
    switch (probe.kind) {
      case 'good':
        return probe.sessions && probe.sessions.left < probe.sessions.total * FEW_SESSIONS
          ? [own('warning', { code: 'own_few_sessions', ...probe.sessions })]
          : [];
      case 'wrong':
        return [own('error', { code: 'own_credentials', channel: 'qq', said: probe.said }, ['lifeline init'])];
      case 'barred':
        return [own('error', { code: 'own_not_ready', channel: 'qq', said: probe.said, todo: null })];
      case 'unreachable':
        return [unreachable('qq', probe.said, context)];
    }
  },
};

/** Lifeline goes to the platforms directly: where only a proxy leads out, that is the reason. */
const unreachable = (channel: string, said: string, { env }: SelfContext): DoctorFinding =>
  own('error', {
    code: 'own_unreachable',
    channel,
    said,
    proxy: ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => env[name]),
  });
