/** What the audit keeps of every attempt to command. */
import { redact } from '../base/redact.ts';
import type { Inbound } from './inbound.ts';
import type { Parsed } from './parse.ts';

export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly channel: string;
  /** The platform's id of the sender. */
  readonly sender: string;
  /** The operator's name; null for a stranger. */
  readonly operator: string | null;
  /** What was asked for, as typed, redacted and cut. */
  readonly command: string;
  /** `allowed` is written before a command runs; `failed` follows when it then failed. */
  readonly outcome: 'allowed' | 'failed' | 'refused';
  /** Why it was refused or failed. */
  readonly detail: string | null;
}

export interface Audit {
  record(entry: AuditEntry): void;
}

const MAX_TEXT = 200;

/** Strangers write these texts, too: they stay short and on one line. */
const shortened = (text: string): string => redact(text.slice(0, MAX_TEXT * 2).replaceAll(/\s+/g, ' ')).slice(0, MAX_TEXT);

const asked = (parsed: Parsed, text: string): string => {
  if (parsed.kind === 'command') return shortened(['/' + parsed.command.id, ...parsed.args].join(' '));
  return shortened(parsed.kind === 'unknown' ? `/${parsed.name}` : text);
};

export const describeAttempt = (inbound: Inbound, parsed: Parsed, at: number): Pick<AuditEntry, 'at' | 'channel' | 'sender' | 'command'> => ({
  at,
  channel: inbound.channel,
  sender: inbound.sender.slice(0, MAX_TEXT),
  command: asked(parsed, inbound.text),
});
