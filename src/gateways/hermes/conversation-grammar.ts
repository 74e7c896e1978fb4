/**
 * Hermes's lines that tell of conversations (docs/facts/hermes.md 2.2, 2.3, 9.34): what came in, what was answered, and
 * what failed in between. What somebody wrote is not taken from them.
 */
import type { ConversationFact, LinkName } from '../../diagnosis/evidence.ts';
import { chatHash, faultIn, TURN_MS } from '../conversation.ts';
import type { LogLine } from './log-line.ts';
import type { LoggerTraits } from './loggers.ts';
import { tagOf } from './tag.ts';

type Groups = Readonly<Record<string, string | undefined>>;

interface Pattern {
  readonly message: RegExp;
  /** Only where the line is a warning or an error. */
  readonly failure?: true;
  /** @param tag of the adapter, in small letters; empty where there is none */
  readonly fact: (groups: Groups, tag: string) => ConversationFact | null;
}

const TAGS: Readonly<Record<string, LinkName>> = {
  qqbot: 'qqbot',
  feishu: 'feishu',
  lark: 'feishu',
  googlechat: 'google_chat',
  wecomcallback: 'wecom_callback',
};
const platformOfTag = (tag: string): LinkName => TAGS[tag] ?? tag;

const on = (link: LinkName, step: ConversationFact['step'], chat?: string): ConversationFact => ({
  kind: 'conversation',
  step,
  on: link,
  ...(chat === undefined ? {} : { chat: chatHash(chat) }),
});

/** Of the runner. */
const RUNNER: readonly Pattern[] = [
  {
    // A command is answered without a turn.
    message:
      /^inbound message: platform=(?<platform>[\w-]{1,40})(?: user=[^\n]{0,200}? chat=(?<chat>\S{1,200}))?(?<command>[^\n]{0,200}? msg=['"]\/)?/,
    fact: ({ platform = '', chat, command }) => (command === undefined ? on(platform, 'asked', chat) : null),
  },
  {
    message:
      /^response ready: platform=(?<platform>[\w-]{1,40})(?: chat=(?<chat>\S{1,200}))?(?: session=\S{1,300})?(?: time=(?<seconds>\d{1,7}(?:\.\d{1,3})?)s)?(?<empty>[^\n]{0,40} response=0 chars)?/,
    fact: ({ platform = '', chat, seconds, empty }) => {
      const ms = seconds === undefined ? {} : { ms: Math.round(Number(seconds) * 1_000) };
      if (empty === undefined) return { ...on(platform, 'answered', chat), ...ms };
      // Of an empty answer nothing is sent; one that comes at once was cut short, or asked for no turn.
      return on(platform, Number(seconds ?? 0) * 1_000 >= TURN_MS ? 'silent' : 'settled', chat);
    },
  },
  {
    // The answer of the turn before, while the next message waits.
    message: /^Failed to send first response before queued message: /,
    failure: true,
    fact: () => ({ kind: 'conversation', step: 'unsent', on: null }),
  },
  {
    // Nothing went on in this turn for as long as a turn may rest, and its reply is given up.
    message:
      /^Evicting stale _running_agents entry for agent:[^:\s]{1,100}:(?<platform>[a-z_]{1,40}):\S{1,200} \(age: (?<seconds>\d{1,9})s\b/,
    failure: true,
    fact: ({ platform = '', seconds }) => ({
      ...on(platform, 'failed'),
      fault: 'turns_fail',
      ms: Number(seconds) * 1_000,
    }),
  },
  {
    // Too many messages wait behind one turn.
    message:
      /^Dropping busy-mode follow-up for session agent:[^:\s]{1,100}:(?<platform>[a-z_]{1,40}):\S{1,200} . pending queue at cap\b/,
    failure: true,
    fact: ({ platform = '' }) => on(platform, 'dropped'),
  },
  {
    // Where the turns are made by another gateway; its asker is told.
    message: /^Proxy (?:connection error to|error \(\d{1,3}\) from) [^\s]{1,300}: (?<error>[^\n]*)/,
    failure: true,
    fact: ({ error = '' }) => ({ kind: 'conversation', step: 'failed', on: null, fault: faultIn(error) }),
  },
  {
    message: /^Suppressing hidden-reasoning-only incomplete gateway turn for session /,
    failure: true,
    fact: () => ({ kind: 'conversation', step: 'failed', on: null, fault: 'turns_fail' }),
  },
  {
    // What was raised stands below it, or behind it.
    message:
      /^Agent error(?: in session (?:agent:[^:\s]{1,100}:(?<platform>[a-z_]{1,40}):)?[^\s:](?:[^\s]{0,200}[^\s:])?)?(?:$|\n|: ?(?<error>[^\n]*))/,
    failure: true,
    fact: ({ platform, error = '' }) => ({
      kind: 'conversation',
      step: 'failed',
      on: platform ?? null,
      fault: faultIn(error),
    }),
  },
  {
    // Its asker is told of the time limit.
    message: /^Agent idle for (?<seconds>\d{1,7})s \(timeout \d{1,7}s\)/,
    failure: true,
    fact: ({ seconds }) => ({
      kind: 'conversation',
      step: 'failed',
      on: null,
      fault: 'turns_fail',
      ms: Number(seconds) * 1_000,
    }),
  },
  {
    // Once of each turn in which nothing goes on while a message waits (0.19 and later, #72079).
    message: /^Session stall detected: session=(?<session>\S{1,300}) idle=(?<seconds>\d{1,7})s /,
    failure: true,
    fact: ({ session = '', seconds }) => {
      const [, , platform = '', , chat] = session.split(':');
      return platform === '' ? null : { ...on(platform, 'stalled', chat), ms: Number(seconds) * 1_000 };
    },
  },
  {
    message: /^Primary provider auth failed/,
    failure: true,
    fact: () => ({ kind: 'conversation', step: 'failed', on: null, fault: 'provider_key' }),
  },
  { message: /^Unauthorized user: /, fact: () => ({ kind: 'conversation', step: 'settled', on: null }) },
];

/** Of the adapters: behind their tag. */
const ADAPTER: readonly Pattern[] = [
  {
    message: /^Flushing text batch (?<chat>\S{1,200}) /,
    fact: ({ chat = '' }, tag) => on(platformOfTag(tag), 'asked', chat.slice(chat.lastIndexOf(':') + 1)),
  },
  {
    message: /^Sending response \(\d+ chars\)(?: to (?<chat>\S{1,200}))?/,
    fact: ({ chat }, tag) => on(platformOfTag(tag), 'answered', chat),
  },
  {
    // A try that is made again, or anew as plain text, is no loss yet: when that fails too, another line says so.
    message:
      /^(?:Send error|Failed to send approval message to|Send failed(?! \(attempt \d)(?![^\n]{0,2000}trying plain-text fallback)|Fallback send also failed|send failed|Failed to deliver response after \d+ retries|response_delivery_dropped)\b/,
    failure: true,
    fact: (_groups, tag) => on(platformOfTag(tag), 'unsent'),
  },
  {
    // Its asker is told that something failed, and no more.
    message: /^Error handling message: (?<error>[^\n]*)/,
    failure: true,
    fact: ({ error = '' }, tag) => ({ ...on(platformOfTag(tag), 'failed'), fault: faultIn(error) }),
  },
  {
    // Told once (0.21); it goes on so until the gateway's end.
    message: /^Dropping inbound message: no gateway message handler is installed\b/,
    failure: true,
    fact: (_groups, tag) => ({ ...on(platformOfTag(tag), 'dropped'), forGood: true }),
  },
  {
    // No turn was made of them, and the platform does not send them again.
    message:
      /^(?:Dropping [\w ]{1,40} before adapter loop is ready|Failed to schedule background callback work|Pending-inbound queue full|Adapter loop unavailable for |Background inbound processing failed|Error (?:preparing|processing) incoming message|unhandled inbound error |Loop not accepting callbacks; dropping event|_dispatch_message failed|Failed to enqueue event|(?:handle_message raised|failed to build event) for wamid )/,
    failure: true,
    fact: (_groups, tag) => on(platformOfTag(tag), 'dropped'),
  },
];

/** Of adapters whose messages have no tag in brackets. */
const UNTAGGED: readonly Pattern[] = [
  {
    message: /^Signal SSE: error handling event$/,
    failure: true,
    fact: () => on('signal', 'dropped'),
  },
  {
    // Of Telegram's library, of whatever an update's handler throws: Hermes registers none.
    message: /^No error handlers are registered, logging exception\.$/,
    failure: true,
    fact: () => on('telegram', 'dropped'),
  },
  {
    message: /^Matrix: (?:sync event dispatch error|event handler failed during sync dispatch): /,
    failure: true,
    fact: () => on('matrix', 'dropped'),
  },
  { message: /^LINE: dispatch_event failed$/, failure: true, fact: () => on('line', 'dropped') },
  {
    // The machine's clock is ahead, and so each message seems to be of before the start.
    message: /^Matrix: dropped \d{1,6} consecutive live events as 'too old'/,
    failure: true,
    fact: () => on('matrix', 'dropped'),
  },
  // Comments on documents, whose tag is no adapter's (docs/facts/hermes.md 2.2).
  {
    message: /^\[Feishu-Comment\] _run_comment_agent: agent failed: (?<error>[^\n]*)/,
    failure: true,
    fact: ({ error = '' }) => ({ ...on('feishu', 'failed'), fault: faultIn(error) }),
  },
  {
    message: /^\[Feishu-Comment\] Failed to deliver reply$/,
    failure: true,
    fact: () => on('feishu', 'unsent'),
  },
];

/**
 * Of the scheduler (`cron/scheduler.py` of 0.13 and 0.19). A send by the gateway's adapter that fails is made once more
 * without it; what is written as an error is lost.
 */
const SCHEDULER = 'cron.scheduler';
const job = (step: 'delivered' | 'undelivered', { job: id, platform }: Groups): ConversationFact => ({
  kind: 'conversation',
  step,
  on: platform === undefined ? null : platformOfTag(platform.toLowerCase()),
  ...(id === undefined ? {} : { chat: chatHash(id) }),
});
const JOBS: readonly Pattern[] = [
  {
    message: /^Job '(?<job>[^'\n]{1,200})': delivered to (?<platform>[\w-]{1,40}):/,
    fact: (groups) => job('delivered', groups),
  },
  {
    message:
      /^(?:Job '(?<job>[^'\n]{1,200})': )?delivery (?:to (?<platform>[\w-]{1,40}):[^\n]{0,500}? failed: |error: )/,
    failure: true,
    fact: (groups) => job('undelivered', groups),
  },
];

/** Of the agent, in whatever part of it. */
const AGENT: readonly Pattern[] = [
  {
    message:
      /^(?:(?:API call failed|Invalid API response) after \d+ retries|Non-retryable (?:client |API )?error)\b(?<error>[^\n]*)/,
    failure: true,
    fact: ({ error = '' }) => ({ kind: 'conversation', step: 'failed', on: null, fault: faultIn(error) }),
  },
  {
    // The conversation has grown too long, so that each further turn of it ends so.
    message:
      /^(?:Context length exceeded: [^\n]{0,100}Cannot compress further|413 payload too large\. Cannot compress further|(?:Context|413) compression failed after \d{1,4} attempts|Context overflow \([^\n]{0,100}\) with auto-compaction disabled|codex app-server turn failed)/,
    failure: true,
    fact: () => ({ kind: 'conversation', step: 'failed', on: null, fault: 'turns_fail' }),
  },
  {
    // No words came of it, with no further model to ask: its asker gets an excuse at most.
    message:
      /^(?:Empty response \(no content or reasoning\) after \d{1,4} retries\. No fallback available\b|Reasoning-only response \(no visible content\) after exhausting retries|Turn ended with pending tool result \(agent may appear stuck\))/,
    failure: true,
    fact: () => ({ kind: 'conversation', step: 'failed', on: null, fault: 'turns_fail' }),
  },
];

/** Of all adapters, without a tag: of the link whose question waits. */
const BASE_ADAPTER = 'gateway.platforms.base';
const UNDELIVERED = /^Failed to deliver response after \d{1,4} retries\b/;
const RESCUED = /^Fallback (?:provider resolved|activated)|^(?:Switching|Falling back) to fallback/i;
const APPROVAL = /\bapproval\b/i;
const FAILURES: ReadonlySet<string> = new Set(['WARNING', 'ERROR', 'CRITICAL']);
/** A long turn writes thousands of lines. */
const WORKS_MS = 30_000;

export interface ConversationFound {
  readonly fact: ConversationFact;
  /** The line without what anybody wrote; null: all of it may be told. */
  readonly text: ((message: string) => string) | null;
}

const NO_GROUPS: Groups = {};

const firstOf = (patterns: readonly Pattern[], { level }: LogLine, message: string, tag = '') => {
  for (const { message: pattern, failure, fact } of patterns) {
    if (failure && !FAILURES.has(level)) continue;
    const match = pattern.exec(message);
    if (match) return { fact: fact(match.groups ?? NO_GROUPS, tag), tells: failure === true };
  }
  return null;
};

const headOf = (message: string): string => /^[^:(=]{0,60}/.exec(message)?.[0].trim() ?? '';
const taggedHeadOf = (message: string): string => {
  const tag = tagOf(message)?.text ?? '';
  return `${tag}${headOf(message.slice(tag.length))}`;
};
const withPlatform = (message: string): string =>
  /^[a-z ]{1,30}: platform=[\w-]{1,40}/.exec(message)?.[0] ?? headOf(message);

const WORKS: ConversationFound = {
  fact: { kind: 'conversation', step: 'works', on: null },
  text: () => 'the agent works',
};
const WAITS: ConversationFound = { fact: { kind: 'conversation', step: 'waits', on: null }, text: () => 'approval' };

/** @returns what a line by itself tells of conversations; that the agent works, each of its lines tells. */
export const conversationOf = (line: LogLine, { isRunner, isAgent }: LoggerTraits): ConversationFound | null => {
  const { message, logger } = line;
  if ((isRunner || isAgent) && RESCUED.test(message))
    return { fact: { kind: 'conversation', step: 'rescued', on: null }, text: headOf };
  if (isAgent) {
    const found = firstOf(AGENT, line, message);
    if (found?.fact) return { fact: found.fact, text: null };
    return APPROVAL.test(message.slice(0, 200)) ? WAITS : WORKS;
  }
  const tag = tagOf(message);
  if (tag) {
    const found = firstOf(ADAPTER, line, message.slice(tag.text.length), tag.name);
    return found?.fact ? { fact: found.fact, text: found.tells ? null : taggedHeadOf } : null;
  }
  if (logger === BASE_ADAPTER && FAILURES.has(line.level) && UNDELIVERED.test(message))
    return { fact: { kind: 'conversation', step: 'unsent', on: null }, text: null };
  if (logger === SCHEDULER) {
    const told = firstOf(JOBS, line, message);
    return told?.fact ? { fact: told.fact, text: told.tells ? null : () => 'a job delivered' } : null;
  }
  if (!isRunner) {
    const lost = firstOf(UNTAGGED, line, message);
    return lost?.fact ? { fact: lost.fact, text: null } : null;
  }
  const found = firstOf(RUNNER, line, message);
  if (found) return found.fact && { fact: found.fact, text: found.tells ? null : withPlatform };
  return /^(?:Waiting for |Sent |Sending )?[\w ]{0,40}\bapproval\b/i.test(message) ? WAITS : null;
};

/** @returns whether a line of one log tells anew of the agent at work: that is told now and then. */
export const createWorkNoter = (): ((found: ConversationFound, at: number) => boolean) => {
  let workedAt = -Infinity;
  return (found, at) => {
    if (found !== WORKS && found !== WAITS) return true;
    if (found === WORKS && at >= workedAt && at - workedAt < WORKS_MS) return false;
    workedAt = at;
    return true;
  };
};
