/**
 * OpenClaw's lines that tell of conversations (docs/facts/openclaw.md 5.3, 5.4, 7): what came in, what was answered,
 * and what failed in between. What somebody wrote is not taken from them.
 */
import type { ConversationFact, LinkName } from '../../diagnosis/evidence.ts';
import { OWN_CHAT } from '../../diagnosis/link-name.ts';
import { chatHash, faultIn, TURN_MS } from '../conversation.ts';
import { platformFor } from '../platforms/index.ts';
import { channelOfSubsystem, judgedChannelOf, type ExaminedChannel, type LinkNames } from './accounts.ts';
import type { Groups } from './link-grammar.ts';
import type { LogLine } from './log-line.ts';

interface Pattern {
  readonly message: RegExp;
  readonly fact: (link: LinkName, groups: Groups) => ConversationFact;
  /** The line has the words of an error. */
  readonly tells?: true;
}

const on =
  (step: 'answered' | 'failed' | 'unsent' | 'sent' | 'dropped') =>
  (link: LinkName): ConversationFact => ({ kind: 'conversation', step, on: link });

/** A turn that failed, by the words behind it. */
const failedBy: Pattern['fact'] = (link, { error = '' }) => ({
  kind: 'conversation',
  step: 'failed',
  on: link,
  fault: faultIn(error),
});

/** A message that no turn was made of, as where a plugin and the gateway are of different ages. */
const UNHANDLED_BY: Readonly<Record<ExaminedChannel, string>> = {
  feishu: 'failed to dispatch message: ',
  qqbot: 'Message processor error for ',
};

/** The chat of an open dispatch, and since when; `queued`: it waits behind another of that chat. */
interface Dispatch {
  readonly chat: string;
  readonly at: number;
  readonly queued: boolean;
}
/** In groups an agent is silent by choice or by its settings, for days. */
const IN_GROUP = /:(?:group|channel|room|thread|topic)\b/;
const MOST_OPEN = 50;
/** One whose end was not seen for so long has been given up. */
const OPEN_MS = 1_800_000;

/** Behind `feishu[account]: `. A message that is no question, as a command, has no dispatch or no replies. */
const FEISHU: readonly Pattern[] = [
  {
    message: /^dispatching to agent(?: \(session=(?<chat>[^)\s]{1,200})\))?/,
    fact: (link, { chat }) => ({
      kind: 'conversation',
      step: 'asked',
      on: link,
      taken: true,
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
  {
    // Of openclaw-lark: it waits for the end of the turn before it; which session it will have is not told (#70133).
    message: /^message \S{1,200} in chat \S{1,200}(?: thread \S{1,200})? — queued$/,
    fact: (link) => ({ kind: 'conversation', step: 'asked', on: link, taken: true }),
  },
  {
    message: new RegExp(`^${UNHANDLED_BY.feishu}(?<mistake>(?:Type|Reference|Syntax|Range)Error: )?`),
    fact: (link, { mistake }) => ({
      kind: 'conversation',
      step: 'failed',
      on: link,
      ...(mistake === undefined ? {} : { ownFault: true }),
    }),
    tells: true,
  },
  // Before a turn was made of it.
  {
    message:
      /^(?:error handling (?:message|card action|bot menu event|comment event|vc invited event)|error dispatching (?:comment event|vc invited synthetic inbound)|inbound debounce flush failed): /,
    fact: on('dropped'),
    tells: true,
  },
  {
    message: /^broadcast dispatch failed for agent=\S{1,100}: (?<error>[^\n]{0,2000})/,
    fact: failedBy,
    tells: true,
  },
  // Once, for the rest of this life: whom a group speaks to, the bot does not know (2026.9).
  {
    message: /^bot identity background retry exhausted; requireMention group messages may be skipped until restart/,
    fact: (link) => ({ kind: 'conversation', step: 'dropped', on: link, forGood: true }),
    tells: true,
  },
  {
    message:
      /^(?:(?:comment |command )?(?:final |block |tool )?reply failed|(?:late|queued) reply finalization failed): /,
    fact: on('unsent'),
    tells: true,
  },
  // Of openclaw-lark 2026.7: what came of a meeting, to whoever invited the bot.
  { message: /^synthetic VC final delivery failed to sender=/, fact: on('unsent') },
  // Of openclaw-china.
  {
    message: /^(?:channel config missing|runtime not initialized), skipping dispatch\b/,
    fact: on('dropped'),
    tells: true,
  },
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
  {
    message: /^(?:Message processing failed|Dispatch error): (?<error>[^\n]{0,2000})/,
    fact: failedBy,
    tells: true,
  },
  // What a plugin of Tencent's says of each part of a reply, by its version; a notice of its own that fails is none.
  {
    message:
      /^(?:Send failed|(?:\[\w{1,20}\] )?sendText failed|Failed to send (?:(?:text|markdown)(?: \w{1,20})?|(?:group|c2c|channel|dm|direct|private|guild|proactive) \w{1,20}|message|reply)): /i,
    fact: on('unsent'),
    tells: true,
  },
  { message: /^Sent (?:text|markdown)\b[\w ]{0,20}\(/, fact: on('sent') },
  {
    message: /^Dispatch failed: (?<error>[^\n]{0,2000})/,
    fact: failedBy,
    tells: true,
  },
  // The plugin and the gateway are of different ages, and no message of any kind gets a turn.
  { message: /^runtime adapter dispatchReply not available\b/, fact: on('dropped'), tells: true },
  { message: /^Queue full for \S{1,200}, dropping oldest message\b/, fact: on('dropped') },
];

/** The log does not tell answers from other messages, so that nothing is concluded from a question without an answer. */
const TELEGRAM: readonly Pattern[] = [
  { message: /^(?:telegram )?send(?!ChatAction)\w{1,30} ok\b/, fact: on('sent') },
  { message: /^(?:telegram )?send(?!ChatAction)\w{1,30} failed: /, fact: on('unsent'), tells: true },
];

/** Of every other channel alike, behind its name, which the console leaves out; of each nothing but what fails shows. */
const OTHERS: readonly Pattern[] = [
  // Telegram's (2026.5 and later) and WhatsApp's; whether anybody is to answer in a group, it does not tell.
  {
    message: /^Inbound message (?<chat>\S{1,200}) -> \S{1,200} \(direct, /,
    fact: (link, { chat = '' }) => ({ kind: 'conversation', step: 'asked', on: link, chat: chatHash(chat) }),
  },
  { message: /^(?:final|block|tool) reply failed: /, fact: on('unsent'), tells: true },
  {
    message: /^(?:terminal block delivery failed: |slack-stream: fallback deliverReplies failed )/,
    fact: on('unsent'),
    tells: true,
  },
  // A message whose handler throws is lost.
  { message: /^(?:(?:mention )?handler|(?:inbound )?debounce flush) failed: /, fact: on('dropped'), tells: true },
  {
    message: /^(?:dispatch|message processing|message run) failed: (?<error>[^\n]{0,2000})/,
    fact: failedBy,
    tells: true,
  },
  // WhatsApp's own words.
  { message: /^auto-reply delivery failed$/, fact: on('unsent') },
  {
    message:
      /^(?:Failed handling inbound web message: |Messages upsert handler error: |Failed persisting durable WhatsApp inbound after retries; message dropped)/,
    fact: on('dropped'),
    tells: true,
  },
];

/**
 * openclaw-lark's own logger names the message behind the account. What it says of a dispatch, the lines without that say
 * as well; a reply that fails, no other line tells.
 */
const LARK_UNSENT =
  /^feishu\[(?<account>[^\]\n]{0,100})\](?:\[msg:[^\]\n]{0,200}\])?: (?:final|block|tool) reply failed \(/;

/**
 * What openclaw-china's plugin for QQ says of a message, in lines that name no account. A picture that fails is followed
 * by words.
 */
const CHINA_QQ: readonly (readonly [RegExp, 'unsent' | 'dropped'])[] = [
  [
    /^(?:\[qqbot\] )?\[ERROR\] (?:sendText(?: [\w-]{1,20}){0,2} failed|send QQ markdown reply failed|(?:final|block|tool) reply failed): /,
    'unsent',
  ],
  [/^(?:\[qqbot\] )?\[WARN\] QQ group message interface is temporarily blocked by platform\b/, 'unsent'],
  [
    /^(?:\[qqbot\] )?(?:\[ERROR\] gateway dispatch error: |\[WARN\] (?:dispatcher not available, skipping reply|(?:reply|routing) API not available)$)/,
    'dropped',
  ],
];

const FEISHU_SESSION = /^dispatching to agent \(session=([^)\s]{1,200})\)/;

/**
 * A private message that came in, and what is only said more of it. What came twice, and somebody who has just asked to
 * be paired, has a line of its own; further messages of somebody who is not paired yet have none.
 */
const FEISHU_RECEIVED = /^received message from (?<from>\S{1,200}) in \S{1,200} \(p2p\)/;
const FEISHU_SAID = /^(?:received message from|Feishu\[[^\]\n]{0,100}\] DM from|message in chat) /;
/** What is merged into one question comes sooner. */
const FORGOTTEN_MS = 60_000;
const MOST_KNOWN = 200;

/** Without an account until February 2026. */
const FEISHU_TAG = /^(?:feishu: |feishu\[(?<account>[^\]\n]{0,100})\]:? )?/;
const QQ_TAG = /^\[(?:qqbot:)?(?<account>[^\]:\n]{0,100})(?::streaming)?\] /;

/** The same with the tags before it: what the doctor tells of such a message. */
export const UNHANDLED: Readonly<Record<ExaminedChannel, RegExp>> = {
  feishu: new RegExp(FEISHU_TAG.source + UNHANDLED_BY.feishu),
  qqbot: new RegExp(QQ_TAG.source + UNHANDLED_BY.qqbot),
};

/** Of whatever session; the doctor tells of each. */
export const STALLED_SESSION = /^(?:stuck|stalled) session: /;
const STALLED =
  /^(?:stuck|stalled) session(?: recovery (?:skipped|no-op))?: (?:[^\n]{0,300}? )?sessionKey=(?<session>\S{1,300}) (?:state=processing )?age=(?<age>\d{1,9})s queueDepth=(?<queue>\d{1,6})/;
/** Its own recovery, which looks on otherwise, has put an end to the turn; the latter words since 2026.6. */
const FREED = /^stuck session recovery(?:: action=abort| reclaiming stale active )/;
const MODEL_FAILED =
  /^(?:Embedded agent failed before reply: |embedded run agent end: [^\n]{0,300}?isError=true|embedded run timeout: |FailoverError: |cli watchdog timeout: |claude live session turn failed: |\[(?:run-retry-limit|idle-timeout-circuit-breaker-tripped)\] |(?:reasoning-only|empty response) retries exhausted: )/;
const TIMED_OUT = /^embedded run timeout: [^\n]{0,300}?timeoutMs=(?<ms>\d{1,9})/;
/** Of messages alone, and of the gateway's own rounds: of whose question, only the log around it tells. */
const BEFORE_REPLY = /^(?:Embedded|Followup) agent failed before reply: /;
/** A job that ended in an error, in the lane of its conversation and once more in that of all; `main`: of whomever. */
const LANE_FAILED =
  /^lane task error: lane=(?:main|session:(?<session>\S{1,300}))(?: durationMs=(?<ms>\d{1,12}))? error="(?<error>[^\n]{0,2000})/;
/** Another model may take over; what goes wrong in the gateway itself goes wrong with each of them. */
const PROVIDER_ERROR = /^FailoverError\b/;
/** It takes no work before its restart; one that stays so takes none at all (#78136). */
const DRAINING = 'GatewayDrainingError: ';
/** Nothing went on in this turn for minutes, and its reply is given up without a word to its asker (#114058). */
const STALE_REPLY = /^(?:AbortError: )?Reply operation expired as stale\b/;
const STALE_RUN =
  /^reply run stale takeover: forced release sessionKey=(?<session>\S{1,300}) (?:[^\n]{0,300}? )?ranForMs=(?<ms>\d{1,12})/;
/** Messages that are lost in a library, whose lines have no subsystem. */
const LOST_IN_LIBRARY = [
  {
    // What handles an event of Feishu threw, and its SDK does not ask for the event again.
    channel: 'feishu',
    message: /^\[error\]: \[\s*'\[ws\]',\s*['"]invoke event failed\b/,
    text: 'invoke event failed',
  },
  {
    // Nobody has sent Matrix's client the key of this message, and the agent is never shown it (#93501).
    channel: 'matrix',
    message: /^Error decrypting event \(id=/,
    text: 'Error decrypting event',
  },
] as const;
/** Somebody, or a restart, put an end to it. */
const ENDED_BY = /abort|draining for restart|superseded|interrupted by/i;
/**
 * A message that no turn took within five minutes; newer versions try it again (2026.9), and say so when they try no
 * more.
 */
const INGRESS_FAILED =
  /^(?:[a-z]{2,20} (?:ingress: )?)?(?:Channel ingress claim→adoption stalled for event [^\n]{0,300} after (?<ms>\d{1,9})ms; marking failed\b|spooled update \S{1,200} (?:failed with non-retryable |on lane \S{1,300} reached retry limit after ))/;
/** A turn that ran into Telegram's limit of the time that one may take, after which its message is given up (#91456). */
const SPOOL_TIMED_OUT =
  /^(?:[Tt]elegram )?(?:isolated polling )?spool handler timed out behind update \S{1,100} on lane \S{1,300} after (?<seconds>\d{1,7}(?:\.\d{1,3})?)s; marking the update failed\b/;
/**
 * The send of a tool, a job or a request: WhatsApp's list of connections, which is the process's own, has none to send
 * on. While the link is up no send finds one. What the command line prints of it is the same send once more.
 */
const NO_LISTENER = 'No active WhatsApp Web listener';
const WITHOUT_LISTENER =
  /^(?!GatewayClientRequestError)(?:[^\n]{0,400}?(?:: |=))?(?:Error: )?No active WhatsApp Web listener(?: \(account: (?<account>[\w.@-]{1,100})\))?/;
/** A turn takes longer than somebody is shown that it goes on. */
const TYPING = 'typing TTL reached';
const WORK = /^agents?(?:\/|$)|^tools?(?:\/|$)|^exec(?:\/|$)/;
const isWork = (subsystem: string) => WORK.test(subsystem);
const channelName = (subsystem: string) => /^(?:gateway\/)?(?:channels\/)?([\w-]+)$/.exec(subsystem)?.[1] ?? '';
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

/**
 * The conversation that a session is for: `agent:main:feishu:direct:ou_1`, `agent:main:user:u1`; null: a job, or the
 * main one.
 */
const linkOfSession = (session: string): LinkName | null => {
  const { link, first } = SESSION.exec(session)?.groups ?? {};
  if (link !== undefined) return link;
  return first === undefined || NOBODY.test(first) ? null : OWN_CHAT;
};
const SESSION =
  /^agent:[^:]{1,100}:(?:(?<link>[a-z][\w-]{0,39}):(?:direct|dm|group|channel|p2p):|(?<first>[a-z][\w-]{0,39}):)/;
/** Sessions that no person waits for, or nobody knows who. */
const NOBODY = /^(?:main|cron|subagent|hook|heartbeat|nested|acp|probe|boot|dreaming|isolated|temp)/;
/**
 * By its settings as delivered that of every private chat, and of its own rounds: it is about the link whose question
 * waits, where one does.
 */
const MAIN = /^agent:[^:]{1,100}:main$/;

const stalled = (message: string): ConversationFound | null => {
  const { session = '', age, queue } = STALLED.exec(message)?.groups ?? {};
  const link = linkOfSession(session);
  // A job's, or nobody waits behind it, or it waits for somebody.
  if ((link === null && !MAIN.test(session)) || Number(queue) < 1 || APPROVAL.test(message)) return null;
  return {
    fact: {
      kind: 'conversation',
      step: 'stalled',
      on: link === null ? null : (judgedChannelOf(link) ?? link),
      chat: chatHash(session),
      ms: Number(age) * 1_000,
      ...(/^stuck session(?: recovery [\w-]{1,10})?: (?![^\n]{0,600}classification=)/.test(message)
        ? { byTime: true }
        : {}),
    },
    text: `stalled session: age=${age ?? ''}s queueDepth=${queue ?? ''}`,
  };
};

const laneFailed = (message: string): ConversationFound | null => {
  const failed = LANE_FAILED.exec(message);
  if (failed === null) return null;
  const { session, ms, error = '' } = failed.groups ?? {};
  if (error.startsWith(DRAINING))
    return {
      fact: { kind: 'conversation', step: 'failed', on: null, fault: 'turns_fail', draining: true },
      text: DRAINING,
    };
  if (ENDED_BY.test(error)) return null;
  const link = session === undefined ? null : linkOfSession(session);
  // A job is nobody's question; one of the main conversation is that of the link whose question waits.
  if (session !== undefined && link === null && !session.endsWith(':main')) return null;
  return {
    fact: {
      kind: 'conversation',
      step: 'failed',
      on: link === null ? null : (judgedChannelOf(link) ?? link),
      ...(link === null || session === undefined ? {} : { chat: chatHash(session) }),
      fault: faultIn(error),
      ...(ms === undefined ? {} : { ms: Number(ms) }),
      ...(session === undefined || PROVIDER_ERROR.test(error) ? {} : { ownFault: true }),
      // Jobs and helpers have lanes of their own: in this one are people's messages and the gateway's own rounds.
      ...(session === undefined ? { forAsker: true } : {}),
    },
    text: null,
  };
};

const staleRun = (message: string): ConversationFound | null => {
  const { session, ms } = STALE_RUN.exec(message)?.groups ?? {};
  if (session === undefined) return null;
  const link = linkOfSession(session);
  if (link === null && !session.endsWith(':main')) return null;
  return {
    fact: {
      kind: 'conversation',
      step: 'failed',
      on: link === null ? null : (judgedChannelOf(link) ?? link),
      ...(link === null ? {} : { chat: chatHash(session) }),
      fault: 'turns_fail',
      ms: Number(ms),
      stale: true,
    },
    text: `reply run stale takeover: forced release ranForMs=${ms ?? ''}`,
  };
};

const otherStep = (channel: LinkName, message: string): ConversationFound | null => {
  const names = platformFor(channel)?.openclaw?.ids ?? [channel];
  const own = names.find((name) => message.startsWith(`${name} `));
  const rest = own === undefined ? message : message.slice(own.length + 1);
  for (const [patterns, text] of [
    [channel === 'telegram' ? TELEGRAM : [], message],
    [OTHERS, rest],
  ] as const) {
    for (const { message: pattern, fact, tells } of patterns) {
      const match = pattern.exec(text);
      if (match)
        return {
          fact: fact(channel, match.groups ?? {}),
          text: tells ? null : (/^[^:=]{0,40}/.exec(message)?.[0] ?? ''),
        };
    }
  }
  return null;
};

/** @returns a reader of the lines of one log: it remembers when the agent was last seen at work. */
export const createConversationReader = (names: LinkNames) => {
  let workedAt = -Infinity;
  const works = ({ at }: LogLine, step: 'works' | 'waits'): ConversationFound | null => {
    if (step === 'works' && at >= workedAt && at - workedAt < WORKS_MS) return null;
    workedAt = at;
    return { fact: { kind: 'conversation', step, on: null }, text: step === 'works' ? 'the agent works' : 'approval' };
  };
  const open = new Map<LinkName, readonly Dispatch[]>();
  const begin = (link: LinkName, chat: string, at: number): void => {
    const others = (open.get(link) ?? []).filter((other) => at - other.at < OPEN_MS);
    const queued = others.some((other) => other.chat === chat);
    open.set(link, [...others, { chat, at, queued }].slice(-MOST_OPEN));
  };
  /** Which dispatch ends is not told: it is known where only one is open. */
  const end = (link: LinkName): Dispatch | null => {
    const [first = null, ...others] = open.get(link) ?? [];
    open.set(link, others);
    return others.length === 0 ? first : null;
  };
  const feishuStep = (fact: ConversationFact, rest: string, at: number): ConversationFact => {
    if (fact.on === null) return fact;
    const session = FEISHU_SESSION.exec(rest)?.[1];
    if (fact.step === 'asked' && session !== undefined) begin(fact.on, session, at);
    if (fact.step !== 'answered' && fact.step !== 'settled') return fact;
    const ended = end(fact.on);
    if (fact.step === 'answered') return ended === null ? fact : { ...fact, chat: chatHash(ended.chat) };
    if (ended === null || IN_GROUP.test(ended.chat)) return fact;
    // What is put into the queue of a turn that runs comes back at once.
    if (at - ended.at < TURN_MS || ended.queued) return { ...fact, step: 'silent', queued: true };
    return { ...fact, step: 'silent' };
  };
  /** The private message of each link of which no turn has begun yet. */
  const received = new Map<LinkName, { readonly at: number; readonly from: string }>();
  /** Those of whose messages a turn has begun. */
  const known = new Set<string>();
  const begun = (link: LinkName, rest: string): void => {
    const from = received.get(link)?.from;
    if (from !== undefined && FEISHU_SESSION.test(rest) && known.size < MOST_KNOWN) known.add(from);
    received.delete(link);
  };
  /** @returns whether nothing at all was made of the private message before this one. */
  const wasForgotten = (link: LinkName, rest: string, at: number): boolean => {
    const { from } = FEISHU_RECEIVED.exec(rest)?.groups ?? {};
    if (!FEISHU_SAID.test(rest)) begun(link, rest);
    if (from === undefined) return false;
    const before = received.get(link);
    if (before !== undefined && at - before.at < FORGOTTEN_MS) return false;
    received.set(link, { at, from });
    // While a turn runs the next message of its chat may wait for its end.
    const isFree = (open.get(link) ?? []).every((dispatch) => at - dispatch.at >= OPEN_MS);
    return before !== undefined && known.has(before.from) && isFree;
  };
  const withoutListener = ({ subsystem, message }: LogLine): ConversationFound | null => {
    const channel = subsystem === null ? null : channelOfSubsystem(subsystem);
    // A channel tells what people write, too.
    const isTold = channel === null || (channel === 'whatsapp' && message.startsWith(NO_LISTENER));
    const found = isTold ? WITHOUT_LISTENER.exec(message) : null;
    const link = found && names.of('whatsapp', found.groups?.['account'] ?? null);
    return link === null
      ? null
      : { fact: { kind: 'conversation', step: 'unsent', on: link, forGood: true }, text: NO_LISTENER };
  };
  return (line: LogLine): ConversationFound | null => {
    const { subsystem, message } = line;
    if (message.includes(NO_LISTENER)) return withoutListener(line);
    const lost = subsystem === null && LOST_IN_LIBRARY.find(({ message: pattern }) => pattern.test(message));
    if (lost) {
      const link = names.of(lost.channel, null);
      return link === null ? null : { fact: on('dropped')(link), text: lost.text };
    }
    if (subsystem === null)
      return BEFORE_REPLY.test(message) && !ENDED_BY.test(message)
        ? {
            fact: { kind: 'conversation', step: 'failed', on: null, fault: faultIn(message), forAsker: true },
            text: null,
          }
        : null;
    if (subsystem === 'diagnostic') {
      if (message.startsWith(WORKS)) return works(line, 'works');
      if (FREED.test(message)) return { fact: { kind: 'conversation', step: 'freed', on: null }, text: null };
      return laneFailed(message) ?? staleRun(message) ?? stalled(message);
    }
    if (isWork(subsystem)) {
      if (STALE_REPLY.test(message))
        return {
          fact: { kind: 'conversation', step: 'failed', on: null, fault: 'turns_fail', stale: true },
          text: null,
        };
      if (!MODEL_FAILED.test(message)) return works(line, APPROVAL.test(message) ? 'waits' : 'works');
      return { fact: { kind: 'conversation', step: 'failed', on: null, ...howIn(message) }, text: null };
    }
    const unsent = LARK_UNSENT.exec(message);
    if (unsent && subsystem.startsWith('feishu')) {
      const link = names.of('feishu', unsent.groups?.['account'] ?? null);
      return link === null ? null : { fact: on('unsent')(link), text: null };
    }
    const china = subsystem.endsWith('qqbot') ? CHINA_QQ.find(([words]) => words.test(message)) : undefined;
    if (china) {
      const link = names.of('qqbot', null);
      return link === null ? null : { fact: on(china[1])(link), text: null };
    }
    const name = channelName(subsystem);
    const channel = judgedChannelOf(name);
    const failed = name === '' ? null : INGRESS_FAILED.exec(message);
    if (failed) {
      const ms = failed.groups?.['ms'];
      const waited = ms === undefined ? {} : { ms: Number(ms) };
      return { fact: { kind: 'conversation', step: 'dropped', on: channel ?? name, ...waited }, text: null };
    }
    const seconds = name === '' ? undefined : SPOOL_TIMED_OUT.exec(message)?.groups?.['seconds'];
    if (seconds !== undefined)
      return {
        fact: { kind: 'conversation', step: 'dropped', on: channel ?? name, ms: Math.round(Number(seconds) * 1_000) },
        text: null,
      };
    if (name !== '' && message.startsWith(TYPING))
      return { fact: { kind: 'conversation', step: 'typing', on: channel ?? name }, text: TYPING };
    if (channel !== 'feishu' && channel !== 'qqbot') {
      const other = channelOfSubsystem(subsystem);
      return other === null || other === 'feishu' || other === 'qqbot' ? null : otherStep(other, message);
    }
    const tag = (channel === 'feishu' ? FEISHU_TAG : QQ_TAG).exec(message);
    const rest = message.slice(tag?.[0].length ?? 0);
    const own = channel === 'feishu' ? names.of(channel, tag?.groups?.['account'] ?? null) : null;
    if (own !== null && wasForgotten(own, rest, line.at))
      return { fact: on('dropped')(own), text: 'received message, and no turn of the one before' };
    for (const { message: pattern, fact, tells } of channel === 'feishu' ? FEISHU : QQ) {
      const match = pattern.exec(rest);
      const link = match && names.of(channel, tag?.groups?.['account'] ?? null);
      if (match && link !== null)
        return {
          fact: feishuStep(fact(link, match.groups ?? {}), rest, line.at),
          text: tells
            ? null
            : (/^[^(:]{0,60}/
                .exec(rest)?.[0]
                .split(/ from | to sender=/)[0]
                ?.trim() ?? ''),
        };
    }
    return null;
  };
};
