import { redact } from '../../base/redact.ts';
import type { Evidence, GatewayFact, LinkFact, LinkName } from '../../diagnosis/evidence.ts';
import type { LogReader } from '../gateway-kind.ts';
import { CHANNEL_PATTERNS, FEISHU_PATTERNS, GATEWAY_PATTERNS, MONITOR_PATTERNS, QQ_PATTERNS } from './grammar.ts';
import { parseLogLine, type LogLine } from './log-line.ts';

type Found = { readonly link: LinkName; readonly fact: LinkFact } | { readonly link: null; readonly fact: GatewayFact };

const CHANNEL = /^(?:channels\/)?(feishu|qqbot|openclaw-qqbot)$/;
const linkOf = (subsystem: string): LinkName => (subsystem === 'openclaw-qqbot' ? 'qqbot' : subsystem);
/** What the CLI writes into the same file (facts/openclaw.md 0.12) has subsystems of its own. */
const GATEWAY = /^gateway(?:\/|$)|^(?:lifecycle|shutdown|diagnostic|admission)$/;

const linkFact = ({ subsystem, message }: LogLine): Found | null => {
  for (const { link, from, message: pattern, fact } of subsystem?.endsWith('qqbot') === true ? QQ_PATTERNS : FEISHU_PATTERNS) {
    if (from === null ? subsystem !== null : !from.test(subsystem ?? '')) continue;
    const match = pattern.exec(message);
    const found = match && fact(match.groups ?? {});
    if (found) return { link, fact: found };
  }
  const channel = CHANNEL.exec(subsystem ?? '')?.[1];
  for (const { message: pattern, fact } of channel === undefined ? MONITOR_PATTERNS : CHANNEL_PATTERNS) {
    const match = pattern.exec(message);
    const link = match?.groups?.['link'] ?? channel;
    if (match && link !== undefined) return { link: linkOf(link), fact: fact(match.groups ?? {}) };
  }
  return null;
};

const gatewayFact = ({ subsystem, message }: LogLine): Found | null => {
  if (subsystem !== null && !GATEWAY.test(subsystem)) return null;
  for (const { message: pattern, fact } of GATEWAY_PATTERNS) {
    const match = pattern.exec(message);
    if (match) return { link: null, fact: fact(match.groups ?? {}) };
  }
  return null;
};

/** Turns the lines of one OpenClaw log into evidence. Its lines are not strictly in the order of time (up to 5 s). */
export const openClawLogReader = (source: string): LogReader => ({
  line: (text) => {
    const line = parseLogLine(text);
    if (!line) return null;
    const found = linkFact(line) ?? gatewayFact(line);
    if (!found) return { at: line.at, evidence: [] };
    const level = line.level === null ? '' : `${line.level.toUpperCase()} `;
    return { at: line.at, evidence: [{ at: line.at, source, text: redact(`${level}${line.message}`), ...found } satisfies Evidence] };
  },
});
