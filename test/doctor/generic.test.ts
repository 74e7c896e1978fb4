/** The doctor says nothing wrong of a service that Lifeline knows only from its configuration. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { UserError } from '../../src/base/errors.ts';
import { CHECKS } from '../../src/doctor/checks/index.ts';
import { createContext } from '../../src/doctor/context.ts';
import { createKind } from '../../src/gateways/index.ts';
import { parse } from '../config/helpers.ts';

/** @returns what the doctor finds, by its codes. Nothing of this machine but its processes and files is asked. */
const findingsOf = async (keys: string): Promise<readonly string[]> => {
  const home = await mkdtemp(join(tmpdir(), 'lifeline-doctor-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(join(home, 'bot.log'), '2026-11-21 10:00:00,000 - bot - INFO - ready\n');
  const [gateway] = parse(
    `gateways: [{ name: tg, kind: generic, home: ${home}, ${keys}, generic: { logs: [{ path: bot.log, format: python }] } }]`,
  ).gateways;
  if (!gateway) throw new Error('no gateway');
  const run = async (): Promise<never> => {
    throw new UserError('NOT_HERE', 'not here');
  };
  const context = createContext(gateway, createKind(gateway), {
    userHome: home,
    user: userInfo().username,
    uid: userInfo().uid,
    run,
    clock: scaledClock(0, 1),
    network: false,
  });
  const found = await Promise.all(
    CHECKS.map((check) =>
      check.run(context).catch((error: unknown) => {
        if (error instanceof UserError) return [];
        throw error;
      }),
    ),
  );
  return found.flatMap((outcome) => ('skip' in outcome ? [] : outcome.map(({ code }) => code)));
};

it('a service that is only looked at is not said to be down or without a keeper', async () => {
  expect(await findingsOf('heal: "off"')).toEqual([]);
});

it('one that Lifeline starts is missed by its command', async () => {
  expect(await findingsOf('supervisor: process, command: [no-such-bot]')).toEqual(['not_running']);
});

it('one whose keeper cannot be asked is not said to be down', async () => {
  expect(await findingsOf('supervisor: docker, unit: bot')).toEqual([]);
});
