/**
 * OpenClaw's lines that tell of conversations (docs/facts/openclaw.md 5.3, 5.4, 7): what came in, what was answered,
 * and what failed in between. What somebody wrote is not taken from them.
 */
import type { ConversationFact, LinkName } from '../../diagnosis/evidence.ts';
import { chatHash, faultIn } from '../conversation.ts';
import { channelOf, type LinkNames } from './accounts.ts';
import type { Groups } from './link-grammar.ts';
import type { LogLine } from './log-line.ts';

interface Pattern {
  readonly message: RegExp;
  readonly fact: (link: LinkName, groups: Groups) => ConversationFact;
  /** The line has the words of an error. */
  readonly tells?: true;
}

const failed =
  (step: 'failed' | 'unsent') =>
  (link: LinkName): ConversationFact => ({ kind: 'conversation', step, on: link });

/** Behind `feishu[account]: `. A message that is no question, as a command, has no dispatch or no replies. */
const FEISHU: readonly Pattern[] = [
  {
    message: /^dispatching to agent(?: \(session=(?<chat>[^)\s]{1,200})\))?/,
    fact: (link, { chat }) => ({
      kind: 'conversation',
      step: 'asked',
      on: link,
      ...(chat === undefined ? {} : { chat: chatHash(chat) }),
    }),
  },
  {
    message: /^dispatch complete \([^)]{0,100}?replies=(?<replies>\d{1,6})\)/,
    fact: (link, { replies }) => ({
      kind: 'conversation',
      step: Number(replies) > 0 ? 'answered' : 'settled',
      on: link,
    }),
  },
  { message: /^failed to dispatch message: /, fact: failed('failed'), tells: true },
  { message: /^(?:final |block |tool )?reply failed: /, fact: failed('unsent'), tells: true },
];

/** Behind the tags. Its answers cannot be told from other lines. */
const QQ: readonly Pattern[] = [{ message: /^Message processor error for /, fact: failed('failed') }];

const FEISHU_TAG = /^(?:feishu\[(?<account>[^\]\n]{0,100})\]:? )?/;
const QQ_TAG = /^\[(?:qqbot:)?(?<account>[^\]:\n]{0,100})\] /;

const STALLED =
  /^(?:stuck|stalled) session: (?:[^\n]{0,300}? )?sessionKey=(?<session>\S{1,300}) state=processing age=(?<age>\d{1,9})s queueDepth=(?<queue>\d{1,6})/;
const FREED = 'stuck session recovery: action=abort';
const MODEL_FAILED = /^(?:embedded run agent end: [^\n]{0,300}?isError=true|embedded run timeout: |FailoverError: )/;
const WORK = /^agents?(?:\/|$)|^tools?(?:\/|$)|^exec(?:\/|$)/;
const WORKS = 'long-running session: ';
const APPROVAL = /\bapproval (?:requested|pending)|\b(?:waiting|awaiting)[\w ]{0,20} approval\b/i;
/** A long turn writes thousands of lines. */
const WORKS_MS = 30_000;

export interface ConversationFound {
  readonly fact: ConversationFact;
  /** The line without what anybody wrote; null: all of it may be told. */
  readonly text: string | null;
}

/** The conversation that a session is for: `agent:main:feishu:direct:ou_1`; null: a job, or the main one. */
const linkOfSession = (session: string): LinkName | null =>
  /^agent:[^:]{1,100}:(?<link>[a-z][\w-]{0,39}):(?:direct|dm|group|channel|p2p):/.exec(session)?.groups?.['link'] ??
  null;

const stalled = (message: string): ConversationFound | null => {
  const { session = '', age, queue } = STALLED.exec(message)?.groups ?? {};
  const link = linkOfSession(session);
  // Nobody waits behind it, or it waits for somebody.
  if (link === null || Number(queue) < 1 || APPROVAL.test(message)) return null;
  return {
    fact: {
      kind: 'conversation',
      step: 'stalled',
      on: channelOf(link) ?? link,
      chat: chatHash(session),
      ms: Number(age) * 1_000,
    },
    text: `stalled session: age=${age ?? ''}s queueDepth=${queue ?? ''}`,
  };
};

/** @returns a reader of the lines of one log: it remembers when the agent was last seen at work. */
export const createConversationReader = (names: LinkNames) => {
  let workedAt = -Infinity;
  const works = ({ at }: LogLine, step: 'works' | 'waits'): ConversationFound | null => {
    if (step === 'works' && at >= workedAt && at - workedAt < WORKS_MS) return null;
    workedAt = at;
    return { fact: { kind: 'conversation', step, on: null }, text: step === 'works' ? 'the agent works' : 'approval' };
  };
  return (line: LogLine): ConversationFound | null => {
    const { subsystem, message } = line;
    if (subsystem === null) return null;
    if (subsystem === 'diagnostic') {
      if (message.startsWith(WORKS)) return works(line, 'works');
      return message.startsWith(FREED)
        ? { fact: { kind: 'conversation', step: 'freed', on: null }, text: null }
        : stalled(message);
    }
    if (WORK.test(subsystem)) {
      if (!MODEL_FAILED.test(message)) return works(line, APPROVAL.test(message) ? 'waits' : 'works');
      return { fact: { kind: 'conversation', step: 'failed', on: null, fault: faultIn(message) }, text: null };
    }
    const channel = channelOf(/^(?:gateway\/)?(?:channels\/)?([\w-]+)$/.exec(subsystem)?.[1] ?? '');
    if (channel !== 'feishu' && channel !== 'qqbot') return null;
    const tag = (channel === 'feishu' ? FEISHU_TAG : QQ_TAG).exec(message);
    const rest = message.slice(tag?.[0].length ?? 0);
    for (const { message: pattern, fact, tells } of channel === 'feishu' ? FEISHU : QQ) {
      const match = pattern.exec(rest);
      const link = match && names.of(channel, tag?.groups?.['account'] ?? null);
      if (match && link !== null)
        return {
          fact: fact(link, match.groups ?? {}),
          text: tells ? null : (/^[^(:]{0,60}/.exec(rest)?.[0].trim() ?? ''),
        };
    }
    return null;
  };
};
