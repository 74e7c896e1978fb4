import { describe, expect, it } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { commandOfQuote } from '../../../src/chat/interaction/quoted-alert.ts';
import { inbound } from '../helpers.ts';

const quotes = {
  incidentsOf: (channel: string, quote: string) => {
    if (channel === 'qq' && quote === 'REF1') return [12];
    return quote === 'REF2' ? [12, 13] : [];
  },
};

describe('a reply that quotes an alert', () => {
  it.each<[string, string, string, string | null]>([
    ['any words', '我看看', 'REF1', '/ack 12'],
    ['the word for it', '收到', 'REF1', '/ack 12'],
    ['the bare command', '/ack', 'REF1', '/ack 12'],
    ['a message that tells of several', '知道了', 'REF2', '/ack'],
    ['a command of its own', '/status', 'REF1', null],
    ['the command for another incident', '/ack 7', 'REF1', null],
    ['a word that confirms', '确认 7K2Q', 'REF1', null],
    ['a message that is no alert', '我看看', 'REF9', null],
  ])('%s', (_what, text, quote, command) => {
    expect(commandOfQuote(inbound(text, { quotes: quote }), commands, ['main'], quotes)).toBe(command);
  });

  it('counts only for what was sent on the same channel, and a tap quotes nothing', () => {
    expect(commandOfQuote(inbound('好', { quotes: 'REF1', channel: 'feishu' }), commands, ['main'], quotes)).toBeNull();
    expect(commandOfQuote(inbound('', { quotes: 'REF1', pressed: 'token' }), commands, ['main'], quotes)).toBeNull();
    expect(commandOfQuote(inbound('好'), commands, ['main'], quotes)).toBeNull();
  });
});
