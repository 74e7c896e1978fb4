/** A check of a log asks whether lines still come; what time they say is another matter. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { nowOf } from '../../../src/base/instant.ts';
import { genericKind } from '../../../src/gateways/generic/generic.ts';
import { createLogSensor } from '../../../src/sensors/logs/logs.ts';
import { manualClock } from '../../healing/manual-clock.ts';
import { line, TEN } from '../../diagnosis/story.ts';
import { NOTHING, TERMS } from './settings.ts';

const START = new Date(2026, 10, 21, 10).getTime();
const SECOND = 1_000;
const PROCESS = { pid: 10, startTime: 1, startedAt: START - 3_600 * SECOND };

/** A bot that writes a line every two seconds by a clock of its own, and a Lifeline that looks every six. */
const story = () => {
  const home = mkdtempSync(join(tmpdir(), 'lifeline-heard-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'logs'));
  const clock = manualClock(START);
  const kind = genericKind({
    name: 'bot',
    kind: 'generic',
    home,
    command: ['python3', 'bot.py'],
    unit: null,
    supervisor: 'process',
    generic: {
      ...NOTHING,
      logs: [{ path: 'logs/bot.log', format: 'python', dateOrder: null }],
      checks: [{ kind: 'log', pattern: 'getUpdates', maxAgeMs: 30 * SECOND, ...TERMS }],
    },
  });
  const probe = kind.openProbe?.({
    process: () => PROCESS,
    held: () => ({ isPaused: false, resumedAt: null }),
    onNews: () => undefined,
    clock,
    home,
    frozenMs: 90 * SECOND,
    logger: silentLogger(),
  });
  const sensor = createLogSensor(kind, home);
  onTestFinished(() => sensor.close?.());
  const look = async (): Promise<readonly boolean[]> => {
    await sensor.look(nowOf(clock));
    const found = [...((await probe?.look(nowOf(clock))) ?? [])];
    for (let n = 0; n < 5; n += 1) await turn();
    return [...found, ...((await probe?.look(nowOf(clock))) ?? [])].flatMap(({ fact }) =>
      fact.kind === 'check' ? [fact.ok] : [],
    );
  };
  const go = async (seconds: number, offMs: number | null): Promise<readonly boolean[]> => {
    const found: boolean[] = [];
    for (let second = 0; second < seconds; second += 2) {
      await clock.advance(2 * SECOND);
      if (offMs !== null) {
        const at = clock.now() + offMs;
        appendFileSync(join(home, 'logs/bot.log'), `${line((at - TEN) / SECOND, 'INFO bot: getUpdates')}\n`);
      }
      if (second % 6 === 4) found.push(...(await look()));
    }
    return found;
  };
  return { look, go };
};

test.each([
  ['two hours back', -7_200],
  ['37 minutes back', -2_220],
  ['a minute back', -60],
  ['an hour ahead', 3_600],
])('a clock that is set %s makes nothing of a bot that goes on writing', async (_name, off) => {
  const { look, go } = story();
  await look();
  await go(60, 0);
  expect(await go(180, off * SECOND)).not.toContain(false);
  expect(await go(120, 0)).not.toContain(false);
  // It can still fall silent.
  expect(await go(60, null)).toContain(false);
});
