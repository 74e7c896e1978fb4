/** What the audit keeps of every attempt to command. */
import { redact } from '../../base/redact/redact.ts';
import type { AuditEntry } from '../../store/audit.ts';
import type { Command } from '../command/command.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import { pairingText } from '../pairing/pairing.ts';
import type { ParsedCommand } from './parse-command.ts';

const MAX_TEXT = 200;
/** What the audit records for a tap whose button is unknown. */
const TAP = '(button)';
/** Without its code, which may be good yet. */
const PAIR = '/pair';

export type AuditedAttempt = Pick<AuditEntry, 'at' | 'channel' | 'chat' | 'sender' | 'command' | 'durationMs'>;

/** Strangers write these texts, too: they stay on one line and move no terminal's cursor. */
const flat = (text: string): string => text.slice(0, MAX_TEXT * 2).replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ');

/** One line without secrets, as people read it later. */
export const auditText = (text: string): string => redact(flat(text)).slice(0, MAX_TEXT);

/** Not redacted: it tells one person from another. */
const shortId = (id: string): string => flat(id).slice(0, MAX_TEXT);

const asked = (inbound: Inbound, parsed: ParsedCommand): string => {
  if (parsed.kind === 'command')
    return auditText(
      ['/' + parsed.command.id, ...parsed.args.filter((word) => !isHidden(parsed.command, word))].join(' '),
    );
  if (inbound.pressed !== undefined) return TAP;
  if (pairingText(inbound.text) !== null) return PAIR;
  return auditText(parsed.kind === 'unknown' ? `/${parsed.name}` : inbound.text);
};

/** What only buttons say, such as how things were when they were made. */
const isHidden = ({ args }: Command, word: string): boolean =>
  Object.values(args).some(
    (argument) => argument.hidden && argument.kind === 'pattern' && word.search(argument.pattern) >= 0,
  );

/** @param parsed of a tap: what it stands for, if anything. */
export const describeAttempt = (inbound: Inbound, parsed: ParsedCommand, at: number): AuditedAttempt => ({
  at,
  channel: inbound.channel,
  chat: inbound.chat.kind === 'group' ? shortId(inbound.chat.id) : null,
  sender: shortId(inbound.sender),
  command: asked(inbound, parsed),
  durationMs: null,
});
