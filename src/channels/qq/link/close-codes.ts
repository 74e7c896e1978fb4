/** The table of the gateway's close codes and the reaction to each (docs/facts/qq.md 2.6). Data only. */

export interface Reaction {
  /** `keep`: Resume next time. `drop`: Identify. */
  readonly session: 'keep' | 'drop';
  readonly token: 'keep' | 'drop';
  /** `narrow`: ask for messages only. */
  readonly intents: 'keep' | 'narrow';
  /** `slow`: only a person can mend it, so ask rarely and say so loudly. */
  readonly pace: 'backoff' | 'rate_limited' | 'slow';
  /** For people. */
  readonly meaning: string;
}

const reaction = (meaning: string, change: Partial<Reaction> = {}): Reaction => ({
  session: 'keep',
  token: 'keep',
  intents: 'keep',
  pace: 'backoff',
  ...change,
  meaning,
});

const identify = (meaning: string): Reaction => reaction(meaning, { session: 'drop' });
const fatal = (meaning: string): Reaction => reaction(meaning, { session: 'drop', pace: 'slow' });

export const CLOSE_CODES: Readonly<Record<number, Reaction>> = {
  4001: fatal('QQ did not understand a frame of ours (wrong opcode)'),
  4002: fatal('QQ did not understand a frame of ours (wrong payload)'),
  4004: reaction('QQ did not accept the access token', { token: 'drop' }),
  4006: identify('QQ no longer knows the session'),
  4007: identify('QQ did not accept the sequence number'),
  4008: reaction('QQ says we sent too fast', { pace: 'rate_limited' }),
  4009: reaction('QQ ended the connection as it does every half hour'),
  4010: fatal('QQ did not accept the shard'),
  4011: fatal('the bot is in too many guilds for one connection'),
  4012: fatal('QQ no longer serves this protocol version'),
  4013: fatal('QQ did not accept the intents'),
  4014: reaction('QQ does not grant the bot one of the intents', { session: 'drop', intents: 'narrow' }),
  4914: fatal('the bot is taken off line and may only use the sandbox; see the QQ console'),
  4915: fatal('the bot is banned; see the QQ console'),
};

/** Codes below 4000 are the transport's; a Resume is worth one try. Unknown ones call for a fresh session. */
export const reactionToClose = (code: number): Reaction => {
  const known = CLOSE_CODES[code];
  if (known) return known;
  if (code < 4000) return reaction('the connection broke');
  return identify(
    code >= 4900 && code <= 4913
      ? 'QQ had an internal error'
      : 'QQ closed the connection for a reason it does not document',
  );
};

export const reactions = { reaction, identify, fatal };
