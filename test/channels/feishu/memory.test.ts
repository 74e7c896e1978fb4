import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createFeishuMemory } from '../../../src/channels/feishu/memory.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { channelOf, refusal, startRestServer } from './rest-server.ts';
import { recordingLogger } from './fixture.ts';

const tempFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-feishu-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'lifeline.db');
};

test('calls are counted for each app and each month as in China, over restarts', () => {
  const path = tempFile();
  const lastOfOctober = Date.parse('2026-10-31T23:59:59+08:00');
  const november = lastOfOctober + 1_000;
  const first = openDatabase(path);
  const memory = createFeishuMemory(first, 'cli_a');
  memory.countCall(lastOfOctober);
  memory.countCall(lastOfOctober);
  memory.countCall(november);
  createFeishuMemory(first, 'cli_b').countCall(november);
  first.close();
  const second = openDatabase(path);
  onTestFinished(() => second.close());
  const again = createFeishuMemory(second, 'cli_a');
  expect([again.callsIn(lastOfOctober), again.callsIn(november), again.callsIn(november + 40 * 86_400_000)]).toEqual([
    2, 1, 0,
  ]);
  again.countCall(november);
  expect(again.callsIn(november)).toBe(2);
});

test('a group is known for one, over restarts', () => {
  const path = tempFile();
  const first = openDatabase(path);
  const memory = createFeishuMemory(first, 'cli_a');
  memory.rememberGroup('oc_2');
  createFeishuMemory(first, 'cli_b').rememberGroup('oc_3');
  expect(memory.isGroup('oc_2')).toBe(true);
  first.close();
  const second = openDatabase(path);
  onTestFinished(() => second.close());
  const again = createFeishuMemory(second, 'cli_a');
  expect(['oc_1', 'oc_2', 'oc_3'].map((chat) => again.isGroup(chat))).toEqual([false, true, false]);
});

test('the status counts what the quota counts: every call but those for a token, refused ones too', async () => {
  const server = await startRestServer();
  const channel = channelOf(server);
  expect(channel.status().callsThisMonth).toBe(0);
  await channel.send({ user: 'ou_1' }, { tone: 'info', title: 'T' }, { key: 'k1' });
  server.answers.push(refusal(230020));
  await channel.edit('om_1', { tone: 'info', title: 'T', lines: ['l'] });
  expect(channel.status().callsThisMonth).toBe(2);
  expect(server.calls).toHaveLength(2);
});

test('a status is told though the database is closed already', async () => {
  const server = await startRestServer();
  const db = openDatabase(':memory:');
  const channel = channelOf(server, { db });
  db.close();
  expect(channel.status()).toEqual({
    link: 'stopped',
    since: expect.any(Number) as number,
    lastInboundAt: null,
    problem: null,
  });
});

test('a message goes out though the disk takes nothing any more', async () => {
  const server = await startRestServer();
  const path = tempFile();
  openDatabase(path).close();
  const db = new DatabaseSync(path, { readOnly: true });
  onTestFinished(() => db.close());
  const { logger, text } = recordingLogger();
  expect(
    await channelOf(server, { db, logger }).send({ user: 'ou_1' }, { tone: 'info', title: 'T' }, { key: 'k1' }),
  ).toMatchObject({ outcome: 'ok' });
  expect(text()).toContain('could not be read or stored');
});
