import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { IN_DEPTH } from '../../deep.ts';
import { signalProcess } from '../../../sandbox/gateway/proc.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import {
  answers,
  closeSandboxes,
  eventually,
  gone,
  homeFile,
  homeJson,
  launch,
  logged,
  messages,
  must,
  openSandbox,
  readText,
  restart,
  sayToGateway,
  startReady,
} from './harness.ts';

afterEach(closeSandboxes);

const platformOf = (sandbox: Sandbox, platform: string): Record<string, unknown> =>
  (homeJson(sandbox, 'gateway_state.json')['platforms'] as Record<string, Record<string, unknown>>)[platform] ?? {};

const messageCount = (sandbox: Sandbox, pattern: RegExp): number =>
  messages(sandbox, 'agent.log').filter((message) => pattern.test(message)).length;

describe('a fault that a new process does not end', () => {
  it('qq_banned: every login is refused with 4915, also a new one, until it is lifted', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('qq_banned');
    await logged(sandbox, /^\[QQ\] Bot is banned\. Check QQ Open Platform\.$/, 1, 'gateway.log');
    expect(messages(sandbox)).toContainEqual(expect.stringMatching(/^\[QQ\] WebSocket closed: code=4915/));
    const second = await restart(sandbox, target);
    await logged(sandbox, /^\[QQ\] Bot is banned/, 2, 'gateway.log');
    await eventually(() =>
      expect(platformOf(sandbox, 'qqbot')).toMatchObject({ state: 'fatal', error_code: 'qq_banned' }),
    );
    expect(messageCount(sandbox, /Ready, session_id=/)).toBe(1);
    expect(sandbox.gateway.state().fault).toBe('qq_banned');
    await sandbox.gateway.lift();
    expect(sandbox.gateway.state().fault).toBeNull();
    await restart(sandbox, second);
    await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
  });

  it.runIf(IN_DEPTH)(
    'qq_server_error: it tries on far beyond its usual attempts, and is back as soon as it is lifted',
    async () => {
      const sandbox = await openSandbox();
      const target = await startReady(sandbox);
      await sandbox.gateway.break('qq_server_error');
      await logged(
        sandbox,
        /^\[QQ\] Reconnect failed: Failed to get QQ Bot gateway URL: Server error '500 Internal Server Error'/,
        6,
      );
      expect(messageCount(sandbox, /Max reconnect attempts/)).toBe(0);
      await sandbox.gateway.lift();
      await logged(sandbox, /^\[QQ\] Session resumed$/);
      expect(sandbox.gateway.current()).toEqual(target);
      // Its own limit is back for the fault that is about it.
      await sandbox.gateway.break('qq_gives_up');
      await logged(sandbox, /^\[QQ\] Max reconnect attempts reached$/);
    },
  );

  it('network_down: both platforms refuse the connection, for the gateway alone, until it is lifted', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('network_down');
    await logged(
      sandbox,
      /^\[QQ\] Reconnect failed: .*Cannot connect to host 127\.0\.0\.1:\d+ ssl:default \[.*Connection refused\]/,
      5,
    );
    await logged(sandbox, /^connect failed, err: HTTPConnectionPool.*Connection refused/, 2);
    expect((await fetch(`${sandbox.qq.url}/gateway`)).status).toBe(401);
    expect((await fetch(sandbox.feishu.url)).ok).toBe(false);
    await sandbox.gateway.lift();
    await logged(sandbox, /^\[QQ\] Session resumed$/);
    await logged(sandbox, /^connected to ws:/, 2);
    expect(sandbox.gateway.current()).toEqual(target);
    sayToGateway(sandbox, 'feishu', 'again');
    await eventually(() => expect(answers(sandbox, 'feishu')).toEqual(['(agent) you said: again']));
  });

  it("tells what Feishu's endpoint answers in the words of Feishu's own client", async () => {
    const sandbox = await openSandbox();
    await startReady(sandbox);
    const { feishu } = sandbox.cast.gateway;
    const faults = sandbox.feishu.faults(feishu.appId);
    faults.endpoint = { kind: 'status', status: 503 };
    sandbox.feishu.drop(feishu.appId, 'broken');
    await logged(sandbox, /^connect failed, err: 503: system busy$/);
    faults.endpoint = { kind: 'code', code: 1_000_040_343, data: 'empty' };
    await logged(sandbox, /^connect failed, err: 1000040343: a fault set by the sandbox$/);
    faults.endpoint = null;
    await logged(sandbox, /^connected to ws:/, 2);
  });

  it('config_rejected: it ends with code 78, and so does each new start', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('config_rejected');
    await gone(target);
    expect(messages(sandbox).at(-1)).toMatch(/^Gateway hit a non-retryable startup conflict: /);
    expect(homeJson(sandbox, 'state', 'gateway.lifecycle.json')).toMatchObject({ phase: 'exited', exit_code: 78 });
    expect((await launch(sandbox).exit).code).toBe(78);
    expect(messageCount(sandbox, /^Gateway hit a non-retryable startup conflict: /)).toBe(2);
    expect(homeJson(sandbox, 'gateway_state.json')['gateway_state']).toBe('startup_failed');
    await sandbox.gateway.lift();
    await startReady(sandbox);
    expect(sandbox.gateway.state().fault).toBeNull();
  });

  it.runIf(IN_DEPTH)(
    'duplicate: a second process of the same home runs past the guard, and ends when it is lifted',
    async () => {
      const sandbox = await openSandbox();
      const first = await startReady(sandbox);
      await sandbox.gateway.break('duplicate');
      await logged(sandbox, /^Gateway running with 2/, 2);
      expect(sandbox.gateway.pids()).toHaveLength(2);
      expect(sandbox.gateway.current()).toEqual(first);
      expect(homeJson(sandbox, 'gateway.pid')['pid']).toBe(first.pid);
      await sandbox.gateway.lift();
      await eventually(() => expect(sandbox.gateway.pids()).toEqual([first]));
      expect(homeJson(sandbox, 'gateway.pid')['pid']).toBe(first.pid);
    },
  );

  it('crash_loop: each start ends in a crash and is followed by another, until it is lifted', async () => {
    const sandbox = await openSandbox({ gateway: { timings: { crashAfterMs: 50 } } });
    await startReady(sandbox);
    await sandbox.gateway.break('crash_loop');
    await logged(sandbox, /^Starting Hermes Gateway/, 4);
    expect(readText(join(sandbox.dir, 'gateway-output.log'))).toContain("KeyError: 'session_id'");
    await sandbox.gateway.lift();
    const healed = sandbox.gateway.current();
    expect(healed).not.toBeNull();
    const starts = messageCount(sandbox, /^Starting Hermes Gateway/);
    const logins = messageCount(sandbox, /Ready, session_id=/);
    await logged(sandbox, /^\[QQ\] Ready, session_id=/, logins + 1);
    // Longer than it took to crash, by the gateway's own beat.
    const beatAt = (): number => Date.parse(String(homeJson(sandbox, 'state', 'gateway.heartbeat')['updated_at']));
    const beat = beatAt();
    await eventually(() => must(beatAt() - beat > 1_000, 'a second of beats'));
    expect(sandbox.gateway.current()).toEqual(healed);
    expect(messageCount(sandbox, /^Starting Hermes Gateway/) - starts).toBeLessThanOrEqual(1);
  });

  it.runIf(IN_DEPTH)('update: it is stopped under the marker of an update, which only lifting takes away', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('update');
    await gone(target);
    expect(homeJson(sandbox, '.update_pending.json')).toMatchObject({ platform: 'feishu' });
    await sandbox.gateway.lift();
    expect(existsSync(homeFile(sandbox, '.update_pending.json'))).toBe(false);
    expect(sandbox.gateway.pids()).toEqual([]);
  });

  it('ends when another fault is set: they do not pile up', async () => {
    const sandbox = await openSandbox();
    await startReady(sandbox);
    await sandbox.gateway.break('network_down');
    await logged(sandbox, /^\[QQ\] Reconnect failed/);
    await sandbox.gateway.break('feishu_lost');
    await logged(sandbox, /^\[QQ\] Session resumed$/);
    expect(sandbox.gateway.state().fault).toBe('feishu_lost');
  });
});

describe('a stop that hangs and a task that is too long', () => {
  it.runIf(IN_DEPTH)('stop_hangs: it says that it stops and never does, while its loop lives on', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('stop_hangs');
    await logged(sandbox, /^Stopping gateway\.\.\.$/, 1, 'gateway.log');
    const beatAt = (): number => Date.parse(String(homeJson(sandbox, 'state', 'gateway.heartbeat')['updated_at']));
    const beat = beatAt();
    signalProcess(target, 'SIGTERM');
    await eventually(() => must(beatAt() - beat > 1_000, 'a second of beats'));
    expect(messages(sandbox)).not.toContainEqual(expect.stringMatching(/^Gateway stopped/));
    const socket = connect(homeFile(sandbox, 'state', `gateway.loop-tick.${target.pid}.sock`));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe('1');
    socket.destroy();
    await restart(sandbox, target);
    await logged(sandbox, /^Gateway running with 2/, 2);
    expect(sandbox.gateway.state().fault).toBeNull();
  });

  it('long_tool: nothing happens for as long as it takes, QQ drops the link meanwhile, and it resumes', async () => {
    const sandbox = await openSandbox({ gateway: { timings: { longToolMs: 1_500 } } });
    const target = await startReady(sandbox);
    await sandbox.gateway.break('long_tool');
    await logged(sandbox, /^\[QQ\] Session resumed$/);
    const said = messages(sandbox, 'agent.log');
    const order = [
      /^Tool terminal returned 120 chars \(322\.13s\)$/,
      /^\[QQ\] WebSocket closed: code=4009/,
      /^\[QQ\] Session resumed$/,
    ].map((pattern) => said.findIndex((message) => pattern.test(message)));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    expect(messages(sandbox, 'gateway.log')).not.toContainEqual(expect.stringMatching(/^Tool/));
    expect(sandbox.gateway.current()).toEqual(target);
  });
});
