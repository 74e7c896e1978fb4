/** Judges what a message says that it answers (docs/facts/qq.md 4.2). */
import type { Answer } from './answers.ts';
import type { Bot } from './bot.ts';
import { refusal } from './codes.ts';
import type { Target, Ticket } from './exchange.ts';

const WINDOW = { user: { ms: 60 * 60_000, replies: 4 }, group: { ms: 5 * 60_000, replies: 5 } } as const;
const ANSWERED_EVENTS = {
  user: ['INTERACTION_CREATE', 'C2C_MSG_RECEIVE', 'FRIEND_ADD'],
  group: ['INTERACTION_CREATE', 'GROUP_ADD_ROBOT', 'GROUP_MSG_RECEIVE'],
} as const;

export type TicketClaim = { readonly kind: Ticket['kind']; readonly id: string; readonly seq: number };

/** What a message says that it answers; `msg_id` goes before `event_id`. Null for one that answers nothing. */
export const claimOf = (body: Readonly<Record<string, unknown>>): TicketClaim | null => {
  const seq = Number(body['msg_seq'] ?? 1);
  if (typeof body['msg_id'] === 'string' && body['msg_id']) return { kind: 'message', id: body['msg_id'], seq };
  if (typeof body['event_id'] === 'string' && body['event_id']) return { kind: 'event', id: body['event_id'], seq };
  return null;
};

/** Lets the bot answer whatever has this id. */
export const openTicket = (bot: Bot, id: string, ticket: Omit<Ticket, 'used'>): void => {
  bot.tickets.set(id, { ...ticket, used: new Set() });
};

/** @returns the refusal, or null when the answer may go out; `spendTicket` then counts it. */
export const refusedReply = (
  { tickets, rules }: Bot,
  target: Target,
  claim: TicketClaim,
  now: number,
): Answer | null => {
  const ticket = tickets.get(claim.id);
  const event = claim.kind === 'event';
  const own =
    ticket?.kind === claim.kind && ticket.target.kind === target.kind && ticket.target.openid === target.openid;
  if (!own) return rules.ownTickets ? refusal(event ? 40034025 : 40034024) : null;
  const { ms, replies } = WINDOW[target.kind];
  const answered: readonly string[] = ANSWERED_EVENTS[target.kind];
  if (rules.replyEvents && ticket.t !== null && !answered.includes(ticket.t)) return refusal(40034027);
  if (rules.uniqueSeq && ticket.used.has(claim.seq)) return refusal(40054005);
  if (rules.replyWindows && now - ticket.at > ms) return refusal(event ? 40034026 : 40034005);
  if (rules.replyCounts && ticket.used.size >= replies) return refusal(40034128);
  return null;
};

export const spendTicket = (bot: Bot, { id, seq }: TicketClaim): void => {
  bot.tickets.get(id)?.used.add(seq);
};
