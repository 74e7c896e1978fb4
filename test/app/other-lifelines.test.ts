/** A Lifeline that starts beside another one which watches the same home. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { tellOfOthers } from '../../src/app/other-lifelines.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createOutbox } from '../../src/notify/outbox/queue.ts';
import { openDatabase } from '../../src/store/database.ts';
import { ownFolder } from '../store/helpers.ts';

const TO = [{ person: 'me', ways: [{ channel: 'qq', user: 'ME' }] }];

/** A process with the words of a Lifeline. */
const run = async (file: string, env: Readonly<Record<string, string>>): Promise<() => Promise<void>> => {
  const child = spawn(
    process.execPath,
    ['-e', 'console.log("up"); setInterval(() => {}, 1000)', '--', '/x/lifeline', 'run', '--config', file],
    { env, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const ended = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(end);
  await once(child.stdout, 'data');
  return end;
};

test('tells of it once, and of the next one anew', async () => {
  const folder = ownFolder();
  const env = { HOME: folder };
  const [file, elsewhere] = [join(folder, 'one.yaml'), join(folder, 'elsewhere.yaml')];
  for (const [path, home] of [
    [file, 'home'],
    [elsewhere, 'other'],
  ] as const)
    writeFileSync(path, `gateways: [{ name: main, kind: hermes, home: ${folder}/${home} }]\n`, { mode: 0o600 });
  const config = loadConfig(file, env);
  const db = openDatabase(':memory:');
  const outbox = createOutbox(db);
  const look = async (): Promise<readonly string[]> => {
    const before = db.prepare('SELECT count(*) AS n FROM outbox').get()?.['n'] as number;
    await tellOfOthers(
      config,
      {
        db,
        notifier: { outbox, wake: () => undefined },
        people: () => TO,
        clock: scaledClock(0, 1),
        logger: silentLogger(),
      },
      new AbortController().signal,
    );
    return db
      .prepare('SELECT message FROM outbox ORDER BY id')
      .all()
      .slice(before)
      .map(({ message }) => String(message));
  };
  await run(elsewhere, env);
  expect(await look()).toEqual([]);
  const end = await run(file, env);
  expect(await look()).toEqual([expect.stringMatching(/还有别的 Lifeline 在看护同一个网关/)]);
  expect(await look()).toEqual([]);
  await end();
  expect(await look()).toEqual([]);
  await run(file, env);
  expect(await look()).toHaveLength(1);
});
