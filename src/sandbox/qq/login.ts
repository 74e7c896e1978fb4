/** Identify and Resume: decides what the platform answers (facts/qq.md §2.3, §2.5, §2.6). */
import { takePending, type Bot } from './bot.ts';
import type { LoginFault } from './faults.ts';
import { refusedIntents } from './intents.ts';
import { createSession, eventOf, type DispatchFrame, type Session } from './session.ts';

export type LoginAnswer =
  | { readonly kind: 'in'; readonly session: Session; readonly frames: readonly DispatchFrame[] }
  | { readonly kind: 'refused'; readonly fault: LoginFault };

const KEPT_SESSIONS = 20;

const close = (code: number): LoginAnswer => ({ kind: 'refused', fault: { kind: 'close', code } });

/** The token in `d.token`, without its prefix; null for the retired form and anything else. */
export const tokenOf = (value: unknown): string | null => (typeof value === 'string' ? (/^QQBot (\S+)$/.exec(value)?.[1] ?? null) : null);

export const identify = (bot: Bot, d: Record<string, unknown>): LoginAnswer => {
  if (bot.faults.identify) return { kind: 'refused', fault: bot.faults.identify };
  const refused = refusedIntents(d['intents'], bot.grantedIntents);
  if (refused) return close(refused);
  const session = createSession(Number(d['intents']));
  bot.sessions.set(session.id, session);
  for (const id of bot.sessions.keys()) if (bot.sessions.size > KEPT_SESSIONS) bot.sessions.delete(id);
  const ready = session.number(
    eventOf('READY', { version: 1, session_id: session.id, user: { id: bot.account.appId, username: bot.account.name, bot: true }, shard: [0, 0] }),
  );
  return { kind: 'in', session, frames: [ready, ...takePending(bot, session.intents).map((event) => session.record(event))] };
};

/** What was missed comes first, RESUMED after it. */
export const resume = (bot: Bot, d: Record<string, unknown>): LoginAnswer => {
  if (bot.faults.resume) return { kind: 'refused', fault: bot.faults.resume };
  const session = bot.sessions.get(String(d['session_id']));
  if (!session) return close(4006);
  if (session.after(d['seq']) === null) return close(4007);
  for (const event of takePending(bot, session.intents)) session.record(event);
  const missed = session.after(d['seq']) ?? [];
  return { kind: 'in', session, frames: [...missed, session.number(eventOf('RESUMED', ''))] };
};
