import { redact } from '../../base/redact/redact.ts';
import type { Evidence, GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import { platformOf } from '../../diagnosis/link-name.ts';
import type { LogReader, LogRecord } from '../gateway-kind.ts';
import { asked } from '../line-limit.ts';
import { lineEvidence, type Found } from '../line-evidence.ts';
import { SAID_LENGTH } from '../symptom.ts';
import { platformFor } from '../platforms/index.ts';
import { channelExited } from '../platforms/platform.ts';
import {
  channelOfSubsystem,
  createLinkNames,
  JUDGED_CHANNELS,
  judgedChannelOf,
  type JudgedChannel,
  type LinkNames,
} from './accounts.ts';
import { createConversationReader, type ConversationFound } from './conversation-grammar.ts';
import { createConfigReader } from './config-lines.ts';
import { GATEWAY_PATTERNS } from './gateway-grammar.ts';
import {
  CHANNEL_PATTERNS,
  FEISHU_CONSOLE_PATTERNS,
  FEISHU_PATTERNS,
  FEISHU_SDK_PATTERNS,
  MONITOR_PATTERNS,
  PLUGIN_PATTERNS,
  QQ_PATTERNS,
  type LinkPattern,
} from './link-grammar.ts';
import { continuesConsole, parseLogLine, type LogLine } from './log-line.ts';

interface LinkFound {
  readonly link: LinkName;
  readonly fact: LinkFact;
}

/**
 * What the CLI writes into the same file (docs/facts/openclaw.md 0.12) has subsystems of its own, or none; a channel
 * passes on what its children say, such as signal-cli.
 */
const GATEWAY =
  /^gateway(?:\/(?!channels\/)|$)|^(?:gateway-tool|restart|lifecycle|shutdown|diagnostic|admission|reload|thaw|openclaw|clawdbot)$/;
const isGateway = (subsystem: string) => GATEWAY.test(subsystem);
const MONITOR = /(?:^|\/)health-monitor$/;

interface Subject {
  readonly channel: JudgedChannel | null;
  readonly patterns: readonly LinkPattern[];
}

const NONE: readonly never[] = [];
const ofSdk: Subject = { channel: 'feishu', patterns: FEISHU_SDK_PATTERNS };
const ofConsole: Subject = { channel: 'feishu', patterns: FEISHU_CONSOLE_PATTERNS };
const ofMonitor: Subject = { channel: null, patterns: MONITOR_PATTERNS };
const ofPlugins: Subject = { channel: null, patterns: PLUGIN_PATTERNS };
const ofNoChannel: Subject = { channel: null, patterns: NONE };

/** Tags that stand in the place of a subsystem, in the file before the message: Discord's old client, DingTalk's plugin. */
const DISCORD_EVENTS = 'EventQueue';
const DINGTALK_TAG = 'DingTalk:';
const ownerOf = ({ subsystem, message }: LogLine): string | null => {
  if (subsystem !== null) return subsystem;
  if (message.startsWith(`[${DISCORD_EVENTS}] `)) return DISCORD_EVENTS;
  return message.startsWith(`[${DINGTALK_TAG}`) ? DINGTALK_TAG : null;
};
/** The account is in that tag. */
const saidOf = ({ subsystem, message }: LogLine): string =>
  subsystem?.startsWith(DINGTALK_TAG) === true ? `[${subsystem}] ${message}` : message;

/** Which channel a line is about, and which patterns are tried on it. */
const subjectOf = (subsystem: string): Subject => {
  if (subsystem === 'ws') return ofConsole;
  if (subsystem === DISCORD_EVENTS) return ofChannel('discord');
  if (subsystem.startsWith(DINGTALK_TAG)) return ofChannel('dingtalk');
  if (MONITOR.test(subsystem)) return ofMonitor;
  if (subsystem === 'plugins') return ofPlugins;
  const channel = channelOfSubsystem(subsystem);
  return channel === null ? ofNoChannel : ofChannel(channel);
};
const ownPatterns = (channel: JudgedChannel): readonly LinkPattern[] => {
  if (channel === 'qqbot') return QQ_PATTERNS;
  if (channel === 'feishu') return FEISHU_PATTERNS;
  return [...(platformFor(channel)?.openclaw?.patterns ?? []), channelExited];
};

const BY_CHANNEL: ReadonlyMap<JudgedChannel, Subject> = new Map(
  JUDGED_CHANNELS.map((channel) => [channel, { channel, patterns: [...ownPatterns(channel), ...CHANNEL_PATTERNS] }]),
);
const ofChannel = (channel: JudgedChannel): Subject => BY_CHANNEL.get(channel) ?? ofNoChannel;

const linkFact = (line: LogLine, names: LinkNames): LinkFound | null => {
  const [subsystem, message] = [ownerOf(line), saidOf(line)];
  const { channel, patterns } = subsystem === null ? ofSdk : subjectOf(subsystem);
  for (const { message: pattern, fact } of patterns) {
    const match = pattern.exec(message);
    const groups = match?.groups ?? {};
    const found = match && fact(groups);
    const about = groups['channel'] === undefined ? channel : judgedChannelOf(groups['channel']);
    const link = about === null ? null : names.of(about, groups['account'] ?? groups['named'] ?? null);
    if (found && link !== null) return { link, fact: found };
    if (match) return null;
  }
  return null;
};

/** A record has a level and these a subsystem: without one a plugin has printed it, perhaps what it was sent. */
const NAMED: ReadonlySet<GatewayFact['kind']> = new Set([
  'gateway-starting',
  'gateway-ready',
  'gateway-stopping',
  'gateway-stopped',
  'restart-announced',
]);

const gatewayFact = ({ level, subsystem, message }: LogLine): GatewayFact | null => {
  if (subsystem !== null && !isGateway(subsystem)) return null;
  for (const { message: pattern, fact } of GATEWAY_PATTERNS) {
    const match = pattern.exec(message);
    const found = match && fact(match.groups ?? {});
    if (match) return found && subsystem === null && level !== null && NAMED.has(found.kind) ? null : found;
  }
  return null;
};

/** Its health monitor finds a channel dead, and starts it; a channel that starts says so. */
const MONITOR_STARTS =
  /^\[[\w-]+:[^\]\n]{0,100}\] (?:health-monitor: )?restarting \(reason: (?:stopped|gave-up|disconnected|stuck)\)/;
/** So many of these in a row, with no word of the channel between them, have started nothing. */
const VAIN = { starts: 3, apartMs: 1_800_000 };
/**
 * It may start a channel once in ten minutes, and looks each five (docs/facts/openclaw.md 5.2). So many in a row, each as
 * soon as it may, are of a channel that no look found well, whatever the channel says of its own connection.
 */
const EACH_LOOK = { starts: 6, apartMs: 960_000 };
/** What a channel says of its own connection; that it sends something says nothing of what comes in. */
const OWN_WORDS = /\b(?:start(?:ing|ed)?|connect(?:ing|ed|ion)|listening|ready|logged in|closed|disconnected|retry)\b/i;

const createMonitorReader = () => {
  const starts = new Map<LinkName, { readonly at: number; readonly count: number }>();
  /** The same, whatever the channel says in between. */
  const looks = new Map<LinkName, { readonly at: number; readonly count: number }>();
  const counted = (counts: typeof starts, link: LinkName, at: number, apartMs: number): number => {
    const before = counts.get(link);
    const count = before && at - before.at < apartMs ? before.count + 1 : 1;
    counts.set(link, { at, count });
    return count;
  };
  return {
    /** A word of the channel itself. */
    heard: ({ subsystem, message }: LogLine): void => {
      if (starts.size === 0 || subsystem === null || !OWN_WORDS.test(message)) return;
      const channel = channelOfSubsystem(subsystem);
      for (const link of starts.keys()) if (platformOf(link) === channel) starts.delete(link);
    },
    read: ({ at, message }: LogLine, { link, fact }: LinkFound): LinkFound => {
      if (!MONITOR_STARTS.test(message)) return { link, fact };
      const again = counted(looks, link, at, EACH_LOOK.apartMs) >= EACH_LOOK.starts;
      return counted(starts, link, at, VAIN.apartMs) < VAIN.starts
        ? { link, fact: again && fact.kind === 'link-retrying' ? { ...fact, again } : fact }
        : {
            link,
            fact: {
              kind: 'link-lost',
              reason: 'its health monitor starts it again and again',
              dead: true,
              startedInVain: true,
            },
          };
    },
  };
};

const START_MS = 10_000;
const SDK_REQUEST_FAILED = /^\[error\]: \[\s*(AxiosError: Request failed with status code [45]\d\d)/;
/** Its word of a loss; behind it, it asks for a new address at once, which takes up to 30 s, and once more later. */
const SDK_RECONNECTS = /^\[info\]: \[\s*'\[ws\]',\s*'reconnect'/;
const RECONNECT_MS = 90_000;
/** A request of its own that ran into its time; what is sent meanwhile fails for the same reason. */
const SDK_TIMED_OUT = /^\[error\]: (?:\[\s*)?(AxiosError: timeout of \d{1,9}ms exceeded)/;

const textOf = ({ level, message }: LogLine): string =>
  redact(`${level === null ? '' : `${level.toUpperCase()} `}${message}`);

const stepEvidence = (line: LogLine, source: string, { text, fact }: ConversationFound): Evidence =>
  lineEvidence(
    line,
    source,
    { link: null, fact },
    ({ message }) => text ?? redact(message.replace(/\s+/g, ' ')).slice(0, SAID_LENGTH),
  );

/**
 * Turns the lines of one OpenClaw log into evidence. Its lines are not strictly in the order of time (up to 5 s), and
 * on the console one message may take several lines, of which only the first has a time.
 */
export const openClawLogReader = (source: string, names: LinkNames = createLinkNames({})): LogReader => {
  const config = createConfigReader();
  const conversation = createConversationReader(names);
  const monitored = createMonitorReader();
  let above: LogLine | null = null;
  /** It is a file of records, each of which is one line whatever stands in it. */
  let isOfRecords = false;
  let feishuTriesUntil = -Infinity;
  let feishuReconnectsUntil = -Infinity;
  /** The SDK prints each failed request of its own; only right behind the start of a connection it is that one's. */
  const startFailure = (line: LogLine): LinkFound | null => {
    if (line.message.includes('starting WebSocket connection')) feishuTriesUntil = line.at + START_MS;
    if (line.subsystem !== null) return null;
    if (SDK_RECONNECTS.test(line.message)) feishuReconnectsUntil = line.at + RECONNECT_MS;
    const timedOut = line.at <= feishuReconnectsUntil ? SDK_TIMED_OUT.exec(line.message)?.[1] : undefined;
    if (timedOut !== undefined)
      return { link: 'feishu', fact: { kind: 'link-retry-failed', failure: 'network', error: timedOut } };
    const error = SDK_REQUEST_FAILED.exec(line.message)?.[1];
    return error === undefined || line.at > feishuTriesUntil
      ? null
      : { link: 'feishu', fact: { kind: 'link-retry-failed', failure: 'platform', error } };
  };
  const record = (line: LogLine, found: readonly Found[]): LogRecord => ({
    at: line.at,
    evidence: found.length === 0 ? NONE : found.map((each) => lineEvidence(line, source, each, textOf)),
  });
  const gateway = (facts: readonly (GatewayFact | null)[]): readonly Found[] =>
    facts.flatMap((fact) => (fact === null ? [] : [{ link: null, fact }]));
  const withStep = (line: LogLine, { at, evidence }: LogRecord, step: ConversationFound | null): LogRecord =>
    step === null ? { at, evidence } : { at, evidence: [...evidence, stepEvidence(line, source, step)] };

  const recordOf = (line: LogLine): LogRecord => {
    above = line;
    monitored.heard(line);
    const failure = startFailure(line);
    const link = linkFact(line, names) ?? failure;
    const step = conversation(line);
    if (link) return withStep(line, record(line, [monitored.read(line, link)]), step);
    const fact = gatewayFact(line);
    const setting = config.line(line);
    if (fact === null && setting === null) return withStep(line, record(line, NONE), step);
    const found = gateway([fact, setting, fact?.kind === 'gateway-ready' ? config.ready() : null]);
    return withStep(line, record(line, found), step);
  };

  return {
    line: (text) => {
      const line = parseLogLine(text);
      const isRecord = line !== null && text.startsWith('{');
      isOfRecords ||= isRecord;
      // What else stands in such a file is of another writer, such as the console, whose lines a chat text may begin.
      if (isOfRecords && !isRecord) return null;
      if (line) return recordOf(line);
      // What has no time begins at that of the line above.
      if (above === null || !continuesConsole(text)) return null;
      const rest: LogLine = { ...above, level: null, message: asked(text).trim() };
      const found = gateway([config.line(rest)]);
      return found.length === 0 ? null : record({ ...rest, message: `${above.message} ${rest.message}` }, found);
    },
  };
};
