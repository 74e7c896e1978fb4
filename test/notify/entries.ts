import type { Entry, Rung } from '../../src/notify/entry.ts';

export const rung = (channel: string, change: Partial<Rung> = {}): Rung => ({
  channel,
  user: `${channel}-me`,
  place: {},
  fix: null,
  key: `key-${channel}`,
  state: 'idle',
  chosenAt: change.state && change.state !== 'idle' ? 0 : null,
  nextAt: 0,
  tries: 0,
  batch: null,
  unsure: false,
  ...change,
});

export const entry = (id: number, rungs: readonly Rung[], change: Partial<Entry> = {}): Entry => ({
  id,
  thread: 1,
  kind: 'opened',
  person: 'feishu:ou_me',
  message: { tone: 'critical', title: `message ${id}` },
  at: 0,
  state: 'open',
  retryAt: null,
  notBefore: null,
  held: null,
  gateway: null,
  rungs,
  ...change,
});
