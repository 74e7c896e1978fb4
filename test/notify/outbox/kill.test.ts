import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createIncidentBook } from '../../../src/incidents/incident-book.ts';
import { ownFolder } from '../../store/helpers.ts';
import { createPlatform, startLifeline, type Arrived } from './lifelines.ts';

test('an alert outlives a kill -9 in the middle of its delivery', async () => {
  const path = join(ownFolder(), 'lifeline.db');
  const courier = spawn(process.execPath, [new URL('courier.ts', import.meta.url).pathname, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    courier.kill('SIGKILL');
  });
  const [line] = (await once(createInterface(courier.stdout), 'line')) as [string];
  const ended = once(courier, 'exit');
  courier.kill('SIGKILL');
  await ended;

  const arrived: Arrived[] = [];
  const lifeline = startLifeline({ path, platforms: [createPlatform('feishu')], arrived });
  await vi.waitFor(() => expect(lifeline.outbox.undelivered()).toBe(0), { timeout: 20_000 });
  expect(arrived).toEqual([{ channel: 'feishu', ...(JSON.parse(line) as object) }]);
  expect(createIncidentBook(lifeline.db).open()).toMatchObject([
    { id: 1, gateway: 'main', link: 'qqbot', told: 'opened' },
  ]);
});
