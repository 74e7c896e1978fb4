/**
 * Passes commands on to hosts. A command is offered until the host claims it or its time is over; after that it is never
 * handed out again. So a command that nobody claimed was surely not done, and one that was claimed is done at most once.
 */
import { randomUUID } from 'node:crypto';
import type { Message } from '../../chat/message/message.ts';
import type { CommandContext } from '../../chat/command/command.ts';
import type { ReplyAddress } from '../../healing/treatment.ts';
import {
  compareFences,
  PROTOCOL,
  type Answer,
  type Claim,
  type ClaimReply,
  type Command,
  type Fence,
  type Notice,
} from '../messages.ts';

export type Relayed =
  /** null: the result comes later, as a notice. */
  | { readonly is: 'final'; readonly message: Message | null; readonly id: string }
  | { readonly is: 'ask'; readonly message: Message; readonly command: string; readonly label: string }
  /** The host's configuration does not let this hub command it, or it obeys a newer hub. Nothing was done. */
  | { readonly is: 'refused' }
  /** Two agents speak under its name, or it is not understood. Nothing was done. */
  | { readonly is: 'not_asked'; readonly why: string }
  /** It did not claim it in time. Nothing was done, and nothing will be. */
  | { readonly is: 'not_taken' }
  /** It has claimed it and said nothing since. */
  | { readonly is: 'unknown' };

export interface Asking {
  readonly host: string;
  readonly text: string;
  readonly by: CommandContext['by'];
  readonly operator: { readonly name: string; readonly role: 'viewer' | 'operator' | 'admin' };
  readonly answerTo: ReplyAddress;
  readonly say: (message: Message) => void;
}

export interface Relay {
  ask(asking: Asking): Promise<Relayed>;
  /** @returns null: this hub may not speak now, or knows nothing of it. */
  onClaim(host: string, claim: Claim): ClaimReply | null;
  /** @returns whether a person waits for it; otherwise the host keeps it in its own outbox. */
  onAnswer(host: string, answer: Answer): boolean;
  /** Waits for the result of a command whose answer comes later. @returns null: none came in time. */
  resultOf(id: string, withinMs: number): Promise<Notice | null>;
  onResult(host: string, id: string, notice: Notice): void;
}

export interface RelayOptions {
  readonly hub: string;
  readonly fence: Fence;
  readonly mayBegin: () => boolean;
  readonly publish: (host: string, command: Command) => void;
  /** Two clocks: one may jump, the other may stand still. */
  readonly now: () => { readonly wallMs: number; readonly monotonicMs: number };
  readonly limits?: Partial<typeof LIMITS>;
}

const LIMITS = {
  /** Until then a host may claim it. */
  claimMs: 12_000,
  offerEveryMs: 2_000,
  /** So long a host may take for its answer; its own commands have shorter limits. */
  answerMs: 90_000,
};

interface Pending {
  readonly asking: Asking;
  readonly since: { readonly wallMs: number; readonly monotonicMs: number };
  claimed: boolean;
  readonly settle: (relayed: Relayed) => void;
}

export const createRelay = ({ hub, fence, mayBegin, publish, now, limits = {} }: RelayOptions): Relay => {
  const { claimMs, offerEveryMs, answerMs } = { ...LIMITS, ...limits };
  const pending = new Map<string, Pending>();
  const results = new Map<string, { readonly host: string; readonly settle: (notice: Notice) => void }>();
  const hosts = new Map<string, string>();

  const elapsedMs = ({ since }: Pending): number => {
    const at = now();
    return Math.max(at.wallMs - since.wallMs, at.monotonicMs - since.monotonicMs);
  };

  return {
    ask: async (asking) => {
      const id = randomUUID();
      const { channel, user, group, replyTo } = asking.answerTo;
      const { promise, resolve } = Promise.withResolvers<Relayed>();
      const entry: Pending = { asking, since: now(), claimed: false, settle: resolve };
      pending.set(id, entry);
      hosts.set(id, asking.host);
      const offer = (): void => {
        if (!entry.claimed && mayBegin() && elapsedMs(entry) < claimMs)
          publish(asking.host, {
            v: PROTOCOL,
            id,
            hub,
            fence,
            text: asking.text,
            by: asking.by,
            operator: asking.operator,
            answerTo: {
              channel,
              user,
              ...(group === undefined ? {} : { group }),
              ...(replyTo === undefined ? {} : { replyTo }),
            },
          });
      };
      offer();
      const offering = setInterval(offer, offerEveryMs);
      const unclaimed = setTimeout(() => {
        clearInterval(offering);
        if (!entry.claimed) resolve({ is: 'not_taken' });
      }, claimMs);
      const unanswered = setTimeout(() => resolve({ is: 'unknown' }), claimMs + answerMs);
      try {
        return await promise;
      } finally {
        clearInterval(offering);
        clearTimeout(unclaimed);
        clearTimeout(unanswered);
        pending.delete(id);
        for (const old of [...hosts.keys()].slice(0, Math.max(0, hosts.size - 1_000))) hosts.delete(old);
      }
    },
    onClaim: (host, { id, fence: asked }) => {
      if (!mayBegin() || compareFences(asked, fence) !== 0) return null;
      const entry = pending.get(id);
      const refused: ClaimReply = { v: PROTOCOL, id, hub, fence, go: false };
      if (entry?.asking.host !== host || entry.claimed || elapsedMs(entry) >= claimMs) return refused;
      entry.claimed = true;
      return { ...refused, go: true };
    },
    onAnswer: (host, answer) => {
      const entry = pending.get(answer.id);
      if (entry?.asking.host !== host) return false;
      const { is, message, confirm, id } = answer;
      if (is === 'early') {
        if (message !== null) entry.asking.say(message);
      } else if (is === 'refused') entry.settle({ is: 'refused' });
      else if (is === 'ask' && message !== null && confirm !== null) entry.settle({ is: 'ask', message, ...confirm });
      else entry.settle({ is: 'final', message, id });
      return true;
    },
    resultOf: (id, withinMs) => {
      const { promise, resolve } = Promise.withResolvers<Notice | null>();
      const timer = setTimeout(() => resolve(null), withinMs);
      results.set(id, { host: hosts.get(id) ?? '', settle: resolve });
      return promise.finally(() => {
        clearTimeout(timer);
        results.delete(id);
      });
    },
    onResult: (host, id, notice) => {
      const waiting = results.get(id);
      if (waiting?.host === host) waiting.settle(notice);
    },
  };
};
