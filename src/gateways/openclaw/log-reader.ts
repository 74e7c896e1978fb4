import { redact } from '../../base/redact/redact.ts';
import type { Evidence, GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import { platformOf } from '../../diagnosis/link-name.ts';
import type { LogReader, LogRecord } from '../gateway-kind.ts';
import { asked } from '../asked.ts';
import { SAID_LENGTH } from '../symptom.ts';
import { platformFor } from '../platforms/index.ts';
import { channelExited } from '../platforms/platform.ts';
import {
  channelOfSubsystem,
  createLinkNames,
  judgedChannelOf,
  type JudgedChannel,
  type LinkNames,
} from './accounts.ts';
import { createConversationReader } from './conversation-grammar.ts';
import { createConfigReader } from './config-lines.ts';
import { GATEWAY_PATTERNS } from './gateway-grammar.ts';
import {
  CHANNEL_PATTERNS,
  FEISHU_CONSOLE_PATTERNS,
  FEISHU_PATTERNS,
  FEISHU_SDK_PATTERNS,
  MONITOR_PATTERNS,
  QQ_PATTERNS,
  type LinkPattern,
} from './link-grammar.ts';
import { continuesConsole, parseLogLine, type LogLine } from './log-line.ts';

interface LinkFound {
  readonly link: LinkName;
  readonly fact: LinkFact;
}
type Found = LinkFound | { readonly link: null; readonly fact: GatewayFact };

/**
 * What the CLI writes into the same file (docs/facts/openclaw.md 0.12) has subsystems of its own, or none; a channel
 * passes on what its children say, such as signal-cli.
 */
const GATEWAY =
  /^gateway(?:\/(?!channels\/)|$)|^(?:gateway-tool|restart|lifecycle|shutdown|diagnostic|admission|reload|thaw|openclaw|clawdbot)$/;
const MONITOR = /(?:^|\/)health-monitor$/;

/** Which channel a line is about, and which patterns may fit it. */
const patternsFor = (
  subsystem: string | null,
  message: string,
): { readonly channel: ReturnType<typeof judgedChannelOf>; readonly patterns: readonly LinkPattern[] } => {
  if (subsystem === null) return { channel: 'feishu', patterns: message.startsWith('[') ? FEISHU_SDK_PATTERNS : [] };
  if (subsystem === 'ws') return { channel: 'feishu', patterns: FEISHU_CONSOLE_PATTERNS };
  if (MONITOR.test(subsystem)) return { channel: null, patterns: MONITOR_PATTERNS };
  const channel = channelOfSubsystem(subsystem);
  if (channel === null) return { channel, patterns: [] };
  return { channel, patterns: [...ownPatterns(channel), ...CHANNEL_PATTERNS] };
};

const ownPatterns = (channel: JudgedChannel): readonly LinkPattern[] => {
  if (channel === 'qqbot') return QQ_PATTERNS;
  if (channel === 'feishu') return FEISHU_PATTERNS;
  return [...(platformFor(channel)?.openclaw?.patterns ?? []), channelExited];
};

const linkFact = ({ subsystem, message }: LogLine, names: LinkNames): LinkFound | null => {
  const { channel, patterns } = patternsFor(subsystem, message);
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

const gatewayFact = ({ subsystem, message }: LogLine): GatewayFact | null => {
  if (subsystem !== null && !GATEWAY.test(subsystem)) return null;
  for (const { message: pattern, fact } of GATEWAY_PATTERNS) {
    const match = pattern.exec(message);
    if (match) return fact(match.groups ?? {});
  }
  return null;
};

/** Its health monitor finds a channel dead, and starts it; a channel that starts says so. */
const MONITOR_STARTS =
  /^\[[\w-]+:[^\]\n]{0,100}\] (?:health-monitor: )?restarting \(reason: (?:stopped|gave-up|disconnected|stuck)\)/;
/** So many of these in a row, with no word of the channel between them, have started nothing. */
const VAIN = { starts: 3, apartMs: 1_800_000 };
/** What a channel says of its own connection; that it sends something says nothing of what comes in. */
const OWN_WORDS = /\b(?:start(?:ing|ed)?|connect(?:ing|ed|ion)|listening|ready|logged in|closed|disconnected|retry)\b/i;

const createMonitorReader = () => {
  const starts = new Map<LinkName, { readonly at: number; readonly count: number }>();
  return {
    /** A word of the channel itself. */
    heard: ({ subsystem, message }: LogLine): void => {
      if (starts.size === 0 || subsystem === null || !OWN_WORDS.test(message)) return;
      const channel = judgedChannelOf(CHANNEL.exec(subsystem)?.[1] ?? '');
      for (const link of starts.keys()) if (platformOf(link) === channel) starts.delete(link);
    },
    read: ({ at, message }: LogLine, { link, fact }: LinkFound): LinkFound => {
      if (!MONITOR_STARTS.test(message)) return { link, fact };
      const before = starts.get(link);
      const count = before && at - before.at < VAIN.apartMs ? before.count + 1 : 1;
      starts.set(link, { at, count });
      return count < VAIN.starts
        ? { link, fact }
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

/**
 * Turns the lines of one OpenClaw log into evidence. Its lines are not strictly in the order of time (up to 5 s), and
 * on the console one message may take several lines, of which only the first has a time.
 */
export const openClawLogReader = (source: string, names: LinkNames = createLinkNames({})): LogReader => {
  const config = createConfigReader();
  const conversation = createConversationReader(names);
  const monitored = createMonitorReader();
  let above: LogLine | null = null;
  let feishuTriesUntil = -Infinity;
  /** The SDK prints each failed request of its own; only right behind the start of a connection it is that one's. */
  const startFailure = (line: LogLine): LinkFound | null => {
    if (line.message.includes('starting WebSocket connection')) feishuTriesUntil = line.at + START_MS;
    const error = line.subsystem === null ? SDK_REQUEST_FAILED.exec(line.message)?.[1] : undefined;
    return error === undefined || line.at > feishuTriesUntil
      ? null
      : { link: 'feishu', fact: { kind: 'link-retry-failed', failure: 'platform', error } };
  };
  const record = (line: LogLine, found: readonly Found[]): LogRecord => {
    if (found.length === 0) return { at: line.at, evidence: [] };
    const level = line.level === null ? '' : `${line.level.toUpperCase()} `;
    const dated = { at: line.at, source, text: redact(`${level}${line.message}`) };
    return { at: line.at, evidence: found.map((each): Evidence => ({ ...dated, ...each })) };
  };
  const gateway = (facts: readonly (GatewayFact | null)[]): readonly Found[] =>
    facts.flatMap((fact) => (fact === null ? [] : [{ link: null, fact }]));
  const steps = (line: LogLine): readonly Evidence[] => {
    const found = conversation(line);
    if (!found) return [];
    const said = found.text ?? redact(line.message.replace(/\s+/g, ' ')).slice(0, SAID_LENGTH);
    return [{ at: line.at, source, text: said, link: null, fact: found.fact }];
  };
  const withSteps = ({ at, evidence }: LogRecord, step: readonly Evidence[]): LogRecord => ({
    at,
    evidence: [...evidence, ...step],
  });

  return {
    line: (text) => {
      const line = parseLogLine(text);
      if (!line) {
        // What has no time begins at that of the line above.
        if (above === null || !continuesConsole(text)) return null;
        const rest: LogLine = { ...above, level: null, subsystem: null, message: asked(text).trim() };
        const found = gateway([config.line(rest)]);
        return found.length === 0 ? null : record({ ...rest, message: `${above.message} ${rest.message}` }, found);
      }
      above = line;
      monitored.heard(line);
      const failure = startFailure(line);
      const link = linkFact(line, names) ?? failure;
      const step = steps(line);
      if (link) return withSteps(record(line, [monitored.read(line, link)]), step);
      const fact = gatewayFact(line);
      return withSteps(
        record(line, gateway([fact, config.line(line), fact?.kind === 'gateway-ready' ? config.ready() : null])),
        step,
      );
    },
  };
};
