/**
 * A crontab entry that restarts the gateway by a rule of its own: the commonest reason for restarts of a healthy one
 * (#7213).
 */
import { UserError } from '../../base/errors.ts';
import { wordsOf } from '../../supervisors/run-command.ts';
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';

/**
 * What `crontab -l` says when there is no crontab: Vixie's cron and cronie say the first, busybox and dcron the others.
 * All exit with a failure.
 */
const NO_CRONTAB = /\bno crontab for\b|can't open '[^'\n]*': No such file|\bno crontab\b/i;

export const otherWatchdog: DoctorCheck<DoctorContext> = {
  name: 'other-watchdog',
  run: async ({ gateway, kind, run }) => {
    const output = await run(['crontab', '-l']);
    if (output.failure === 'not_found') return { skip: 'no_cron' };
    if (output.exitCode !== 0 && !NO_CRONTAB.test(output.stderr))
      throw new UserError('DOCTOR_CANNOT_ASK', `crontab cannot be asked (crontab -l): ${wordsOf(output)}`);
    return meddling(output.exitCode === 0 ? output.stdout : '', [kind.exam.named, gateway.unit]).map((line) => ({
      code: 'other_watchdog',
      gateway: gateway.name,
      severity: 'warning',
      line,
      commands: ['crontab -e'],
      fix: null,
    }));
  },
};

/**
 * Returns the entries that end or start the gateway; entries that only read do no harm. @param names by which an entry
 * may mean the gateway: those of its kind and of its unit
 */
export const meddling = (crontab: string, names: readonly (RegExp | string | null)[]): readonly string[] =>
  crontab
    .split(/\r?\n/)
    // cron itself takes no longer lines.
    .map((line) => line.trim().slice(0, 1_000))
    .filter((line) => !line.startsWith('#') && !/\blifeline\b/.test(line))
    .filter((line) =>
      names.some((name) => (name instanceof RegExp ? name.test(line) : name !== null && line.includes(name))),
    )
    .filter(
      (line) =>
        /\b(?:pkill|killall|kill|systemctl\b.*\b(?:restart|start|stop)|launchctl\b.*\b(?:kickstart|bootout|bootstrap|load))\b/.test(
          line,
        ) ||
        /gateway\s+(?:restart|start|stop|run)\b|--replace\b/.test(line) ||
        /(?:watchdog|keepalive|keep-alive|restart|revive)[\w-]*\.(?:sh|py)/i.test(line),
    )
    // An entry that runs at the start of the machine only does what a unit would.
    .filter((line) => !line.startsWith('@reboot'));
