/** Tells the diagnosis a story in Hermes's own log lines and asks for its verdicts at a time. */
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence, GatewayFact, LinkFact } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState, type GatewayState } from '../../src/diagnosis/state.ts';
import type { Verdict } from '../../src/diagnosis/verdict.ts';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import { instant } from '../instant.ts';

/** 10:00:00 local time; story times are seconds after it. */
export const TEN = new Date(2026, 10, 21, 10, 0, 0).getTime();
export const at = (seconds: number): number => TEN + seconds * 1_000;

/** @returns the time as Hermes writes it at the head of a line. */
export const stamp = (seconds: number): string => {
  const date = new Date(at(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())},000`;
};

/** `[second, line]`: a level and message of a known writer, or a fact that a sensor found. */
export type Chapter = readonly [number, string | GatewayFact | LinkFact];

const LOGGERS: readonly (readonly [RegExp, string])[] = [
  [/^\w+ \[QQBot/, 'gateway.platforms.qqbot.adapter'],
  [/^\w+ \[Feishu\]/, 'plugins.platforms.feishu.adapter'],
  [/^\w+ (?:connected to|disconnected to|trying to reconnect|receive message loop|connect failed)/, 'Lark'],
  [/^\w+ Gateway startup /, 'hermes_startup_watchdog'],
  [/^\w+ (?:Empty response|Turn ended) /, 'agent.conversation_loop'],
];

export const line = (seconds: number, text: string): string => {
  const logger = LOGGERS.find(([pattern]) => pattern.test(text))?.[1] ?? 'gateway.run';
  const [level, ...message] = text.split(' ');
  return `${stamp(seconds)} ${level} ${logger}: ${message.join(' ')}`;
};

export const process = (pid: number, startedSecond: number): GatewayFact => ({
  kind: 'process',
  process: { pid, startTime: pid * 100, startedAt: at(startedSecond) },
});
export const noProcess: GatewayFact = { kind: 'process', process: null };

export const tell = (story: readonly Chapter[]): GatewayState => {
  const reader = hermesLogReader('gateway.log');
  let state = initialState;
  for (const [seconds, told] of story) {
    const evidence: readonly Evidence[] =
      typeof told === 'string'
        ? (reader.line(told.startsWith('  ') ? told.slice(2) : line(seconds, told))?.evidence ?? [])
        : [found(seconds, told)];
    for (const piece of evidence) state = advance(state, piece);
  }
  return state;
};

const isLinkFact = (fact: GatewayFact | LinkFact): fact is LinkFact => fact.kind.startsWith('link-');

/** What a sensor found; about the QQ link where it is about a link. */
const found = (seconds: number, fact: GatewayFact | LinkFact): Evidence => {
  const dated = { at: instant(at(seconds)), source: 'sensor', text: fact.kind };
  return isLinkFact(fact) ? { ...dated, link: 'qqbot', fact } : { ...dated, link: null, fact };
};

/** `main=healthy/none`, `qqbot=up/none`… at a second of the story. */
export const verdictsAt = (story: readonly Chapter[], seconds: number): Verdict[] => [
  ...judge(tell(story), { gateway: 'main', policy: DEFAULT_POLICY, now: at(seconds), links: null }).verdicts,
];

export const conclusion = (story: readonly Chapter[], seconds: number, link: string | null): string => {
  const verdict = verdictsAt(story, seconds).find((candidate) => candidate.link === link);
  return verdict ? `${verdict.condition}/${verdict.remedy}` : 'none';
};

/** A healthy start of a gateway with both links, at a second. */
export const healthyStart = (second = 0, pid = 100): Chapter[] => [
  [second, process(pid, second - 2)],
  [second, 'INFO Starting Hermes Gateway...'],
  [second + 1, 'INFO [QQBot:1001] WebSocket connected to wss://example/websocket'],
  [second + 1, 'INFO [QQBot:1001] Connected'],
  [second + 1, 'INFO [QQBot:1001] Identify sent'],
  [second + 1, 'INFO [Feishu] Connected in websocket mode (feishu)'],
  [second + 1, 'INFO Gateway running with 2 platform(s)'],
  [second + 2, 'INFO [QQBot:1001] Ready, session_id=abc'],
  [second + 2, 'INFO connected to wss://example/ws?ticket=xyz'],
];
