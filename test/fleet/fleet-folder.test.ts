/** The folder in which a fleet is kept is changed by one command at a time, and loses nothing that one of them writes. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createUser } from '@nats-io/nkeys';
import { expect, test } from 'vitest';
import { openFleetFolder } from '../../src/fleet/setup/fleet-folder.ts';
import { inFolder } from '../../src/fleet/setup/fleet-lock.ts';
import type { Members } from '../../src/fleet/setup/members.ts';
import { adding, folder, lifeline, NO_OPENSSL } from './setup-stage.ts';

const first = (): Members => ({
  v: 2,
  address: 'nats.example.com:4222',
  begun: 1,
  members: [{ name: 'hub-1', role: 'hub', key: createUser().getPublicKey(), issued: 1 }],
  removed: [],
  issued: 1,
  isTold: true,
});

const made = (): string => {
  const dir = folder();
  mkdirSync(dir);
  return dir;
};

test('is begun once', () => {
  const fleet = openFleetFolder(made());
  fleet.begin(first());
  expect(() => fleet.begin(first())).toThrow(/There is a fleet/);
});

test('is left alone by a step that changes nothing, or that throws', () => {
  const dir = made();
  const fleet = openFleetFolder(dir);
  const members = first();
  fleet.begin(members);
  rmSync(join(dir, 'nats.conf'));
  fleet.change((now) => now);
  expect(() => fleet.change(() => undefined as never)).toThrow();
  expect(fleet.members()).toEqual(members);
});

test('is not changed while another command changes it, and is free when that one ends', () => {
  const dir = made();
  inFolder(dir, () => null);
  const other = new DatabaseSync(join(dir, 'fleet.lock'));
  other.exec('BEGIN EXCLUSIVE');
  expect(() => inFolder(dir, () => 'done', 20)).toThrow(/Run the same command again/);
  other.close();
  expect(inFolder(dir, () => 'done', 20)).toBe('done');
});

test('says what to do when it cannot be written', () => {
  expect(() => inFolder(join(made(), 'missing'), () => null)).toThrow(/cannot be written into .*run the same command/);
});

test.skipIf(NO_OPENSSL !== null)('keeps every host of several commands at once', { timeout: 60_000 }, async () => {
  const dir = folder();
  expect(lifeline(dir, 'init', '127.0.0.1:4222').status).toBe(0);
  const names = ['web-1', 'web-2', 'web-3', 'web-4'];
  await Promise.all(names.map((name) => adding(dir, name, {}, '--files')));
  const { members } = openFleetFolder(dir).members();
  expect(members.map(({ name }) => name).toSorted()).toEqual(['hub-1', ...names]);
});
