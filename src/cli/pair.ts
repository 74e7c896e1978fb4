import { setTimeout as pause } from 'node:timers/promises';
import { processClock, type Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { isRole } from '../chat/access/authorise.ts';
import { createPairing, type Pairing, type PairingCode } from '../chat/pairing/pairing.ts';
import { PERSONAL_CHANNELS, ROLES, type Config } from '../config/config.ts';
import { openBeside } from '../store/beside.ts';
import { createPairedOperators } from '../store/operators.ts';
import { codeText, pairingEndText, waitingText, type PairingEnd } from '../text/chat/access.ts';
import { findConfig } from './config/find-config.ts';
import { applyTimezone } from './timezone.ts';

const POLL_MS = 300;

/**
 * `lifeline pair`: shows a one-time code and waits until somebody has sent it to the running bot. Leaves the exit code
 * 0 when somebody was paired, and 1 when nobody was.
 * @throws UserError when the configuration is invalid or has no channel to send the code on, or an option makes no
 * sense.
 */
export const pair = async ({
  config: file,
  role,
  name,
}: {
  config?: string;
  role?: string;
  name?: string;
}): Promise<void> => {
  const { config } = findConfig(file);
  applyTimezone(config);
  const { locale } = config;
  const channels = PERSONAL_CHANNELS.filter((channel) => config.channels[channel] !== undefined);
  if (channels.length === 0)
    throw new UserError(
      'CONFIG_NO_CHANNEL',
      `No code could be sent to Lifeline: ${config.file} sets up neither of ${PERSONAL_CHANNELS.map((channel) => `channels.${channel}`).join(', ')}. Set one of them up first: lifeline init.`,
    );
  const clock = processClock();
  const gone = untilGone();
  const db = openBeside(config.dataDir);
  try {
    const paired = createPairedOperators(db);
    const pairing = createPairing(db, { configured: config.operators, paired });
    const known = [...config.operators, ...paired.list()];
    const first = known.length === 0;
    const person = readName(name);
    // A further channel of a known person gets the same rights.
    const same = known.find((each) => each.name === person)?.role;
    const offer = { role: readRole(role ?? same, first), name: person, madeBy: 'pair' } as const;
    const code = pairing.begin(offer, clock.now());
    print(codeText({ ...code, role: offer.role, channels, first }, locale, clock.now()), waitingText(locale));
    const end = await endOf(pairing, code, clock, gone.signal);
    print(pairingEndText(end, locale, clock.now()));
    if (end.kind !== 'paired') process.exitCode = 1;
  } finally {
    gone.forget();
    db.close();
  }
};

/** Ctrl-C ends the waiting and not the process, from before the code is shown. */
const untilGone = (): { readonly signal: AbortSignal; forget(): void } => {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, leave);
  return { signal: gone.signal, forget: () => signals.forEach((signal) => process.off(signal, leave)) };
};

/** The first person must be able to pair others, so the first is an admin. */
const readRole = (role: string | undefined, first: boolean): Config['operators'][number]['role'] => {
  if (role === undefined) return first ? 'admin' : 'operator';
  if (!isRole(role)) throw new UserError('USAGE_ROLE', `There is no role "${role}". Known: ${ROLES.join(', ')}.`);
  return role;
};

const readName = (name: string | undefined): string | null => {
  if (name === undefined) return null;
  const given = name.trim();
  if (!/^\P{Cc}{1,40}$/u.test(given)) throw new UserError('USAGE_NAME', 'A name has 1 to 40 characters.');
  return given;
};

/** Asks the database until the code was used or has expired: the bot is another process. */
const endOf = async (
  pairing: Pairing,
  { id, expiresAt }: PairingCode,
  clock: Clock,
  gone: AbortSignal,
): Promise<PairingEnd> => {
  while (!gone.aborted) {
    const latest = pairing.state(clock.now());
    if (latest?.id !== id) return { kind: 'replaced' };
    if (latest.is === 'used' && latest.paired) return { kind: 'paired', ...latest.paired };
    if (latest.is === 'out_of_tries') return { kind: 'out_of_tries', nextAt: null };
    if (latest.is === 'expired') return { kind: 'expired' };
    await pause(POLL_MS, undefined, { signal: gone }).catch(() => undefined);
  }
  return { kind: 'left', until: expiresAt };
};

const print = (...lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};
