import { existsSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { readProcessId } from '../../../sandbox/gateway/proc.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import {
  closeSandboxes,
  homeFile,
  homeJson,
  launch,
  logged,
  messages,
  openSandbox,
  ready,
  type Launched,
} from './harness.ts';

afterEach(closeSandboxes);

const launchReady = async (sandbox: Sandbox): Promise<Launched> => {
  const launched = launch(sandbox);
  await ready(sandbox);
  return launched;
};

const writeMarker = (sandbox: Sandbox, pid: number | undefined, ageMs = 0): void => {
  const writtenAt = new Date(Date.now() - ageMs).toISOString();
  const startTime = readProcessId(pid ?? 0)?.startTime;
  const marker = { target_pid: pid, target_start_time: startTime, stopper_pid: process.pid, written_at: writtenAt };
  writeFileSync(homeFile(sandbox, '.gateway-planned-stop.json'), JSON.stringify(marker));
};

const fromStop = (sandbox: Sandbox): string[] => {
  const all = messages(sandbox);
  return all.slice(all.findIndex((message) => /^(Received SIG|Stopping gateway)/.test(message)));
};

describe('a signal to the sandbox gateway', () => {
  it('SIGTERM with a planned-stop marker ends it with 0 and the state stopped', async () => {
    const sandbox = await openSandbox();
    const { child, exit } = await launchReady(sandbox);
    writeMarker(sandbox, child.pid);
    child.kill('SIGTERM');
    expect((await exit).code).toBe(0);
    expect(fromStop(sandbox).map((message) => message.replace(/ at \+.*|=.*/, ''))).toEqual([
      'Received SIGTERM as a planned gateway stop — exiting cleanly',
      'Shutdown context: signal',
      'Stopping gateway...',
      'Shutdown phase: notify_active_sessions done',
      'Shutdown phase: drain done',
      '[QQ] Disconnected',
      '[Feishu] Disconnected',
      'Shutdown phase: all adapters disconnected done',
      'Shutdown phase: SessionDB close done',
      expect.stringMatching(/^Gateway stopped \(total teardown \d/),
    ]);
    expect(homeJson(sandbox, 'gateway_state.json')).toMatchObject({
      gateway_state: 'stopped',
      exit_reason: null,
      restart_requested: false,
    });
    expect(homeJson(sandbox, 'state', 'gateway.lifecycle.json')).toMatchObject({ phase: 'exited', exit_code: 0 });
    const left = [
      '.gateway-planned-stop.json',
      'gateway.pid',
      `state/gateway.loop-tick.${String(child.pid)}.sock`,
    ].filter((file) => existsSync(homeFile(sandbox, file)));
    expect(left).toEqual([]);
  });

  it('SIGTERM alone ends it with 1, and the state file goes on saying running', async () => {
    const sandbox = await openSandbox();
    const { child, exit } = await launchReady(sandbox);
    child.kill('SIGTERM');
    const { code, stderr } = await exit;
    expect(code).toBe(1);
    const said = fromStop(sandbox);
    expect(said.slice(0, 3)).toEqual([
      'Received SIGTERM — initiating shutdown',
      expect.stringMatching(/^Shutdown context: signal=SIGTERM under_systemd=no parent_pid=\d+ /),
      'Stopping gateway...',
    ]);
    expect(said.slice(-3)).toEqual([
      expect.stringMatching(/^Gateway stopped by an unexpected signal — persisting gateway_state=running/),
      expect.stringMatching(/^Gateway stopped \(total teardown/),
      'Exiting with code 1 (signal-initiated shutdown without restart request) so the service manager can revive the gateway.',
    ]);
    const state = homeJson(sandbox, 'gateway_state.json');
    expect(state['gateway_state']).toBe('running');
    expect(
      Object.values(state['platforms'] as Record<string, { readonly state: unknown }>).map(
        (platform) => platform.state,
      ),
    ).toEqual(['disconnected', 'disconnected']);
    expect(homeJson(sandbox, 'state', 'gateway.lifecycle.json')).toMatchObject({ phase: 'exited', exit_code: 1 });
    expect(existsSync(homeFile(sandbox, '.clean_shutdown'))).toBe(true);
    // stderr has no times.
    expect(stderr).toMatch(/^WARNING gateway\.run: Shutdown context: /m);
  });

  it('SIGTERM with a marker older than a minute counts as unexpected', async () => {
    const sandbox = await openSandbox();
    const { child, exit } = await launchReady(sandbox);
    writeMarker(sandbox, child.pid, 61_000);
    child.kill('SIGTERM');
    expect((await exit).code).toBe(1);
  });

  it('SIGTERM with a marker for another process counts as unexpected', async () => {
    const sandbox = await openSandbox();
    const { child, exit } = await launchReady(sandbox);
    writeMarker(sandbox, process.pid);
    child.kill('SIGTERM');
    expect((await exit).code).toBe(1);
    expect(existsSync(homeFile(sandbox, '.gateway-planned-stop.json'))).toBe(true);
  });

  it('SIGUSR1 is a graceful restart: 75, with the request in the state file', async () => {
    const sandbox = await openSandbox();
    const { child, exit } = await launchReady(sandbox);
    child.kill('SIGUSR1');
    expect((await exit).code).toBe(75);
    const said = fromStop(sandbox);
    expect(said[0]).toBe('Stopping gateway for restart...');
    expect(said.at(-1)).toBe(
      'Exiting with code 75 (service-restart requested) so the service manager relaunches the gateway.',
    );
    expect(homeJson(sandbox, 'gateway_state.json')).toMatchObject({
      gateway_state: 'stopped',
      exit_reason: 'Gateway restart requested',
      restart_requested: true,
    });
  });

  it('SIGINT is how a person ends it: 0', async () => {
    const sandbox = await openSandbox();
    const { child, exit } = await launchReady(sandbox);
    child.kill('SIGINT');
    expect((await exit).code).toBe(0);
    expect(fromStop(sandbox)[0]).toBe('Received SIGINT as a planned gateway stop — exiting cleanly');
  });

  it('SIGTERM lets the next life know that this one ended well', async () => {
    const sandbox = await openSandbox();
    const first = await launchReady(sandbox);
    first.child.kill('SIGTERM');
    await first.exit;
    launch(sandbox);
    await logged(sandbox, /^Gateway running with 2/, 2);
    expect(messages(sandbox)).toContain('Previous gateway exited cleanly — skipping session suspension');
    expect(messages(sandbox, 'agent.log')).not.toContainEqual(expect.stringContaining('UNCLEANLY'));
  });
});
