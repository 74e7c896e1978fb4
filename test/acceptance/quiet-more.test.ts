import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { signalProcess } from '../../sandbox/gateway/proc.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { openScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 240_000 };
/** Longer than the grace of the QQ link, which is the one that is lost here. */
const WATCHED_MS = 9_000;
/** A quarter of the grace of a QQ link: a slow machine needs the rest. */
const OUTAGE_MS = 2_000;

describe.runIf(IN_DEPTH)('what looks like an outage and is none', () => {
  let scene: Scene;
  let appId: string;
  beforeAll(async () => {
    // Tries enough for the outage, and none so late that it would come after the grace.
    scene = await openScene({
      timings: { timings: { qqMaxAttempts: 100, qqBackoffMs: [500] } },
      // A start takes long on a slow machine.
      config: { watch: { grace: { start: '90s' } } },
    });
    appId = scene.sandbox.cast.gateway.qq.appId;
  }, LIMIT.timeout);
  afterAll(() => scene.end(), LIMIT.timeout);

  const logText = async (name: string): Promise<string> =>
    readFile(join(scene.sandbox.gateway.home, 'logs', name), 'utf8');
  const logins = async (): Promise<number> =>
    (await logText('agent.log')).match(/Session resumed|Ready, session_id=/g)?.length ?? 0;
  const loggedInAgain = (before: number): Promise<void> =>
    scene.until('QQ to log in again', async () => (await logins()) > before);

  test('leads to no message when QQ asks to come again (op 7)', LIMIT, async () => {
    const before = await logins();
    scene.sandbox.qq.askToReconnect(appId);
    await loggedInAgain(before);
    expect(await logText('gateway.log')).toContain('Server requested reconnect (op 7)');
    await scene.quiet(WATCHED_MS);
  });

  test('leads to no message when gateway.log is rotated in the middle of a short outage', LIMIT, async () => {
    const { gateway, qq } = scene.sandbox;
    const before = await logins();
    const log = join(gateway.home, 'logs', 'gateway.log');
    qq.setFaults(appId, { connect: 'refuse' });
    qq.terminateSockets(appId);
    await scene.until('the loss to be logged', async () => (await logText('gateway.log')).includes('Reconnect failed'));
    await rename(log, `${log}.1`);
    await scene.until('a line in the new log', () => existsSync(log));
    await delay(OUTAGE_MS);
    qq.setFaults(appId, { connect: 'normal' });
    await loggedInAgain(before);
    expect(await logText('gateway.log')).toContain('Session resumed');
    await scene.quiet(WATCHED_MS);
  });

  test('leads to no message when a long task blocks the loop and QQ comes back after it', LIMIT, async () => {
    const before = await logins();
    await scene.sandbox.gateway.break('long_tool');
    await loggedInAgain(before);
    expect(await logText('agent.log')).toMatch(
      /agent\.tool_executor: Tool terminal returned[^\n]*[^]*WebSocket closed: code=4009[^]*Session resumed/,
    );
    await scene.quiet(WATCHED_MS);
    expect([await startsOf(scene), treatmentsOf(scene)]).toEqual([1, []]);
  });

  test('leads to no message when an admin restarts it, with a pause of three seconds', LIMIT, async () => {
    const { gateway } = scene.sandbox;
    const target = gateway.current();
    if (!target) throw new Error('no gateway');
    const before = await logins();
    signalProcess(target, 'SIGUSR1');
    await scene.until('the gateway to end', () => gateway.current() === null);
    expect(await logText('gateway.log')).toContain('Exiting with code 75');
    await delay(3_000);
    await gateway.start();
    await loggedInAgain(before);
    await scene.quiet(WATCHED_MS);
    expect([await startsOf(scene), treatmentsOf(scene)]).toEqual([2, []]);
  });
});
