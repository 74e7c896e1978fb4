/** A reply that quotes what a host has told: which host it is for, at the hub. */
import { expect, test } from 'vitest';
import type { Command } from '../../src/chat/command/command.ts';
import { createHubCommands } from '../../src/fleet/hub/commands.ts';
import { createQuotedMatters, hubCommandOfQuote, type QuotedMatter } from '../../src/fleet/hub/quoted.ts';
import type { KnownHost } from '../../src/fleet/hub/place.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { createDeliveryRecord } from '../../src/notify/outbox/delivery-record.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createQuotes } from '../../src/store/quotes.ts';
import { inbound } from '../chat/helpers.ts';

const HOSTS: readonly KnownHost[] = ['web-3', 'db-1'].map((host) => ({ host, labels: {}, gateways: ['main', 'side'] }));
const commands: readonly Command[] = createHubCommands({} as unknown as Parameters<typeof createHubCommands>[0]);

const one: QuotedMatter = { host: 'web-3', gateway: 'main', incident: 12 };
const MATTERS: Readonly<Record<string, readonly QuotedMatter[]>> = {
  one: [one],
  twoOfOne: [one, { ...one, gateway: 'side', incident: 13 }],
  two: [one, { host: 'db-1', gateway: 'main', incident: 4 }],
  away: [{ host: 'web-3', gateway: null, incident: null }],
};

const meant = (text: string, quotes: string, hosts = HOSTS): string | null =>
  hubCommandOfQuote(inbound(text, { quotes }), commands, (_channel, quote) => MATTERS[quote] ?? [], hosts);

test.each<[string, string, string | null]>([
  ['/restart', 'one', '/restart web-3/main'],
  ['restart', 'one', '/restart web-3/main'],
  ['重启', 'one', '/restart web-3/main'],
  ['/logs 50', 'one', '/logs web-3/main 50'],
  ['/mute 2h', 'one', '/mute web-3/main 2h'],
  ['/status', 'one', '/status web-3/main'],
  ['/status', 'away', '/status web-3'],
  ['/ack', 'one', '/ack web-3 12'],
  ['收到', 'one', '/ack web-3 12'],
  ['on it, thanks', 'one', '/ack web-3 12'],
  ['收到', 'twoOfOne', '/ack web-3'],
  ['收到', 'two', '/ack'],
  ['收到', 'away', null],
  ['/incident', 'one', '/incident web-3 12'],
  // Whoever names a place means that one.
  ['/restart db-1/main', 'one', null],
  ['/restart role=edge', 'one', null],
  ['/ack db-1 4', 'one', null],
  // Of several nobody knows which is meant: the hub asks.
  ['/restart', 'two', null],
  ['/restart', 'twoOfOne', null],
  // What is about the hub itself, and what is no answer to an alert.
  ['/help', 'one', null],
  ['确认 7K2Q', 'one', null],
  ['/restart', 'unknown', null],
])('"%s" that quotes %s is %s', (text, quotes, command) => expect(meant(text, quotes)).toBe(command));

test('with one host what is typed is for it anyhow, and the bare command for the gateway of the alert', () => {
  const [only] = HOSTS;
  const alone = only === undefined ? [] : [only];
  expect(meant('/restart', 'one', alone)).toBe('/restart web-3/main');
  expect(meant('/restart side', 'one', alone)).toBeNull();
});

test('what a host tells is found by the message that has told it', () => {
  const db = openDatabase(':memory:');
  db.exec(`INSERT INTO fleet_threads (subject, host, topic, remote, gateway, at) VALUES (7, 'web-3', 'incident', 12, 'main', 1),
    (8, 'web-3', 'away', 5, NULL, 1)`);
  const to = { person: 'me', ways: [{ channel: 'qq', user: 'ME' }] };
  const record = createDeliveryRecord(db, () => undefined);
  for (const [subject, quote] of [
    [7, 'REF7'],
    [8, 'REF8'],
  ] as const) {
    const [made] = createOutbox(db).enqueue(
      { topic: 'host', subject, kind: 'opened', message: { tone: 'critical', title: 'web-3 · main' }, at: 1 },
      [to],
    );
    record.apply([{ do: 'choose', notification: made?.id ?? 0, channel: 'qq' }], 1, 1);
    record.begin(made?.id ?? 0, 'qq', null);
    record.end(made?.id ?? 0, 'qq', { is: 'delivered', at: 2, messageId: 'm', quoteIds: [quote] });
  }
  const mattersOf = createQuotedMatters(db, createQuotes(db));
  expect(mattersOf('qq', 'REF7')).toEqual([one]);
  expect(mattersOf('qq', 'REF8')).toEqual(MATTERS['away']);
  expect(mattersOf('qq', 'REF9')).toEqual([]);
  expect(mattersOf('feishu', 'REF7')).toEqual([]);
});
