import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readProcessId } from '../../../sandbox/gateway/proc.ts';
import {
  closeSandboxes,
  eventually,
  homeFile,
  homeJson,
  launch,
  logged,
  messages,
  must,
  openSandbox,
  readText,
  ready,
  records,
  startReady,
} from './harness.ts';

afterEach(closeSandboxes);

const tick = async (path: string): Promise<string> => {
  const socket = connect(path);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString('utf8');
};

describe('a healthy sandbox gateway', () => {
  it('logs its start in the order of Hermes, open sockets before logins', async () => {
    const sandbox = await openSandbox();
    await startReady(sandbox);
    const said = messages(sandbox);
    const order = [
      'Starting Hermes Gateway...',
      'Active profile: default',
      'Connecting to qqbot...',
      /^\[QQ\] Access token refreshed, expires in \d+s$/,
      /^\[QQ\] Gateway URL: ws:/,
      /^\[QQ\] WebSocket connected to ws:/,
      '[QQ] Connected',
      '[QQ] Identify sent',
      /^\[QQ\] Ready, session_id=[0-9a-f-]+$/,
    ].map((wanted) =>
      said.findIndex((message) => (typeof wanted === 'string' ? message === wanted : wanted.test(message))),
    );
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const rest = [
      '✓ qqbot connected',
      'Connecting to feishu...',
      '[Feishu] Connected in websocket mode (feishu)',
      '✓ feishu connected',
      'Gateway running with 2 platform(s)',
    ];
    expect(said.filter((message) => rest.includes(message))).toEqual(rest);
  });

  it('writes only records of its own loggers to gateway.log, and the SDK to agent.log', async () => {
    const sandbox = await openSandbox();
    await startReady(sandbox);
    const lines = readText(homeFile(sandbox, 'logs', 'gateway.log'))
      .split('\n')
      .slice(0, -1);
    expect(records(sandbox)).toHaveLength(lines.length);
    expect(records(sandbox).filter(({ logger }) => !/^(gateway|plugins\.platforms)\./.test(logger))).toEqual([]);
    expect(records(sandbox, 'agent.log').find(({ logger }) => logger === 'Lark')?.message).toMatch(
      /^connected to ws:.*&ticket=.* \[conn_id=\d+\]$/,
    );
    expect(readText(homeFile(sandbox, 'logs', 'errors.log'))).toBe('');
  });

  it('names itself in gateway.pid by pid and start time', async () => {
    const sandbox = await openSandbox();
    const { pid, startTime } = await startReady(sandbox);
    expect(homeJson(sandbox, 'gateway.pid')).toMatchObject({
      pid,
      kind: 'hermes-gateway',
      start_time: startTime,
      hermes_home: sandbox.gateway.home,
    });
    expect(readProcessId(pid)).toEqual({ pid, startTime });
  });

  it.runIf(process.platform === 'linux')('has a command line that reads as Hermes does', async () => {
    const sandbox = await openSandbox();
    const { pid } = await startReady(sandbox);
    const [, ...argv] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    expect(argv).toEqual([expect.stringMatching(/\/bin\/hermes$/), 'gateway', 'run']);
  });

  it('claims running and connected in gateway_state.json, with every key of Hermes', async () => {
    const sandbox = await openSandbox();
    const { pid, startTime } = await startReady(sandbox);
    const state = homeJson(sandbox, 'gateway_state.json');
    expect(state).toMatchObject({
      pid,
      start_time: startTime,
      gateway_state: 'running',
      exit_reason: null,
      restart_requested: false,
      active_agents: 0,
    });
    expect(Object.keys(state)).toEqual(
      expect.arrayContaining(['argv', 'active_work', 'session_store', 'updated_at', 'code_sha', 'code_version']),
    );
    const platform = {
      state: 'connected',
      error_code: null,
      needs_attention: false,
      retrying_since: null,
      writer_pid: pid,
      writer_start_time: startTime,
    };
    expect(state['platforms']).toEqual({
      qqbot: expect.objectContaining(platform) as unknown,
      feishu: expect.objectContaining(platform) as unknown,
    });
  });

  it('beats, and answers its tick socket from the event loop', async () => {
    const sandbox = await openSandbox();
    const { pid } = await startReady(sandbox);
    const first = homeJson(sandbox, 'state', 'gateway.heartbeat');
    expect(first).toMatchObject({
      pid,
      loop_tick_socket: true,
      updated_at: expect.stringMatching(/\+00:00$/) as unknown,
    });
    await eventually(() =>
      must(homeJson(sandbox, 'state', 'gateway.heartbeat')['updated_at'] !== first['updated_at'], 'another beat'),
    );
    expect(await tick(homeFile(sandbox, 'state', `gateway.loop-tick.${pid}.sock`))).toBe('1');
  });

  it('opens a life in the ledger and notes its start', async () => {
    const sandbox = await openSandbox();
    const { pid } = await startReady(sandbox);
    expect(homeJson(sandbox, 'state', 'gateway.lifecycle.json')).toMatchObject({
      phase: 'running',
      pid,
      exit_code: null,
      prior_unclean_exit: false,
    });
    expect(readText(homeFile(sandbox, 'gateway-starts.log'))).toMatch(/^\d+\.\d{3}\n$/);
  });

  it('answers people on both platforms and logs it as traffic', async () => {
    const sandbox = await openSandbox();
    await startReady(sandbox);
    const { cast, feishu, qq } = sandbox;
    feishu.say(cast.gateway.feishu.appId, cast.operator.feishu, 'hello');
    qq.say(cast.gateway.qq.appId, cast.operator.qq, 'two\nlines');
    const last = (conversation: readonly { readonly text: string }[]): string | undefined => conversation.at(-1)?.text;
    await eventually(() => {
      expect(last(feishu.conversation(cast.gateway.feishu.appId, cast.operator.feishu))).toBe(
        '(agent) you said: hello',
      );
      expect(last(qq.conversation(cast.gateway.qq.appId, cast.operator.qq))).toBe('(agent) you said: two\nlines');
    });
    const said = messages(sandbox);
    for (const platform of ['feishu', 'qqbot']) {
      expect(said.filter((message) => message.startsWith(`inbound message: platform=${platform} `))).toHaveLength(1);
      expect(said.filter((message) => message.startsWith(`response ready: platform=${platform} `))).toHaveLength(1);
    }
    expect(said).toContainEqual(expect.stringMatching(/^\[Feishu\] Sending response \(\d+ chars\) to oc_/));
    expect(said).toContainEqual(expect.stringMatching(/msg='two\\nlines'$/));
    expect(records(sandbox).find(({ message }) => message.startsWith('response ready'))?.session).toMatch(/^agent:/);
  });

  it('tries a platform again that could not be reached at the start', async () => {
    const sandbox = await openSandbox();
    sandbox.qq.setFaults(sandbox.cast.gateway.qq.appId, { gatewayUrl: { kind: 'answer', status: 500, body: {} } });
    await sandbox.gateway.start();
    await logged(sandbox, /^Gateway running with 1 platform/);
    await logged(sandbox, /^Reconnect qqbot failed, next retry in/);
    expect(messages(sandbox)).toContainEqual(
      expect.stringMatching(
        /^\[QQ\] QQ startup failed: Failed to get QQ Bot gateway URL: Server error '500 Internal Server Error' for url 'http:\/\/127\.0\.0\.1:\d+\/gateway'$/,
      ),
    );
    sandbox.qq.clearFaults(sandbox.cast.gateway.qq.appId);
    await logged(sandbox, /^✓ qqbot reconnected successfully/);
    await logged(sandbox, /^\[QQ\] Ready, session_id=/);
  });

  it('goes straight to the platforms whatever proxy its environment names', async () => {
    const sandbox = await openSandbox();
    const proxy = 'http://127.0.0.1:9';
    launch(sandbox, {
      HERMES_HOME: sandbox.gateway.home,
      HTTP_PROXY: proxy,
      http_proxy: proxy,
      ALL_PROXY: proxy,
      NODE_USE_ENV_PROXY: '1',
    });
    await ready(sandbox);
  });

  it('shows the page its process, its claims and its last lines', async () => {
    const sandbox = await openSandbox();
    expect(sandbox.gateway.state()).toEqual({ process: null, fault: null, claims: null, links: [] });
    expect(sandbox.gateway.tail(5)).toEqual([]);
    const started = await startReady(sandbox);
    expect(sandbox.gateway.state()).toMatchObject({
      process: started,
      fault: null,
      claims: 'running',
      links: [
        { name: 'qqbot', state: 'connected' },
        { name: 'feishu', state: 'connected' },
      ],
    });
    expect(sandbox.gateway.tail(2)).toEqual(
      readText(homeFile(sandbox, 'logs', 'agent.log'))
        .trimEnd()
        .split('\n')
        .slice(-2),
    );
    await expect(sandbox.gateway.start()).rejects.toThrow(`already runs, pid ${started.pid}`);
  });
});
