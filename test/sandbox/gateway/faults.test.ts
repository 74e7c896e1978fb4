import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { IN_DEPTH } from '../../deep.ts';
import { FAULTS, isFaultId } from '../../../sandbox/gateway/faults.ts';
import { isAlive, signalProcess } from '../../../sandbox/gateway/proc.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import {
  answers,
  closeSandboxes,
  eventually,
  gone,
  homeFile,
  homeJson,
  logged,
  messages,
  must,
  openSandbox,
  readText,
  records,
  restart,
  sayToGateway,
  startReady,
} from './harness.ts';

afterEach(closeSandboxes);

const claimed = (sandbox: Sandbox, platform: string): unknown =>
  (homeJson(sandbox, 'gateway_state.json')['platforms'] as Record<string, { readonly state: unknown }>)[platform]
    ?.state;

const after = (all: readonly string[], marker: RegExp): readonly string[] =>
  all.slice(all.findLastIndex((message) => marker.test(message)) + 1);

describe('a fault of the sandbox gateway', () => {
  it('qq_gives_up: the link runs out of attempts, and the process lives on, deaf', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('qq_gives_up');
    await logged(sandbox, /^\[QQ\] Max reconnect attempts reached$/, 1, 'gateway.log');
    const lines = after(messages(sandbox), /Ready, session_id/);
    expect(lines.slice(0, 5)).toEqual([
      '[QQ] WebSocket error: WebSocket closed',
      '[QQ] Reconnecting in 0s (attempt 1)...',
      expect.stringMatching(/^\[QQ\] Reconnect failed: 503/),
      '[QQ] WebSocket error: WebSocket not connected',
      '[QQ] Reconnecting in 0s (attempt 2)...',
    ]);
    expect(claimed(sandbox, 'qqbot')).toBe('disconnected');
    expect(homeJson(sandbox, 'gateway_state.json')['gateway_state']).toBe('running');
    expect(isAlive(target)).toBe(true);
    expect(sandbox.gateway.state().fault).toBe('qq_gives_up');
    // The other link still works.
    sayToGateway(sandbox, 'feishu', 'still there?');
    await eventually(() => expect(answers(sandbox, 'feishu')).toHaveLength(1));
  });

  it('qq_gives_up: a new process heals it, and nothing else does', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('qq_gives_up');
    await logged(sandbox, /Max reconnect attempts reached/);
    sayToGateway(sandbox, 'qq', 'anyone?');
    expect(sandbox.qq.connections(sandbox.cast.gateway.qq.appId)).toBe(0);
    const healed = await restart(sandbox, target);
    await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
    await eventually(() => expect(answers(sandbox, 'qq')).toEqual(['(agent) you said: anyone?']));
    expect(healed).not.toEqual(target);
    expect(sandbox.gateway.state().fault).toBeNull();
  });

  it.runIf(IN_DEPTH)('qq_no_login: it reconnects and resumes, but no login follows', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('qq_no_login');
    await logged(sandbox, /^\[QQ\] Resume sent/);
    sayToGateway(sandbox, 'qq', 'anyone?');
    sayToGateway(sandbox, 'feishu', 'and here?');
    await eventually(() => expect(answers(sandbox, 'feishu')).toHaveLength(1));
    const lines = after(messages(sandbox), /Ready, session_id/).filter((message) => message.startsWith('[QQ]'));
    expect(lines).toEqual([
      '[QQ] WebSocket error: WebSocket closed',
      '[QQ] Reconnecting in 0s (attempt 1)...',
      expect.stringMatching(/^\[QQ\] WebSocket connected to/),
      '[QQ] Reconnected',
      expect.stringMatching(/^\[QQ\] Resume sent \(session_id=[0-9a-f-]+, seq=\d+\)$/),
    ]);
    expect(claimed(sandbox, 'qqbot')).toBe('connected');
    expect(answers(sandbox, 'qq')).toEqual([]);
    await restart(sandbox, target);
    await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
  });

  it.runIf(IN_DEPTH)('executor_shutdown: every send fails with a traceback, again and again', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('executor_shutdown');
    sayToGateway(sandbox, 'feishu', 'hello');
    await logged(sandbox, /^\[Feishu\] Send error: Executor shutdown has been called$/, 3, 'gateway.log');
    await logged(sandbox, /^inbound message: platform=feishu/);
    for (const file of ['gateway.log', 'errors.log'] as const) {
      const record = records(sandbox, file).find(({ message }) => message.startsWith('[Feishu] Send error'));
      expect(record?.level).toBe('ERROR');
      expect(record?.below[0]).toBe('Traceback (most recent call last):');
      expect(record?.below.at(-1)).toBe('RuntimeError: Executor shutdown has been called');
    }
    expect(answers(sandbox, 'feishu')).toEqual([]);
    expect(isAlive(target)).toBe(true);
    await restart(sandbox, target);
    await logged(sandbox, /^Gateway running with 2/, 2);
    sayToGateway(sandbox, 'feishu', 'again');
    await eventually(() => expect(answers(sandbox, 'feishu')).toContain('(agent) you said: again'));
  });

  it('loop_frozen: no beat, no answer on the tick socket, no line, and SIGTERM ignored', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('loop_frozen');
    // The gateway confirmed with its last act; one beat may have come before it.
    const heartbeat = await eventually(() => {
      const seen = homeJson(sandbox, 'state', 'gateway.heartbeat')['updated_at'];
      must(Date.now() - Date.parse(String(seen)) > 1_000, 'an old heartbeat');
      return seen;
    });
    const log = readText(homeFile(sandbox, 'logs', 'agent.log'));

    const socket = connect(homeFile(sandbox, 'state', `gateway.loop-tick.${target.pid}.sock`));
    let answered = false;
    socket.on('data', () => (answered = true));
    await once(socket, 'connect');
    signalProcess(target, 'SIGTERM');
    sayToGateway(sandbox, 'qq', 'anyone?');
    await eventually(() => must(Date.now() - Date.parse(String(heartbeat)) > 2_500, 'time to react'));
    socket.destroy();

    expect(answered).toBe(false);
    expect(isAlive(target)).toBe(true);
    expect(homeJson(sandbox, 'state', 'gateway.heartbeat')['updated_at']).toBe(heartbeat);
    expect(readText(homeFile(sandbox, 'logs', 'agent.log'))).toBe(log);
    await restart(sandbox, target);
    await logged(sandbox, /^Gateway running with 2/, 2);
  });

  it('killed: the process is gone, and its files still say that it runs', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('killed');
    await gone(target);
    expect(homeJson(sandbox, 'gateway.pid')['pid']).toBe(target.pid);
    expect(homeJson(sandbox, 'gateway_state.json')).toMatchObject({ gateway_state: 'running', pid: target.pid });
    expect(homeJson(sandbox, 'state', 'gateway.lifecycle.json')['phase']).toBe('running');
    expect(sandbox.gateway.state()).toMatchObject({ process: null, fault: 'killed' });
    await expect(sandbox.gateway.break('qq_4009')).rejects.toThrow('No gateway is running');

    await sandbox.gateway.start();
    await logged(sandbox, /^Gateway running with 2/, 2);
    const ledger = records(sandbox).find(({ logger }) => logger === 'gateway.lifecycle_ledger');
    expect(ledger?.message).toMatch(
      new RegExp(`^Previous gateway life \\(pid=${target.pid}, .* exited UNCLEANLY .*suspected_oom=False$`),
    );
  });

  it.runIf(IN_DEPTH)('sigterm: it winds down and exits without being asked to', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('sigterm');
    await gone(target);
    expect(messages(sandbox)).toContain('Received SIGTERM — initiating shutdown');
    expect(homeJson(sandbox, 'state', 'gateway.lifecycle.json')).toMatchObject({ phase: 'exited', exit_code: 1 });
    expect(homeJson(sandbox, 'gateway_state.json')['gateway_state']).toBe('running');
  });

  it.runIf(IN_DEPTH)('flapping: it logs in and is dropped, until a new process comes', async () => {
    const sandbox = await openSandbox();
    const target = await startReady(sandbox);
    await sandbox.gateway.break('flapping');
    await logged(sandbox, /^\[QQ\] WebSocket closed: code=1001 reason=going away$/, 3);
    await logged(sandbox, /^\[QQ\] Reconnected$/, 2);
    await logged(sandbox, /^\[QQ\] Session resumed$/, 2);
    expect(messages(sandbox)).not.toContainEqual(expect.stringMatching(/Max reconnect|Too many/));
    await restart(sandbox, target);
    await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
    const drops = messages(sandbox).filter((message) => message.includes('code=1001')).length;
    // Longer than two drops are apart, by the gateway's own beat.
    const beat = Date.parse(String(homeJson(sandbox, 'state', 'gateway.heartbeat')['updated_at']));
    await eventually(() =>
      must(
        Date.parse(String(homeJson(sandbox, 'state', 'gateway.heartbeat')['updated_at'])) - beat > 2_000,
        'two seconds of beats',
      ),
    );
    expect(messages(sandbox).filter((message) => message.includes('code=1001'))).toHaveLength(drops);
  });

  it.runIf(IN_DEPTH)(
    'feishu_lost: the SDK says so once and stops; the state file goes on claiming connected',
    async () => {
      const sandbox = await openSandbox();
      const target = await startReady(sandbox);
      await sandbox.gateway.break('feishu_lost');
      await logged(sandbox, /^disconnected to ws:/);
      const lost = records(sandbox, 'errors.log').filter(({ logger }) => logger === 'Lark');
      expect(lost).toEqual([
        expect.objectContaining({
          level: 'ERROR',
          message: expect.stringMatching(/^receive message loop exit, err: no close frame received or sent/) as unknown,
        }),
      ]);
      sayToGateway(sandbox, 'feishu', 'anyone?');
      sayToGateway(sandbox, 'qq', 'and here?');
      await eventually(() => expect(answers(sandbox, 'qq')).toHaveLength(1));
      await eventually(() => expect(sandbox.feishu.connections(sandbox.cast.gateway.feishu.appId)).toBe(0));
      expect(
        messages(sandbox, 'agent.log').filter((message) => /^(connected to|trying to reconnect)/.test(message)),
      ).toHaveLength(1);
      expect(messages(sandbox).filter((message) => message.includes('receive message loop'))).toEqual([]);
      expect(claimed(sandbox, 'feishu')).toBe('connected');
      expect(answers(sandbox, 'feishu')).toEqual([]);
      await restart(sandbox, target);
      await logged(sandbox, /^connected to ws:/, 2);
    },
  );

  it('qq_4009: it resumes its session, and no fault is left', async () => {
    const sandbox = await openSandbox();
    await startReady(sandbox);
    await sandbox.gateway.break('qq_4009');
    await logged(sandbox, /^\[QQ\] Session resumed$/);
    const lines = after(messages(sandbox), /Ready, session_id/).filter(
      (message) => message.startsWith('[QQ]') && !message.includes('Quick disconnect'),
    );
    expect(lines).toEqual([
      '[QQ] WebSocket closed: code=4009 reason=Session timed out',
      '[QQ] Reconnecting in 0s (attempt 1)...',
      expect.stringMatching(/^\[QQ\] WebSocket connected to/),
      '[QQ] Reconnected',
      expect.stringMatching(/^\[QQ\] Resume sent/),
      '[QQ] Session resumed',
    ]);
    expect(sandbox.gateway.state().fault).toBeNull();
    sayToGateway(sandbox, 'qq', 'hello');
    await eventually(() => expect(answers(sandbox, 'qq')).toEqual(['(agent) you said: hello']));
  });

  it('is no fault when Feishu drops a link once: a fresh client takes over', async () => {
    const sandbox = await openSandbox();
    await startReady(sandbox);
    sandbox.feishu.drop(sandbox.cast.gateway.feishu.appId, 'broken');
    await logged(sandbox, /^trying to reconnect for the 1st time$/);
    await logged(sandbox, /^connected to ws:/, 2);
    const lark = records(sandbox, 'agent.log')
      .filter(({ logger }) => logger === 'Lark')
      .map(({ message }) => message.split(/[ ,]/, 2).join(' '));
    expect(lark).toEqual(['connected to', 'receive message', 'disconnected to', 'trying to', 'connected to']);
    // The log line and the platform's view of the new socket are not the same moment.
    await eventually(() => expect(sandbox.feishu.connections(sandbox.cast.gateway.feishu.appId)).toBe(1));
    sayToGateway(sandbox, 'feishu', 'hello');
    await eventually(() => expect(answers(sandbox, 'feishu')).toEqual(['(agent) you said: hello']));
  });
});

describe('the list of faults', () => {
  it('has words in both languages for each, and no id twice', () => {
    for (const { label, about } of FAULTS)
      for (const text of [label.zh, label.en, about.zh, about.en]) expect(text).not.toBe('');
    expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
  });

  it('knows its own ids only', () => {
    expect(isFaultId('qq_4009')).toBe(true);
    expect(isFaultId('toString')).toBe(false);
  });
});
