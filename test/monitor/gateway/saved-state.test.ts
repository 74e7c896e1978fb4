import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { initialState, newLink, type GatewayState } from '../../../src/diagnosis/state.ts';
import { openDatabase } from '../../../src/store/database.ts';
import type { LogCursors } from '../../../src/sensors/logs/logs.ts';
import { createWatchMemory } from '../../../src/monitor/gateway/saved-state.ts';
import { stateVersionOf } from '../../../src/monitor/gateway/state-text.ts';
import { healthyStart, tell } from '../../diagnosis/story.ts';

const DAY_MS = 86_400_000;
const AT = 1_800_000_000_000;
const cursors: LogCursors = {
  '/home/logs/gateway.log': {
    inode: '18446744073709551615',
    offset: 42,
    mark: 'abc',
    modifiedAt: 1_800_000_000_000.25,
  },
};

let db: DatabaseSync;
beforeEach(() => {
  db = openDatabase(':memory:');
  onTestFinished(() => db.close());
});

/** A state in which every kind of field is filled. */
const rich: GatewayState = tell([
  ...healthyStart(),
  [60, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=网络'],
  [90, 'ERROR [QQBot:1001] Max reconnect attempts reached'],
  [91, { kind: 'marker', marker: 'update', present: true }],
  [92, 'ERROR Executor shutdown has been called'],
]);

const rows = (): unknown =>
  db
    .prepare('SELECT at, cursors FROM watch_memory')
    .all()
    .map((row) => ({ ...row }));

describe('the memory of a gateway', () => {
  test.each([
    ['nothing yet', initialState],
    ['a link that gave up, losses, a marker, failures', rich],
    ['a process that is gone', { ...rich, process: null }],
  ])('gives back what was saved: %s', (_what, state) => {
    createWatchMemory(db).save('main', AT, state, cursors);
    expect(createWatchMemory(db).load('main', AT + 1)).toEqual({ state, cursors, at: AT });
  });

  test('knows each gateway by itself', () => {
    const memory = createWatchMemory(db);
    memory.save('main', AT, rich, cursors);
    memory.save('other', AT, initialState, {});
    expect(memory.load('main', AT)?.state).toEqual(rich);
    expect(memory.load('other', AT)).toEqual({ state: initialState, cursors: {}, at: AT });
    expect(memory.load('third', AT)).toBeNull();
  });

  test.each([
    ['is as old as it may be', AT + 7 * DAY_MS, true],
    ['is older than seven days', AT + 7 * DAY_MS + 1, false],
    ['is from a clock that was far ahead', AT - 8 * DAY_MS, false],
  ])('that %s', (_what, now, usable) => {
    const memory = createWatchMemory(db);
    memory.save('main', AT, rich, cursors);
    expect(memory.load('main', now) !== null).toBe(usable);
  });

  test.each([
    ['another version', `version = version + 1`],
    ['no JSON', `state = '{"links":'`],
    ['no object', `state = 'null'`],
    ['an object without the fields', `state = '{}'`],
    ['a list where a map belongs', `state = json_set(state, '$.links', json('[]'))`],
    ['a map that is none', `state = json_set(state, '$.links', json('{"$map":5}'))`],
    ['a link without its fields', `state = json_set(state, '$.links', json('{"$map":[["qqbot",{}]]}'))`],
    ['cursors that are no JSON', `cursors = '{'`],
    ['cursors that are null', `cursors = 'null'`],
    ['a cursor that is null', `cursors = '{"a":null}'`],
    ['a cursor at no place', `cursors = '{"a":{"inode":"1","offset":-1,"mark":"","modifiedAt":0}}'`],
  ])('is nothing when it holds %s', (_what, damage) => {
    const memory = createWatchMemory(db);
    memory.save('main', AT, rich, cursors);
    db.exec(`UPDATE watch_memory SET ${damage}`);
    expect(memory.load('main', AT)).toBeNull();
  });

  test('is written at once when the state changes, seldom when only lines were read, and hourly when nothing happens', () => {
    const memory = createWatchMemory(db);
    const moved = (offset: number): LogCursors => ({ a: { inode: '1', offset, mark: '', modifiedAt: 0 } });
    const writtenAt = (seconds: number, state: GatewayState, offset: number): unknown => {
      memory.save('main', AT + seconds * 1_000, state, moved(offset));
      return (rows() as { at: number }[]).map(({ at }) => (at - AT) / 1_000);
    };
    expect(writtenAt(0, initialState, 1)).toEqual([0]);
    expect(writtenAt(1, rich, 1)).toEqual([1]);
    expect(writtenAt(2, { ...rich }, 1)).toEqual([1]);
    expect(writtenAt(30, rich, 2)).toEqual([1]);
    expect(writtenAt(31, rich, 2)).toEqual([31]);
    expect(writtenAt(3_630, rich, 2)).toEqual([31]);
    expect(writtenAt(3_631, rich, 2)).toEqual([3_631]);
    expect(writtenAt(3_632, initialState, 3)).toEqual([3_632]);
  });
});

test('the version differs when a field comes, goes, or becomes another kind of thing', () => {
  const link = newLink(0);
  const { gone: _gone, ...without } = initialState;
  const versions = [
    stateVersionOf(initialState, link),
    stateVersionOf({ ...initialState, more: null }, link),
    stateVersionOf(without, link),
    stateVersionOf({ ...initialState, gone: [] }, link),
    stateVersionOf(initialState, { ...link, more: 0 }),
  ];
  expect(new Set(versions).size).toBe(versions.length);
  expect(stateVersionOf({ a: 1, b: null })).toBe(stateVersionOf({ b: null, a: 2 }));
});
