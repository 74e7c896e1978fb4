/** One connection on a wire of the test's own: what comes late is nobody's. */
import { beforeEach, describe, expect, it } from 'vitest';
import { openConnection, type Connection, type Dispatch } from '../../../src/channels/qq/link/connection.ts';
import type { Ending } from '../../../src/channels/qq/link/ending.ts';
import type { SocketEvents } from '../../../src/channels/qq/link/socket.ts';
import { manualClock, type ManualClock } from '../../healing/manual-clock.ts';

const HELLO = '{"op":10,"d":{"heartbeat_interval":10000}}';
const READY = '{"id":"E","op":0,"s":1,"t":"READY","d":{"session_id":"S"}}';
const event = (s: number): string => JSON.stringify({ id: `E${s}`, op: 0, s, t: 'C2C_MESSAGE_CREATE', d: {} });

let clock: ManualClock;
let wire: SocketEvents;
let sent: { op: number; d: unknown }[];
let terminated: number;
let heard: number;
let logins: (string | null)[];
let events: Dispatch[];
let ending: Ending | null;
let connection: Connection;
beforeEach(() => {
  clock = manualClock();
  [sent, terminated, heard, logins, events, ending] = [[], 0, 0, [], [], null];
  connection = openConnection({
    url: 'wss://qq',
    dial: (_, listeners) => {
      wire = listeners;
      return {
        send: (text) => sent.push(JSON.parse(text) as { op: number; d: unknown }),
        terminate: () => void (terminated += 1),
      };
    },
    token: 'T',
    login: { kind: 'identify' },
    intents: 1,
    timings: { helloMs: 15_000, loginMs: 20_000, connectionMaxMs: 7_200_000 },
    clock,
    heard: () => void (heard += 1),
    loginSent: () => undefined,
    loggedIn: (session) => logins.push(session),
    dispatched: (dispatch) => events.push(dispatch),
  });
  void connection.ended.then((how) => {
    ending = how;
  });
});
const logIn = (): void => [HELLO, READY].forEach((text) => wire.message(text));

describe('an old socket', () => {
  it('has no say any more: neither its frames nor its close count, and its heart stands still', async () => {
    logIn();
    wire.message('{"op":7}');
    await clock.advance(0);
    expect(ending).toEqual({ kind: 'reconnect_asked' });
    const before = { heard, sent: sent.length, events: events.length };
    wire.message(event(2));
    wire.message(READY);
    wire.message('{"op":1}');
    wire.closed(4009, 'Session timed out');
    await clock.advance(8_000_000);
    expect({ heard, sent: sent.length, events: events.length }).toEqual(before);
    expect(ending).toEqual({ kind: 'reconnect_asked' });
    expect([logins, terminated]).toEqual([['S'], 1]);
  });

  it('is waited for until it is gone', async () => {
    logIn();
    let gone = false;
    void connection.end({ kind: 'stopped' }).then(() => {
      gone = true;
    });
    await clock.advance(0);
    expect(gone).toBe(false);
    wire.closed(1006, '');
    await clock.advance(0);
    expect(gone).toBe(true);
  });
});

describe('a deadline', () => {
  it.each<{ what: string; frames: string[]; ms: number; ends: Ending }>([
    { what: 'Hello: 15 s', frames: [], ms: 15_000, ends: { kind: 'overdue', what: 'hello' } },
    { what: 'READY: 20 s', frames: [HELLO], ms: 20_000, ends: { kind: 'overdue', what: 'login' } },
    { what: 'any frame: two intervals', frames: [HELLO, READY], ms: 20_000, ends: { kind: 'overdue', what: 'frame' } },
  ])('for $what', async ({ frames, ms, ends }) => {
    frames.forEach((text) => wire.message(text));
    await clock.advance(ms - 1);
    expect(ending).toBeNull();
    await clock.advance(1);
    expect(ending).toEqual(ends);
    expect(terminated).toBe(1);
  });

  it('for a connection that lives: two hours', async () => {
    logIn();
    for (let n = 0; n < 7_200 / 4 - 1; n++) {
      await clock.advance(4_000);
      wire.message('{"op":11}');
    }
    expect(ending).toBeNull();
    await clock.advance(4_000);
    expect(ending).toEqual({ kind: 'worn_out' });
  });
});

describe('heartbeats', () => {
  const beats = () => sent.filter(({ op }) => op === 1).map(({ d }) => d);

  it('carry the highest number that was handed over, and none comes before the login', async () => {
    await clock.advance(10_000);
    wire.message(HELLO);
    await clock.advance(10_000);
    expect(beats()).toEqual([]);
    wire.message(READY);
    wire.message(event(5));
    wire.message(event(3));
    await clock.advance(8_000);
    expect(beats()).toEqual([5]);
  });

  it('that the platform asks for go out at once', () => {
    logIn();
    wire.message('{"op":1}');
    expect(beats()).toEqual([1]);
  });

  it('go on one an interval, however often the platform greets', async () => {
    logIn();
    wire.message(HELLO);
    wire.message(READY);
    for (let n = 0; n < 10; n++) {
      await clock.advance(8_000);
      wire.message('{"op":11}');
    }
    expect(beats()).toHaveLength(10);
    expect(sent.filter(({ op }) => op === 2)).toHaveLength(1);
  });
});
