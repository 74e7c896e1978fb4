/** What the log sensor says of the logs of a generic gateway that tell nothing. */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { genericKind } from '../../src/gateways/generic/generic.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { createLogSensor } from '../../src/sensors/logs.ts';
import { NOTHING } from '../gateways/generic/settings.ts';
import { instant } from '../instant.ts';

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
