/**
 * Sends one part of a message by each way of the strategy until it has arrived or no way is left. What each refusal of
 * QQ (`judge-answer.ts`) changes is decided at the end of `sendPart`.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { Fix, Recipient } from '../../channel.ts';
import type { Locale } from '../../../text/locale.ts';
import type { Api } from '../api.ts';
import { renderQqMessage, type MessagePart } from '../content/render.ts';
import { repaired, shapeName, type Shape } from '../content/shape.ts';
import { FIX_REASONS, GROUP_PUSH_REASON, type PushFix } from './refusal-codes.ts';
import { judgeAnswer, type SendJudgement } from './judge-answer.ts';
import { ANSWERS, sendStrategy, wayName, type PushState, type Way } from './send-strategy.ts';
import type { MissingCapabilities } from './capabilities.ts';
import type { Parts, TriedSend } from './parts.ts';
import { wakeupPeriod, type People } from './people.ts';
import { LIMITED_MS, type Pushes } from './push-state.ts';
import { chatOf, type ReplyWindows } from './reply-window.ts';

export interface PartJob {
  readonly to: Recipient;
  readonly key: string;
  readonly index: number;
  readonly part: MessagePart;
  readonly shape: Shape;
  /** Whether the part may use the recall message of the period. */
  readonly lastResort: boolean;
  /** An alert that goes to a group. */
  readonly groupAlert?: boolean;
}

export type PartResult =
  | { readonly kind: 'delivered'; readonly messageId: string; readonly quoteId: string; readonly by: Way['kind'] }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number; readonly limited: boolean }
  | { readonly kind: 'offline'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly fix?: Fix };

export interface SendContext {
  readonly api: Api;
  readonly clock: Clock;
  readonly locale: Locale;
  readonly replyWindows: ReplyWindows;
  readonly people: People;
  readonly pushes: Pushes;
  readonly missing: MissingCapabilities;
  readonly parts: Parts;
}

const TRANSIENT_MS = 5_000;
/** "Five a second" is worth waiting for. */
const SHORT_WAIT_MS = 1_100;
/** Groups let more answers through, within a shorter time. */
const GROUP_ANSWERS = 5;

const address = ({ user, group }: Recipient): string =>
  group === undefined
    ? `/v2/users/${encodeURIComponent(user)}/messages`
    : `/v2/groups/${encodeURIComponent(group)}/messages`;

const idFields = (way: Way): Record<string, unknown> => {
  if (way.kind === 'wakeup') return { is_wakeup: true };
  if (way.kind === 'push') return {};
  return way.replyWindow.kind === 'message' ? { msg_id: way.replyWindow.id } : { event_id: way.replyWindow.id };
};

/**
 * `msg_seq`: the same for every try of one part in one shape, so that the platform drops a repeat of what arrived;
 * different for a changed text, so that it does not drop that. 1 … 2^31−1.
 */
export const sequenceNumber = (key: string, part: number, shape: string): number =>
  (createHash('sha256').update(`${key}\n${part}\n${shape}`).digest().readUInt32BE(0) % 0x7fff_ffff) + 1;

export const sendPart = async (post: SendContext, job: PartJob): Promise<PartResult> => {
  const { to, key, index } = job;
  const { api, clock, locale, replyWindows, people, pushes, missing, parts } = post;
  const chat = chatOf(to);
  const before = parts.get(key, index);
  if (before?.state === 'delivered')
    return { kind: 'delivered', messageId: before.messageId, quoteId: before.quoteId, by: 'answer' };
  /** An earlier try of which nobody knows whether it arrived. */
  const unsure = before?.tried ?? null;

  const own = (): TriedSend['replyWindow'] => {
    if (to.replyTo === undefined) return null;
    const replyWindow = replyWindows.find(chat, to.replyTo);
    // A window that was never stored may be open all the same.
    if (!replyWindow) return { id: to.replyTo, kind: 'message', innerId: null };
    return replyWindow.closed || replyWindow.used >= (to.group === undefined ? ANSWERS : GROUP_ANSWERS)
      ? null
      : replyWindow;
  };

  const tried = new Set<string>();
  const pushState = () => pushes.state(to.user, clock.now());

  /**
   * Returns whether a push may go out, after a pause where a short one helps. Asked again after each pause, because
   * another push may have taken the place meanwhile. A part that can still be sent as an answer does not wait.
   */
  const pushStateInTime = async (): Promise<PushState> => {
    for (;;) {
      const state = pushState();
      if (to.group !== undefined || state.kind !== 'wait' || state.ms > SHORT_WAIT_MS) return state;
      if (to.replyTo !== undefined && waysNow(state).some((way) => way.kind === 'answer' && !tried.has(wayName(way))))
        return state;
      await clock.sleep(state.ms);
    }
  };

  const waysNow = (push: PushState): readonly Way[] => {
    const now = clock.now();
    const mayWake = job.lastResort && push.kind !== 'wait' && !('fix' in push && push.fix === 'add_friend');
    const ways = sendStrategy({
      now,
      unasked: to.replyTo === undefined,
      own: own(),
      replyWindows: replyWindows.of(chat, now),
      group: to.group !== undefined,
      groupAlert: job.groupAlert ?? false,
      push,
      wakeup: mayWake ? wakeupPeriod(people.get(to.user), now) : null,
    });
    // By the same way QQ knows it again, if it has arrived.
    return unsure?.replyWindow ? [{ kind: 'answer', replyWindow: unsure.replyWindow }, ...ways] : ways;
  };

  /** Makes one call by one way, and counts what the call uses before it goes out. */
  const call = async (way: Way, shape: Shape): Promise<SendJudgement> => {
    const now = clock.now();
    const replyWindow = way.kind === 'answer' ? way.replyWindow : null;
    const again = replyWindow !== null && replyWindow.id === unsure?.replyWindow?.id;
    const wakeupBefore = people.get(to.user).wakeup;
    parts.sending(key, index, { replyWindow, shape }, now);
    const taken = way.kind === 'push' ? pushes.take(to.user, now) : null;
    if (way.kind === 'wakeup') people.spendWakeup(to.user, way.period);
    const body = {
      ...renderQqMessage(job.part, shape, to.user, locale),
      msg_seq: sequenceNumber(key, index, shapeName({ ...shape, repeat: false })),
      ...idFields(way),
    };
    const judged = judgeAnswer(await api('POST', address(to), body));
    const out = judged.kind === 'delivered' || judged.kind === 'unsure';
    if (replyWindow && out && !again) replyWindows.use(replyWindow.id);
    if (judged.kind === 'delivered') parts.delivered(key, index, judged.messageId, judged.quoteId);
    if (out) {
      taken?.answered(clock.now());
      return judged;
    }
    taken?.giveBack();
    if (way.kind === 'wakeup' && judged.kind !== 'no_wakeup') people.spendWakeup(to.user, wakeupBefore);
    // The try before may have arrived although this one did not.
    if (unsure) parts.sending(key, index, unsure, now);
    else parts.failed(key, index);
    return judged;
  };

  let usual = job.shape;
  /** By one way, in plainer and plainer shapes until QQ takes it or refuses it for another reason. */
  const by = async (way: Way): Promise<SendJudgement> => {
    const again = way.kind === 'answer' && way.replyWindow.id === unsure?.replyWindow?.id;
    let shape = again && unsure ? unsure.shape : { ...usual, repeat: unsure !== null };
    for (;;) {
      const judged = await call(way, shape);
      const repair = judged.kind === 'content' ? repaired(shape, judged.fault) : null;
      if (!repair) return judged;
      shape = repair.shape;
      usual = shape;
      if (repair.missing) missing.note(repair.missing, clock.now());
    }
  };

  let limited: string | null = null;
  let fix: PushFix | null = null;
  let failure = 'QQ takes no message here but an answer, and there is nothing to answer';
  /** The push state by which the last way was chosen. */
  let push: PushState;
  for (;;) {
    push = await pushStateInTime();
    const way = waysNow(push).find(
      (each) => !tried.has(wayName(each)) && !(each.kind === 'wakeup' && limited !== null),
    );
    if (!way) break;
    tried.add(wayName(way));
    let judged = await by(way);
    if (judged.kind === 'event_unknown' && way.kind === 'answer' && way.replyWindow.innerId !== null) {
      judged = await by({
        kind: 'answer',
        replyWindow: { ...way.replyWindow, id: way.replyWindow.innerId, innerId: null },
      });
    }
    switch (judged.kind) {
      case 'delivered':
        if (way.kind === 'push') pushes.took(to.user);
        return { ...judged, by: way.kind };
      case 'unsure':
      case 'passing':
        return { kind: 'retry', reason: judged.reason, afterMs: TRANSIENT_MS, limited: false };
      case 'limited':
        return { kind: 'retry', reason: judged.reason, afterMs: LIMITED_MS, limited: true };
      case 'offline':
        return judged;
      case 'refused':
      case 'content':
        return {
          kind: 'refused',
          reason: judged.reason,
          ...('fix' in judged && judged.fix ? { fix: judged.fix } : {}),
        };
      case 'window_closed':
      case 'event_unknown':
        if (way.kind === 'answer') replyWindows.close(way.replyWindow.id);
        break;
      case 'push_limited':
        limited = judged.reason;
        pushes.limited(to.user, clock.now());
        break;
      case 'no_push':
        fix = judged.fix;
        if (to.group === undefined) pushes.refused(to.user, judged.fix, clock.now());
        break;
      case 'no_wakeup':
      case 'unknown':
        break;
    }
    failure =
      judged.kind === 'no_push' && to.group !== undefined
        ? judged.reason.replace(FIX_REASONS[judged.fix], GROUP_PUSH_REASON)
        : judged.reason;
  }
  if (to.group !== undefined) return { kind: 'refused', reason: failure };
  if (push.kind === 'wait')
    return {
      kind: 'retry',
      reason: limited ?? "the quota of QQ for this bot's own messages is used up",
      afterMs: push.ms,
      limited: false,
    };
  const mend = push.kind === 'open' ? fix : push.fix;
  return mend === null
    ? { kind: 'refused', reason: failure }
    : { kind: 'refused', reason: FIX_REASONS[mend], fix: mend };
};
