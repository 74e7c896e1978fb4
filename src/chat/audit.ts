/** What the audit keeps of every attempt to command. */
import { redact } from '../base/redact.ts';
import type { AuditEntry } from '../store/audit.ts';
import type { Inbound } from './inbound.ts';
import type { Parsed } from './parse.ts';

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
