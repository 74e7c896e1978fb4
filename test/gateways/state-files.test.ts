import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  PROCESS_RECORDS,
  readHeartbeat,
  readNamedProcess,
  STATE_FILES,
} from '../../src/gateways/hermes/state-files.ts';
import { instant } from '../instant.ts';

const read = (path: string, text: string | null, modifiedAt: number | null = 1_000_000) =>
  STATE_FILES.find((file) => file.path === path)?.read(text, {
    now: instant(1_050_000),
    modifiedAt: modifiedAt === null ? null : instant(modifiedAt),
  }) ?? [];

describe("Hermes's records of its process", () => {
  test.each([
    ['{"pid": 42, "kind": "hermes-gateway", "start_time": 777}', { pid: 42, startTime: 777 }],
    ['{"pid": "42"}', { pid: 42, startTime: null }],
    ['42\n', { pid: 42, startTime: null }],
    ['', null],
    ['{"pid": 0}', null],
    ['{"pid": 4', null],
    ['[]', null],
    ['null', null],
    [
      '{"pid":42,"start_time":777,"gateway_state":"running","updated_at":"2026-11-21T02:00:00Z"}',
      { pid: 42, startTime: 777 },
    ],
    ['{"pid": 42, "start_time": 1.5}', { pid: 42, startTime: null }],
  ])('%s', (text, expected) => expect(readNamedProcess(text)).toEqual(expected));

  test('are read the same way in each file, the most telling first', () => {
    expect(PROCESS_RECORDS.map(({ path }) => path)).toEqual([
      'gateway.pid',
      'gateway.lock',
      'state/gateway.heartbeat',
      'gateway_state.json',
    ]);
    for (const { read: readRecord } of PROCESS_RECORDS)
      expect(readRecord('{"pid": 42, "start_time": 777}')).toEqual({ pid: 42, startTime: 777 });
  });
});

describe("Hermes's heartbeat", () => {
  test.each([
    [
      '{"pid":7,"updated_at":"2026-11-21T02:00:00Z","loop_tick_socket":true}',
      { pid: 7, updatedAt: Date.UTC(2026, 10, 21, 2), socketArmed: true },
    ],
    [
      '{"pid":7,"updated_at":1763690000,"loop_tick_socket":false}',
      { pid: 7, updatedAt: 1_763_690_000_000, socketArmed: false },
    ],
    ['{"pid":7}', { pid: 7, updatedAt: null, socketArmed: null }],
    ['{"updated_at":1}', null],
    ['torn', null],
  ])('%s', (text, expected) => expect(readHeartbeat(text)).toEqual(expected));
});

describe('gateway_state.json', () => {
  test('claims what it says of the gateway and of each platform of the same writer', () => {
    const found = read(
      'gateway_state.json',
      JSON.stringify({
        pid: 7,
        gateway_state: 'running',
        updated_at: '2026-11-21T02:00:00Z',
        platforms: {
          qqbot: { state: 'connected', writer_pid: 7 },
          feishu: { state: 'fatal', error_message: 'app_secret=abcdefgh', writer_pid: 7 },
          telegram: { state: 'connected', writer_pid: 6 },
          relay: { state: 'disabled' },
          'ops:qqbot': { state: 'connected' },
        },
      }),
    );
    expect(found.map(({ link, text }) => [link, text])).toEqual([
      [null, 'gateway_state=running pid=7'],
      ['qqbot', 'qqbot=connected'],
      ['feishu', 'feishu=fatal (app_secret=***)'],
    ]);
  });

  test('says nothing when it is missing, torn or of another shape', () => {
    for (const text of [null, '', '{', '[]', '{"gateway_state":5}', '{"pid":1}'])
      expect(read('gateway_state.json', text)).toEqual([]);
  });

  test('reads whatever it is given without a throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ gateway_state: 'running', platforms: value })),
        ),
        (text) => {
          read('gateway_state.json', text);
          readNamedProcess(text);
          readHeartbeat(text);
        },
      ),
    );
  });
});

describe('gateway.lifecycle.json', () => {
  test.each([
    [
      '{"phase":"exited","pid":7,"exit_code":78,"exited_at":"2026-11-21T02:00:00Z","exit_reason":"token in use"}',
      [[78, Date.UTC(2026, 10, 21, 2), 'exited with code 78 (token in use)']],
    ],
    ['{"phase":"exited","pid":7,"exit_code":0,"exited_at":1763690000}', [[0, 1_763_690_000_000, 'exited with code 0']]],
    ['{"phase":"running","pid":1}', []],
    ['{"phase":"exited","pid":7,"exit_code":"x","exited_at":1763690000}', []],
    ['{"phase":"exited","pid":7,"exit_code":1}', []],
    ['{"phase":"exited","exit_code":1,"exited_at":1763690000}', []],
    ['torn', []],
  ])('%s', (text, expected) => {
    const found = read('state/gateway.lifecycle.json', text);
    expect(found.map(({ at, fact, text: shown }) => [fact.kind === 'gateway-exit' && fact.code, at, shown])).toEqual(
      expected,
    );
  });
});

describe('markers', () => {
  const present = (path: string, text: string | null, modifiedAt: number | null): boolean => {
    const [evidence] = read(path, text, modifiedAt);
    return evidence?.fact.kind === 'marker' && evidence.fact.present;
  };
  test('of a planned stop count for 60 s', () => {
    expect(present('.gateway-planned-stop.json', '{}', 1_000_000)).toBe(true);
    expect(present('.gateway-planned-stop.json', '{}', 990_000)).toBe(false);
    expect(present('.gateway-planned-stop.json', null, null)).toBe(false);
  });
  test('of an update count as long as they are there', () => {
    expect(present('.update_pending.json', '', 1)).toBe(true);
    expect(present('.update_pending.claimed.json', '', 1)).toBe(true);
  });
});
