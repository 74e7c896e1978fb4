/** Identify and Resume: decides what the platform answers (docs/facts/qq.md 2.3, 2.5, 2.6). */
import { takePending, type Bot } from './bot.ts';
import type { LoginFault } from './faults.ts';
import { refusedIntents } from './intents.ts';
import { usedUp } from './quota.ts';
import type { QqRules } from './rules.ts';
import { createSession, eventOf, type DispatchFrame, type Session } from './session.ts';

export type LoginAnswer =
  | { readonly kind: 'in'; readonly session: Session; readonly frames: readonly DispatchFrame[] }
  | { readonly kind: 'refused'; readonly fault: LoginFault };

const KEPT_SESSIONS = 20;
export const DAY_MS = 86_400_000;

const refused = (fault: LoginFault): LoginAnswer => ({ kind: 'refused', fault });
const close = (code: number): LoginAnswer => refused({ kind: 'close', code });
/** As the one real trace has it: op 9, and a while later the close. */
const op9 = (afterMs: number): LoginFault => ({ kind: 'op9', resumable: false, thenClose: 4903, afterMs });

/** The token in `d.token`, without its prefix; null for the retired form and anything else. */
export const tokenOf = (value: unknown): string | null =>
  typeof value === 'string' ? (/^QQBot (\S+)$/.exec(value)?.[1] ?? null) : null;

export const badToken = (how: QqRules['badToken'], graceMs: number): LoginFault =>
  how === 'close' ? { kind: 'close', code: 4004 } : op9(graceMs);

/** How many sessions the bot may still begin today. */
export const startsLeft = (bot: Bot, now: number): number =>
  Math.max(0, (bot.rules.sessionStarts ?? 1_500) - bot.sessionStarts.filter((at) => now - at < DAY_MS).length);

export const identify = (bot: Bot, d: Record<string, unknown>, now: number, graceMs: number): LoginAnswer => {
  const { faults, rules, sessionStarts } = bot;
  if (faults.identify) return refused(faults.identify);
  const wrongIntents = refusedIntents(d['intents'], bot.grantedIntents);
  if (wrongIntents) return close(wrongIntents);
  if (rules.identifiesPer5s !== null && usedUp([{ ms: 5_000, count: rules.identifiesPer5s }], sessionStarts, now))
    return close(4008);
  if (rules.sessionStarts !== null && startsLeft(bot, now) === 0) return refused(op9(graceMs));
  sessionStarts.push(now);
  const session = createSession(Number(d['intents']));
  bot.sessions.set(session.id, session);
  for (const id of bot.sessions.keys()) if (bot.sessions.size > KEPT_SESSIONS) bot.sessions.delete(id);
  const ready = session.number(
    eventOf('READY', {
      version: 1,
      session_id: session.id,
      user: { id: bot.account.appId, username: bot.account.name, bot: true },
      shard: [0, 0],
    }),
  );
  return {
    kind: 'in',
    session,
    frames: [ready, ...takePending(bot, session.intents).map((event) => session.record(event))],
  };
};

/** What was missed comes first, RESUMED after it. */
export const resume = (bot: Bot, d: Record<string, unknown>, graceMs: number): LoginAnswer => {
  const { faults, rules } = bot;
  if (faults.resume) return refused(faults.resume);
  const session = bot.sessions.get(String(d['session_id']));
  if (!session) return rules.unknownSession === 'op9' ? refused(op9(graceMs)) : close(rules.unknownSession);
  if (session.after(d['seq']) === null) return close(4007);
  if (!session.deaf()) for (const event of takePending(bot, session.intents)) session.record(event);
  const missed = faults.replay === 'everything' ? session.kept() : (session.after(d['seq']) ?? []);
  return { kind: 'in', session, frames: [...missed, session.number(eventOf('RESUMED', ''))] };
};
