import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { readStateOwner } from '../../../src/gateways/openclaw/lock-file.ts';
import { otherOpenClawProgram } from '../../../src/gateways/openclaw/other-program.ts';
import { lockFileOf, logsOf } from '../../../src/gateways/openclaw/places.ts';
import { NO_CONFIG } from '../../../src/gateways/openclaw/config-file.ts';
import { servedByOpenClaw } from '../../../src/gateways/openclaw/process-rule.ts';
import type { Served } from '../../../src/gateways/gateway-kind.ts';
import { openClawServices } from '../../../src/gateways/openclaw/services.ts';

describe('a process', () => {
  const env = { HOME: '/home/me' };
  test.each<[string, string[], Record<string, string> | null, Served | null]>([
    [
      'of a unit',
      ['/usr/bin/node', '--max-old-space-size=8192', '/opt/openclaw/dist/index.js', 'gateway', '--port', '18789'],
      env,
      { home: '/home/me/.openclaw', entry: 'own' },
    ],
    [
      'of a container',
      ['node', 'dist/index.js', 'gateway', '--bind', 'lan', '--port', '18789'],
      { HOME: '/home/node' },
      { home: '/home/node/.openclaw', entry: 'common' },
    ],
    [
      'of a unit with a state folder',
      ['node', '/x/dist/index.js', 'gateway'],
      { ...env, OPENCLAW_STATE_DIR: '/data/oc/' },
      { home: '/data/oc', entry: 'common' },
    ],
    [
      'of a profile',
      ['node', '/x/openclaw.mjs', '--profile', 'ops', 'gateway', 'run'],
      env,
      { home: '/home/me/.openclaw-ops', entry: 'own' },
    ],
    [
      'of a profile, in one word',
      ['node', '/x/openclaw.mjs', '--profile=ops', 'gateway'],
      env,
      { home: '/home/me/.openclaw-ops', entry: 'own' },
    ],
    [
      'of a profile by its environment',
      ['node', '/x/dist/index.js', 'gateway'],
      { ...env, OPENCLAW_PROFILE: 'ops' },
      { home: '/home/me/.openclaw-ops', entry: 'common' },
    ],
    [
      'of the developers’ profile',
      ['node', '/x/openclaw.mjs', '--dev', 'gateway'],
      env,
      { home: '/home/me/.openclaw-dev', entry: 'own' },
    ],
    [
      'with a flag of the same name behind the command',
      ['node', '/x/openclaw.mjs', 'gateway', 'run', '--dev'],
      env,
      { home: '/home/me/.openclaw', entry: 'own' },
    ],
    [
      'of the profile that is none',
      ['node', '/x/dist/index.js', 'gateway'],
      { ...env, OPENCLAW_PROFILE: 'default' },
      { home: '/home/me/.openclaw', entry: 'common' },
    ],
    ['in the foreground, its title rewritten', ['openclaw-gateway'], env, { home: '/home/me/.openclaw', entry: 'own' }],
    ['the same, padded', ['openclaw-gateway   ', '', ''], env, { home: '/home/me/.openclaw', entry: 'own' }],
    ['of another user', ['openclaw-gateway'], null, { home: null, entry: 'own' }],
    [
      'a flag’s value that looks like a command',
      ['node', '/x/openclaw.mjs', 'gateway', '--token', 'status'],
      env,
      { home: '/home/me/.openclaw', entry: 'own' },
    ],
    ['the CLI', ['node', '/x/openclaw.mjs', 'gateway', 'status', '--json'], env, null],
    ['the CLI about channels', ['node', '/x/bin/openclaw', 'channels', 'status'], env, null],
    ['a worker', ['node', '/x/dist/process/spawn-broker/worker.js'], env, null],
    ['an editor', ['vim', 'openclaw-gateway.service'], env, null],
    ['an editor of the program', ['vim', '/usr/bin/openclaw', 'gateway'], env, null],
    ['a search for it', ['grep', '-r', 'openclaw', 'gateway'], env, null],
    ['another index.js', ['node', '/srv/app/dist/index.js', 'serve'], env, null],
    ['nothing', [], env, null],
  ])('%s', (_, argv, environment, expected) => expect(servedByOpenClaw(argv, environment)).toEqual(expected));

  test.each<[string, string[], string | null]>([
    ['the chat in the terminal', ['node', '/x/openclaw.mjs', 'tui'], 'openclaw tui'],
    ['the same by its title', ['openclaw-tui', '', ''], 'openclaw tui'],
    ['a title that says no more', ['openclaw'], 'openclaw'],
    ['a question of the CLI', ['node', '/x/openclaw.mjs', 'gateway', 'status'], null],
    ['the gateway', ['openclaw-gateway'], null],
    ['an editor', ['vim', 'openclaw', 'tui'], null],
  ])('%s may be taken for the gateway', (_, argv, expected) => expect(otherOpenClawProgram(argv)).toBe(expected));
});

it('reads the owner of the state folder with its padding, and nothing from half a record', () => {
  const record = JSON.stringify(
    { pid: 16248, ownerId: 'x', configPath: '/h/openclaw.json', port: 28789, startTime: 3604372 },
    null,
    2,
  );
  expect(readStateOwner(`${record}\n\t\t   \t\0\0`)).toEqual({
    pid: 16248,
    startTime: 3_604_372,
    port: 28_789,
    configPath: '/h/openclaw.json',
  });
  for (const text of [record.slice(0, 40), '', 'null', '[]', '7', '{"pid":-1}', '{"pid":1.5}'])
    expect(readStateOwner(text)).toBeNull();
});

it('names its services: the profile in the name, the old name beside today’s', () => {
  expect(
    openClawServices('/home/me/.openclaw', '/root').map(({ supervisor, unit }) => `${supervisor} ${unit}`),
  ).toEqual([
    'systemd-user openclaw-gateway.service',
    'systemd-system openclaw-gateway.service',
    'systemd-user clawdbot-gateway.service',
    'systemd-system clawdbot-gateway.service',
    'launchd ai.openclaw.gateway',
  ]);
  expect(openClawServices('/home/me/.openclaw-ops', '/root').map(({ path }) => path)).toContain(
    '/home/me/Library/LaunchAgents/ai.openclaw.ops.plist',
  );
  expect(openClawServices('/srv/state', '/home/you')[0]?.path).toBe(
    '/home/you/.config/systemd/user/openclaw-gateway.service',
  );
});

describe('its logs', () => {
  const uid = process.getuid?.() ?? 0;
  test.each<[string, string, string | null, string]>([
    ['of the default profile', '/home/me/.openclaw', null, '/tmp/openclaw/openclaw-YYYY-MM-DD.log'],
    ['of a profile', '/home/me/.openclaw-ops', null, '/tmp/openclaw/openclaw-ops-YYYY-MM-DD.log'],
    ['of a folder of its own', '/srv/state', null, '/tmp/openclaw/openclaw-YYYY-MM-DD.log'],
    ['that are set', '/home/me/.openclaw', '/var/log/oc.log', '/var/log/oc.log'],
    ['that are set below the user’s home', '/home/me/.openclaw', '~/oc-YYYY-MM-DD.log', '/home/me/oc-YYYY-MM-DD.log'],
  ])('%s', (_, home, logFile, expected) =>
    expect(logsOf(home, { ...NO_CONFIG, logFile }, '/var/tmp')[0]).toBe(expected),
  );

  it('are looked for where it puts them when the usual folder is not safe, too', async () => {
    const home = await mkdtemp(join(tmpdir(), 'lifeline-oc-'));
    expect(logsOf(home, NO_CONFIG, '/var/tmp')).toEqual([
      '/tmp/openclaw/openclaw-YYYY-MM-DD.log',
      `/var/tmp/openclaw-${uid}/openclaw-YYYY-MM-DD.log`,
      `${home}/tmp/openclaw-${uid}/openclaw-YYYY-MM-DD.log`,
    ]);
    expect(lockFileOf(home)).toBe(`tmp/openclaw-${uid}/gateway.state.lock`);
    await rm(home, { recursive: true });
  });
});
