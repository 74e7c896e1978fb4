/** What the log sensor says of the logs of a generic gateway that tell nothing. */
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { genericKind } from '../../../src/gateways/generic/generic.ts';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { createLogSensor } from '../../../src/sensors/logs/logs.ts';
import { NOTHING } from '../../gateways/generic/settings.ts';
import { instant } from '../../instant.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lifeline-log-doubts-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const kind = () =>
  genericKind({
    name: 'a',
    kind: 'generic',
    home,
    command: ['a'],
    unit: null,
    supervisor: 'process',
    generic: { ...NOTHING, logs: [{ path: 'a.log', format: 'auto', dateOrder: null }] },
  });
const US = '11/22/2026, 8:37:32 AM up\n';

test('a log that is not there is told until it is, and one that cannot be dated until it can', async () => {
  const path = join(home, 'a.log');
  const sensor = createLogSensor(kind(), home);
  await sensor.look(instant(0));
  expect(sensor.doubts()).toEqual([{ path, why: 'missing', text: '' }]);
  await writeFile(path, US);
  await sensor.look(instant(0));
  expect(sensor.doubts()).toEqual([{ path, why: 'date_order', text: US.trim() }]);
  await appendFile(path, '2026-11-22 08:37:32 up\n'.repeat(2));
  await sensor.look(instant(0));
  expect(sensor.doubts()).toEqual([]);
  await sensor.close?.();
});

test('after a restart of Lifeline it is told without a new line', async () => {
  await writeFile(join(home, 'a.log'), US.repeat(3));
  const first = createLogSensor(kind(), home);
  await first.look(instant(0));
  await first.close?.();
  const again = createLogSensor(kind(), home, first.cursors());
  await again.resume();
  expect(again.doubts()).toMatchObject([{ why: 'date_order' }]);
  await again.close?.();
});

test('logs that the kind knows itself need not be there', async () => {
  const sensor = createLogSensor(hermes, home);
  await sensor.look(instant(0));
  expect(sensor.doubts()).toEqual([]);
});

test('a log of a kind that Lifeline knows is told when its new lines are of another zone, and no more once they are not', async () => {
  await mkdir(join(home, 'logs'));
  const log = 'logs/gateway.log';
  const path = join(home, log);
  const HOURS = 8;
  await writeFile(path, '');
  const sensor = createLogSensor(hermes, home);
  const now = Date.now();
  await sensor.look(instant(now));
  const lines = (ms: number): string => {
    const date = new Date(ms);
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())},000 INFO gateway.run: inbound\n`.repeat(
      3,
    );
  };
  await appendFile(path, lines(now - HOURS * 3_600_000));
  await sensor.look(instant(now));
  expect(sensor.doubts()).toMatchObject([{ path, why: 'other_zone' }]);
  await appendFile(path, lines(now));
  await sensor.look(instant(now));
  expect(sensor.doubts()).toEqual([]);
  await sensor.close?.();
});
