import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { createLogSensor, type LogCursors } from '../../../src/sensors/logs/logs.ts';
import { at, line } from '../../diagnosis/story.ts';
import { instant } from '../../instant.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lifeline-logs-'));
  for (const log of hermes.logs) {
    await mkdir(dirname(join(home, log)), { recursive: true });
    await writeFile(join(home, log), '');
  }
});
afterEach(() => rm(home, { recursive: true, force: true }));

const write = (log: string, text: string): Promise<void> => appendFile(join(home, 'logs', log), `${text}\n`);

/** Looks once with a new sensor, as Lifeline does after a restart. */
const lookFrom = async (saved: LogCursors): Promise<{ facts: string[]; cursors: LogCursors; whole: boolean }> => {
  const sensor = createLogSensor(hermes, home, saved);
  const whole = await sensor.resume();
  const facts = (await sensor.look(instant(0))).map(({ fact }) => fact.kind);
  const cursors = sensor.cursors();
  await sensor.close?.();
  return { facts, cursors, whole };
};

describe('the log sensor over a restart', () => {
  test('reads the end of a traceback whose first lines came before it', async () => {
    await write('errors.log', line(1, 'ERROR Error sending message'));
    await write('errors.log', 'Traceback (most recent call last):');
    const { facts, cursors } = await lookFrom({});
    expect(facts).toEqual([]);
    await write('errors.log', 'RuntimeError: cannot schedule new futures after shutdown');
    expect(await lookFrom(cursors)).toMatchObject({ facts: ['executor-shutdown'], whole: true });
  });

  test('does not tell a record again whose copy in another file came only after it', async () => {
    const lost = line(1, 'WARNING [QQBot:1001] WebSocket closed: code=1006 reason=');
    await write('gateway.log', lost);
    const { facts, cursors } = await lookFrom({});
    expect(facts).toEqual(['link-lost']);
    await write('agent.log', lost);
    await write('errors.log', lost);
    expect((await lookFrom(cursors)).facts).toEqual([]);
  });

  test('does not tell a traceback again that was told before', async () => {
    await write('errors.log', line(1, 'ERROR Error sending message'));
    await write('errors.log', 'RuntimeError: cannot schedule new futures after shutdown');
    const { cursors } = await lookFrom({});
    await write('errors.log', 'RuntimeError: cannot schedule new futures after shutdown');
    expect((await lookFrom(cursors)).facts).toEqual([]);
  });

  test.each([
    [
      'places in another home',
      (cursors: LogCursors) =>
        Object.fromEntries(Object.entries(cursors).map(([path, cursor]) => [`/elsewhere${path}`, cursor])),
    ],
    [
      'a file that was rotated away',
      (cursors: LogCursors) =>
        Object.fromEntries(
          Object.entries(cursors).map(([path, cursor]) => [
            path,
            { ...cursor, inode: 'gone', offset: 7, mark: 'gone' },
          ]),
        ),
    ],
  ])('knows a gap: %s', async (_what, spoil) => {
    await write('gateway.log', 'a line');
    const { cursors } = await lookFrom({});
    await write('gateway.log.1', 'later');
    await write('gateway.log', 'still later');
    expect((await lookFrom(cursors)).whole).toBe(true);
    expect((await lookFrom(spoil(cursors))).whole).toBe(false);
  });
});

test('of the files that are no evidence those are told first that are written to now', async () => {
  const logs = join(home, 'logs');
  for (const number of [1, 2, 3]) await mkdir(join(logs, `errors.log.${number}`));
  for (const name of ['errors.log', 'gateway.error.log']) await rm(join(logs, name));
  await mkdir(join(logs, 'gateway.error.log'));
  const sensor = createLogSensor(hermes, home, {});
  await sensor.look(instant(0));
  expect(sensor.refusals?.().map(({ path }) => basename(path))).toEqual([
    'gateway.error.log',
    'errors.log.1',
    'errors.log.2',
    'errors.log.3',
  ]);
  await sensor.close?.();
});

describe('a line of the future', () => {
  const HOUR_S = 3_600;
  const gaveUp = (seconds: number): string => line(seconds, 'ERROR [QQBot:1001] Max reconnect attempts reached');
  const open = async (saved: LogCursors = {}, savedAt: number | null = null) => {
    const sensor = createLogSensor(hermes, home, saved, savedAt);
    onTestFinished(() => sensor.close?.());
    await sensor.resume();
    return {
      look: async (seconds: number) => (await sensor.look(instant(at(seconds)))).map(({ fact }) => fact.kind),
      cursors: () => sensor.cursors(),
    };
  };

  test.each([2, 24, 366 * 24])('%i h ahead keeps nothing that comes after it from being heard', async (hours) => {
    const sensor = await open();
    await write('gateway.log', line(0, 'INFO [QQBot:1001] Ready, session_id=17c9abc5'));
    expect(await sensor.look(1)).toEqual(['link-login']);
    await write('gateway.log', line(hours * HOUR_S, 'INFO hello'));
    await sensor.look(10);
    await write('gateway.log', gaveUp(15));
    expect(await sensor.look(20)).toEqual(['link-gave-up']);
  });

  test('neither does one that was there before Lifeline came, or before it came back', async () => {
    await write('gateway.log', line(2 * HOUR_S, 'INFO hello'));
    const first = await open();
    await first.look(1);
    await write('gateway.log', gaveUp(15));
    expect(await first.look(20)).toEqual(['link-gave-up']);
    await write('gateway.log', line(3 * HOUR_S, 'INFO hello'));
    await first.look(21);
    const second = await open(first.cursors(), at(21));
    await write('gateway.log', gaveUp(40));
    expect(await second.look(45)).toEqual(['link-gave-up']);
  });

  test('of a gateway whose zone is set right all of the new life is heard', async () => {
    const sensor = await open();
    await write('gateway.log', line(8 * HOUR_S, 'INFO [QQBot:1001] Ready, session_id=17c9abc5'));
    await sensor.look(1);
    await write('gateway.log', line(60, 'INFO [QQBot:1001] Ready, session_id=17c9abc6'));
    await write('gateway.log', gaveUp(61));
    expect(await sensor.look(65)).toEqual(['link-login', 'link-gave-up']);
  });

  test('records that somebody pastes are none, still', async () => {
    const sensor = await open();
    await write('gateway.log', line(0, 'INFO [QQBot:1001] Ready, session_id=17c9abc5'));
    await sensor.look(1);
    await write('gateway.log', gaveUp(-5 * HOUR_S));
    expect(await sensor.look(5)).toEqual([]);
  });
});
