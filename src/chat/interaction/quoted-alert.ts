/** Whoever answers an alert by quoting it has seen it: that acknowledges what it tells of, whatever else they write. */
import type { Quotes } from '../../store/quotes.ts';
import type { Command } from '../command/command.ts';
import { confirmingText } from './confirmation.ts';
import type { Inbound } from '../inbound/inbound-message.ts';
import { pairingText } from '../pairing/pairing.ts';
import { parseCommand } from '../bus/parse-command.ts';
import { understand } from '../understand/understand.ts';

/** Whoever asks for something in plain words gets that. */
const wishesElse = (text: string, commands: readonly Command[], gateways: readonly string[]): boolean => {
  const meant = understand(text, commands, gateways);
  return meant !== null && (meant.kind === 'run' ? !meant.command.startsWith('/ack') : meant.sure);
};

/** @returns the command that the quote stands for; null when it quotes no alert, or says something else that counts. */
export const commandOfQuote = (
  { channel, text, quotes: quote, pressed }: Inbound,
  commands: readonly Command[],
  gateways: readonly string[],
  quotes: Pick<Quotes, 'incidentsOf'>,
): string | null => {
  if (quote === undefined || pressed !== undefined || confirmingText(text) !== null || pairingText(text) !== null)
    return null;
  const parsed = parseCommand(text, commands);
  const isTalk =
    parsed.kind === 'talk' || (parsed.kind === 'command' && parsed.command.id === 'ack' && parsed.args.length === 0);
  if (!isTalk || wishesElse(text, commands, gateways)) return null;
  const [first, ...more] = quotes.incidentsOf(channel, quote);
  if (first === undefined) return null;
  return more.length === 0 ? `/ack ${first}` : '/ack';
};
