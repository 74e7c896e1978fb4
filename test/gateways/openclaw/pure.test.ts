import { describe, expect, test } from 'vitest';
import { accountFacts } from '../../../src/gateways/openclaw/account-facts.ts';
import { readStateOwner } from '../../../src/gateways/openclaw/lock-file.ts';
import { parseHead, parseLogLine } from '../../../src/gateways/openclaw/log-line.ts';
import { openClawLogReader } from '../../../src/gateways/openclaw/log-reader.ts';
import { servedByOpenClaw } from '../../../src/gateways/openclaw/process-rule.ts';
import { openClawServices } from '../../../src/gateways/openclaw/services.ts';

const AT = '2026-11-21T02:30:46.931+00:00';
const at = Date.parse(AT);
const json = (subsystem: string | null, text: string, level = 'INFO'): string =>
  JSON.stringify({ ...(subsystem === null ? { 0: text } : { 0: JSON.stringify({ subsystem }), 1: text }), _meta: { runtime: 'node', date: new Date(at).toISOString(), logLevelName: level }, time: AT, hostname: 'vm', message: text });
const consoleLine = (subsystem: string | null, text: string): string => `${AT} ${subsystem === null ? '' : `[${subsystem}] `}${text}`;
const read = (line: string) => openClawLogReader('openclaw.log').line(line)?.evidence.map(({ link, fact }) => ({ link, ...fact }));

describe('a line of the log', () => {
  test.each<[string, string, ReturnType<typeof parseLogLine>]>([
    ['with a message', json('gateway/health-monitor', 'x'), { at, level: 'info', subsystem: 'gateway/health-monitor', message: 'x' }],
    ['of a library', json(null, "[error]: [ '[ws]', 'x' ]"), { at, level: 'info', subsystem: null, message: "[error]: [ '[ws]', 'x' ]" }],
    ['without a message', JSON.stringify({ 0: '{"subsystem":"gateway"}', 1: 'ready', time: AT, _meta: { logLevelName: 'WARN' } }), { at, level: 'warning', subsystem: 'gateway', message: 'ready' }],
    ['with structured fields', JSON.stringify({ 0: '{"module":"m"}', 1: { a: 1 }, 2: 'the text', time: AT, _meta: { logLevelName: 'FATAL' } }), { at, level: 'critical', subsystem: 'm', message: 'the text' }],
    ['of the console', consoleLine('gateway', 'ready'), { at, level: null, subsystem: 'gateway', message: 'ready' }],
    ['of the console, in colour', `\u001b[90m${AT}\u001b[39m [gateway] \u001b[36mready\u001b[39m`, { at, level: null, subsystem: 'gateway', message: 'ready' }],
    ['of the console, of a library', consoleLine(null, 'hello'), { at, level: null, subsystem: null, message: 'hello' }],
    ['that is cut', '{"0":"{\\"subsystem', null],
    ['of another writer', '    at Object.<anonymous>', null],
    ['that is no object', '[1]', null],
    ['without a time', JSON.stringify({ message: 'x' }), null],
    ['with a wrong time', JSON.stringify({ message: 'x', time: 'yesterday' }), null],
  ])('%s', (_, line, expected) => {
    expect(parseLogLine(line)).toEqual(expected);
    expect(parseHead(line)).toEqual(expected && { at: expected.at, level: expected.level });
  });
});

describe('what a line tells', () => {
  test.each<[string, string | null, string, object[]]>([
    ['QQ logged in', 'channels/qqbot', '[qqbot:default] Gateway ready', [{ link: 'qqbot', kind: 'link-login' }]],
    ['QQ resumed', 'qqbot', '[default] Gateway resumed', [{ link: 'qqbot', kind: 'link-login' }]],
    ['QQ closed', 'channels/qqbot', '[default] WebSocket closed: 4009 session timed out', [{ link: 'qqbot', kind: 'link-lost', code: 4009, reason: 'session timed out' }]],
    ['QQ closed for good with 1000', 'channels/qqbot', '[qqbot:default] Gateway disconnected: close code 1000', [{ link: 'qqbot', kind: 'link-lost', reason: 'close code 1000' }]],
    ['QQ banned', 'channels/qqbot', '[default] Bot is offline/sandbox-only. Please contact QQ platform.', [{ link: 'qqbot', kind: 'link-rejected', reason: 'offline/sandbox-only' }]],
    ['QQ gave up', 'channels/qqbot', '[default] Max reconnect attempts reached or aborted', [{ link: 'qqbot', kind: 'link-gave-up' }]],
    ['QQ cannot reach', 'channels/qqbot', '[default] Connection failed: Network error getting access_token: ECONNREFUSED', [{ link: 'qqbot', kind: 'link-retry-failed', failure: 'network', error: 'Network error getting access_token: ECONNREFUSED' }]],
    ['the host of QQ', 'channels/qqbot', '[default] Connecting to wss://api.sgroup.qq.com/websocket', [{ link: 'qqbot', kind: 'link-host', host: 'api.sgroup.qq.com:443' }]],
    ['Feishu opens', 'channels/feishu', 'feishu[default]: starting WebSocket connection...', [{ link: 'feishu', kind: 'link-open' }]],
    ['the word of a client that is not connected', 'channels/feishu', 'feishu[default]: WebSocket client started', [{ link: 'feishu', kind: 'link-open' }]],
    ['another word that proves nothing', null, "[info]: [ '[ws]', 'ws client ready' ]", []],
    ['Feishu dropped', null, "[info]: [ '[ws]', 'reconnect' ]", [{ link: 'feishu', kind: 'link-lost', reason: 'the connection ended' }]],
    ['Feishu refused', null, "[error]: [ '[ws]', 'connect ECONNREFUSED 127.0.0.77:443' ]", [{ link: 'feishu', kind: 'link-retry-failed', failure: 'network', error: "connect ECONNREFUSED 127.0.0.77:443' ]" }]],
    ['Feishu gave up, which it calls recoverable', 'channels/feishu', 'feishu[default]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=514, msg=x', [{ link: 'feishu', kind: 'link-gave-up' }]],
    ['a malformed app id', null, "[error]: [ '[ws]', 'invalid appId: cli_x' ]", [{ link: 'feishu', kind: 'link-rejected', reason: 'invalid appId: cli_x' }]],
    ['its own healing', 'gateway/health-monitor', '[feishu:default] health-monitor: restarting (reason: disconnected)', [{ link: 'feishu', kind: 'link-retrying' }]],
    ['its own healing is at its end', 'channels/feishu', '[default] giving up after 10 restart attempts', [{ link: 'feishu', kind: 'link-gave-up' }]],
    ['a start', 'gateway', 'loading configuration…', [{ link: null, kind: 'gateway-starting' }]],
    ['ready, in the file', 'gateway', 'gateway ready', [{ link: null, kind: 'gateway-ready' }]],
    ['ready, on the console', 'gateway', 'ready', [{ link: null, kind: 'gateway-ready' }]],
    ['a stop', 'gateway', 'received SIGTERM; shutting down', [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: false }]],
    ['a restart', 'gateway', 'received SIGUSR2; restarting', [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: true }]],
    ['its end', 'gateway', 'shutdown completed cleanly in 45ms', [{ link: null, kind: 'gateway-stopped' }]],
    ['a wrong configuration', 'gateway', 'Gateway failed to start: Invalid config at /x/openclaw.json:', [{ link: null, kind: 'config-fatal', reason: 'Invalid config at /x/openclaw.json:' }]],
    ['words of its CLI in the same file', 'cli', 'gateway ready', []],
    ['a chat that quotes it', 'channels/qqbot', 'dispatch: user said "Gateway ready"', []],
  ])('%s', (_, subsystem, text, expected) => {
    expect(read(json(subsystem, text))).toEqual(expected);
    expect(read(consoleLine(subsystem, text))).toEqual(expected);
  });
});

describe('what channels.status tells of a link', () => {
  const now = at + 600_000;
  const feishu = { running: true, connected: true, lifecycle: 'ready', lastStartAt: at, lastConnectedAt: at + 5_000, lastError: null, lastInboundAt: null };
  test.each<[string, object, object[]]>([
    ['up', feishu, [{ at: at + 5_000, fact: { kind: 'link-login' } }]],
    ['up, with traffic', { ...feishu, lastInboundAt: at + 9_000 }, [{ at: at + 5_000, fact: { kind: 'link-login' } }, { at: at + 9_000, fact: { kind: 'link-traffic' } }]],
    ['deaf from the start: all else is green', { ...feishu, connected: undefined, lifecycle: 'starting' }, [{ at, fact: { kind: 'link-open' } }]],
    ['restarted during an outage: the word of connection is left over', { ...feishu, connected: false, lifecycle: 'starting' }, [{ at, fact: { kind: 'link-open' } }]],
    ['lost', { ...feishu, connected: false, lifecycle: 'recovering' }, [{ at: now, fact: { kind: 'link-lost', reason: 'disconnected' } }]],
    ['QQ up', { running: true, connected: true, lastConnectedAt: at }, [{ at, fact: { kind: 'link-login' } }]],
    ['QQ lost', { running: true, connected: false, lastError: 'banned' }, [{ at: now, fact: { kind: 'link-lost', reason: 'banned' } }]],
    ['held back by the breaker', { running: false, lastError: 'gateway restart-loop breaker tripped: 3 boots' }, [{ at: now, fact: { kind: 'link-claim', state: 'suppressed', error: 'gateway restart-loop breaker tripped: 3 boots' } }]],
    ['stopped by hand', { running: false, connected: false, lastError: null }, [{ at: now, fact: { kind: 'link-closed' } }]],
    ['disabled', { enabled: false, running: false }, [{ at: now, fact: { kind: 'link-closed' } }]],
    ['a time in the future', { ...feishu, lastConnectedAt: now + 9_999_999 }, [{ at: now, fact: { kind: 'link-login' } }]],
  ])('%s', (_, account, expected) => {
    expect(accountFacts(account as Readonly<Record<string, unknown>>, now)).toEqual(expected);
  });
});

describe('a process', () => {
  const env = { HOME: '/home/me' };
  test.each<[string, string[], Record<string, string> | null, { home: string | null } | null]>([
    ['of a unit', ['/usr/bin/node', '--max-old-space-size=8192', '/opt/openclaw/dist/index.js', 'gateway', '--port', '18789'], env, { home: '/home/me/.openclaw' }],
    ['of a unit with a state folder', ['node', '/x/dist/index.js', 'gateway'], { ...env, OPENCLAW_STATE_DIR: '/data/oc/' }, { home: '/data/oc' }],
    ['of a profile', ['node', '/x/openclaw.mjs', '--profile', 'ops', 'gateway', 'run'], env, { home: '/home/me/.openclaw-ops' }],
    ['of a profile by its environment', ['node', '/x/dist/index.js', 'gateway'], { ...env, OPENCLAW_PROFILE: 'ops' }, { home: '/home/me/.openclaw-ops' }],
    ['in the foreground, its title rewritten', ['openclaw-gateway'], env, { home: '/home/me/.openclaw' }],
    ['of another user', ['openclaw-gateway'], null, { home: null }],
    ['the CLI', ['node', '/x/openclaw.mjs', 'gateway', 'status', '--json'], env, null],
    ['the CLI about channels', ['node', '/x/bin/openclaw', 'channels', 'status'], env, null],
    ['a worker', ['node', '/x/dist/process/spawn-broker/worker.js'], env, null],
    ['an editor', ['vim', 'openclaw-gateway.service'], env, null],
    ['another index.js', ['node', '/srv/app/dist/index.js', 'serve'], env, null],
  ])('%s', (_, argv, environment, expected) => expect(servedByOpenClaw(argv, environment)).toEqual(expected));
});

test('the owner of the state folder is read with its padding, and nothing from half a record', () => {
  const record = JSON.stringify({ pid: 16248, ownerId: 'x', configPath: '/h/openclaw.json', port: 28789, startTime: 3604372 }, null, 2);
  expect(readStateOwner(`${record}\n\t\t   \t\0\0`)).toEqual({ pid: 16248, startTime: 3_604_372, port: 28_789, configPath: '/h/openclaw.json' });
  expect(readStateOwner(record.slice(0, 40))).toBeNull();
  expect(readStateOwner('')).toBeNull();
  expect(readStateOwner('null')).toBeNull();
});

test('its services: the profile in the name, the old name beside today’s', () => {
  expect(openClawServices('/home/me/.openclaw', '/root').map(({ supervisor, unit }) => `${supervisor} ${unit}`)).toEqual([
    'systemd-user openclaw-gateway.service',
    'systemd-system openclaw-gateway.service',
    'systemd-user clawdbot-gateway.service',
    'systemd-system clawdbot-gateway.service',
    'launchd ai.openclaw.gateway',
  ]);
  expect(openClawServices('/home/me/.openclaw-ops', '/root').map(({ path }) => path)).toContain('/home/me/Library/LaunchAgents/ai.openclaw.ops.plist');
  expect(openClawServices('/srv/state', '/home/you')[0]?.path).toBe('/home/you/.config/systemd/user/openclaw-gateway.service');
});
