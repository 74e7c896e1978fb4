/**
 * OpenClaw's lines that tell of conversations (docs/facts/openclaw.md 5.3, 5.4, 7): what came in, what was answered,
 * and what failed in between. What somebody wrote is not taken from them.
 */
import type { ConversationFact, LinkName } from '../../diagnosis/evidence.ts';
import { chatHash, faultIn } from '../conversation.ts';
import { judgedChannelOf, type ExaminedChannel, type LinkNames } from './accounts.ts';
import type { Groups } from './link-grammar.ts';
import type { LogLine } from './log-line.ts';

interface Pattern {
  readonly message: RegExp;
  readonly fact: (link: LinkName, groups: Groups) => ConversationFact;
  /** The line has the words of an error. */
  readonly tells?: true;
}

const on =
  (step: 'answered' | 'failed' | 'unsent') =>
  (link: LinkName): ConversationFact => ({ kind: 'conversation', step, on: link });

/** A message that no turn was made of, as where a plugin and the gateway are of different ages. */
const UNHANDLED_BY: Readonly<Record<ExaminedChannel, string>> = {
  feishu: 'failed to dispatch message: ',
  qqbot: 'Message processor error for ',
};

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
  { message: new RegExp(`^${UNHANDLED_BY.feishu}`), fact: on('failed'), tells: true },
  { message: /^(?:final |block |tool )?reply failed: /, fact: on('unsent'), tells: true },
];

/**
 * Behind the tags. Of its answers only those that are streamed show, and so do turns that end with nothing streamed:
 * the "fallback" has no message left to send (#88955).
 */
const QQ: readonly Pattern[] = [
  {
    message: /^Processing message from (?<chat>[^\s:]{1,200}):/,
    fact: (link, { chat = '' }) => ({ kind: 'conversation', step: 'asked', on: link, chat: chatHash(chat) }),
  },
  {
    message: /^(?:streaming completed, final text length: |finalizeOnIdle: no active stream session, but sent )/,
    fact: on('answered'),
  },
  { message: /^no chunk or media sent, marking fallback to static$/, fact: on('unsent') },
  { message: new RegExp(`^${UNHANDLED_BY.qqbot}`), fact: on('failed') },
];

const FEISHU_TAG = /^(?:feishu\[(?<account>[^\]\n]{0,100})\]:? )?/;
const QQ_TAG = /^\[(?:qqbot:)?(?<account>[^\]:\n]{0,100})(?::streaming)?\] /;

/** The same with the tags before it: what the doctor tells of such a message. */
export const UNHANDLED: Readonly<Record<ExaminedChannel, RegExp>> = {
  feishu: new RegExp(FEISHU_TAG.source + UNHANDLED_BY.feishu),
  qqbot: new RegExp(QQ_TAG.source + UNHANDLED_BY.qqbot),
};

/** Of whatever session; the doctor tells of each. */
export const STALLED_SESSION = /^(?:stuck|stalled) session: /;
const STALLED =
  /^(?:stuck|stalled) session: (?:[^\n]{0,300}? )?sessionKey=(?<session>\S{1,300}) state=processing age=(?<age>\d{1,9})s queueDepth=(?<queue>\d{1,6})/;
const FREED = 'stuck session recovery: action=abort';
const MODEL_FAILED = /^(?:embedded run agent end: [^\n]{0,300}?isError=true|embedded run timeout: |FailoverError: )/;
const TIMED_OUT = /^embedded run timeout: [^\n]{0,300}?timeoutMs=(?<ms>\d{1,9})/;
/** A turn takes longer than somebody is shown that it goes on. */
const TYPING = 'typing TTL reached';
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

const howIn = (message: string): Pick<ConversationFact, 'fault' | 'ms'> => {
  const ms = TIMED_OUT.exec(message)?.groups?.['ms'];
  return { fault: faultIn(message), ...(ms === undefined ? {} : { ms: Number(ms) }) };
};

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
      on: judgedChannelOf(link) ?? link,
      chat: chatHash(session),
      ms: Number(age) * 1_000,
      ...(/^stuck session: (?![^\n]{0,600}classification=)/.test(message) ? { byTime: true } : {}),
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
      return { fact: { kind: 'conversation', step: 'failed', on: null, ...howIn(message) }, text: null };
    }
    const name = /^(?:gateway\/)?(?:channels\/)?([\w-]+)$/.exec(subsystem)?.[1] ?? '';
    const channel = judgedChannelOf(name);
    if (name !== '' && message.startsWith(TYPING))
      return { fact: { kind: 'conversation', step: 'typing', on: channel ?? name }, text: TYPING };
    if (channel !== 'feishu' && channel !== 'qqbot') return null;
    const tag = (channel === 'feishu' ? FEISHU_TAG : QQ_TAG).exec(message);
    const rest = message.slice(tag?.[0].length ?? 0);
    for (const { message: pattern, fact, tells } of channel === 'feishu' ? FEISHU : QQ) {
      const match = pattern.exec(rest);
      const link = match && names.of(channel, tag?.groups?.['account'] ?? null);
      if (match && link !== null)
        return {
          fact: fact(link, match.groups ?? {}),
          text: tells ? null : (/^[^(:]{0,60}/.exec(rest)?.[0].split(' from ')[0]?.trim() ?? ''),
        };
    }
    return null;
  };
};
