/** Decides by which ways a message may reach a person now, the best first (docs/facts/qq.md 4.5). Pure. */
import type { PushFix } from './refusal-codes.ts';
import type { ReplyWindow } from './reply-window.ts';

export type Way =
  | { readonly kind: 'answer'; readonly replyWindow: Pick<ReplyWindow, 'id' | 'kind' | 'innerId'> }
  | { readonly kind: 'push' }
  | { readonly kind: 'wakeup'; readonly period: number };

export interface Situation {
  readonly now: number;
  /** Nobody asked for the message: one answer of each reply window is left for commands. */
  readonly unasked: boolean;
  /** The reply window of the message that is answered; null: it answers none, or the window is closed. */
  readonly own: Pick<ReplyWindow, 'id' | 'kind' | 'innerId'> | null;
  /** The open reply windows of this chat, the newest first. */
  readonly replyWindows: readonly ReplyWindow[];
  /** Groups take only answers. */
  readonly group: boolean;
  /** An alert for a group: it goes out only where the group's owner allows that, which nothing but a try tells. */
  readonly groupAlert?: boolean;
  readonly push: PushState;
  /** The period whose recall message may be spent on this; null: none, or not for this. */
  readonly wakeup: number | null;
}

export type PushState =
  | { readonly kind: 'open' }
  /** A person must do something first. */
  | { readonly kind: 'closed'; readonly fix: PushFix }
  /** Closed for long: what a person mends in the console, nobody tells the bot. */
  | { readonly kind: 'closed_try'; readonly fix: PushFix }
  /** The quota says wait. */
  | { readonly kind: 'wait'; readonly ms: number };

/** How often one message or event can be answered one-to-one. For events nobody says; it is taken as the same. */
export const ANSWERS = 4;
/** The window that every document names. */
const CERTAIN_MS = 5 * 60_000;
/** Each window that QQ has closed costs a call. */
const MOST_WINDOWS = 3;

export const sendStrategy = ({
  now,
  unasked,
  own,
  replyWindows,
  group,
  groupAlert = false,
  push,
  wakeup,
}: Situation): readonly Way[] => {
  const usable = replyWindows.filter(
    ({ id, used, closed }) => !closed && used < (unasked ? ANSWERS - 1 : ANSWERS) && id !== own?.id,
  );
  const messages = usable.filter(({ kind }) => kind === 'message');
  const answers = (list: readonly ReplyWindow[]): Way[] =>
    list.slice(0, MOST_WINDOWS).map((replyWindow) => ({ kind: 'answer', replyWindow }));
  const fresh = answers(messages.filter(({ at }) => now - at <= CERTAIN_MS));
  const older = answers(messages.filter(({ at }) => now - at > CERTAIN_MS));
  const events = answers(usable.filter(({ kind }) => kind === 'event'));
  const first: Way[] = own ? [{ kind: 'answer', replyWindow: own }] : [];
  if (group) return groupAlert && push.kind === 'open' ? [...first, { kind: 'push' }] : first;
  return [
    ...first,
    ...fresh,
    ...(push.kind === 'open' ? [{ kind: 'push' } as const] : []),
    ...older,
    ...events,
    ...(push.kind === 'closed_try' ? [{ kind: 'push' } as const] : []),
    ...(wakeup === null ? [] : [{ kind: 'wakeup', period: wakeup } as const]),
  ];
};

/** Names a way among those of one message. */
export const wayName = (way: Way): string => (way.kind === 'answer' ? `answer ${way.replyWindow.id}` : way.kind);
