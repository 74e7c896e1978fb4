/** When a running bot answers `lifeline status`, and when it lets that look itself. */
import { chmodSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { StatusParts } from '../../../src/app.ts';
import type { GatewayReport } from '../../../src/chat/command/command.ts';
import type { StatusAnswer, StatusRequest } from '../../../src/channels/local/wire.ts';
import { answerStatus, type BotHere } from '../../../src/cli/run/answer-status.ts';
import { createConfigOnDisk } from '../../../src/cli/run/config-on-disk.ts';
import { resourcesAnew } from '../../../src/cli/run/resources-anew.ts';
import type { Config } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { ResourcesSeen } from '../../../src/diagnosis/vitals.ts';
import { createAudit } from '../../../src/store/audit.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createPlans } from '../../../src/store/planned-maintenance.ts';
import { createSilences } from '../../../src/store/silences.ts';
import { gatewayVerdict, incidentsIn, linkVerdict, NOW, port, report } from '../../commands/scene.ts';
import { parse, valid } from '../../config/helpers.ts';
import { ownFolder } from '../../store/helpers.ts';

const HOME = '/home/me';
const FILE = '/home/me/config.yaml';
const configOf = (text: string): Config => ({ ...parse(text), file: FILE });
const CONFIG = configOf(valid('locale: en\n'));

const ASKED: StatusRequest = {
  version: '1.0.0',
  file: FILE,
  home: HOME,
  zone: 'Asia/Shanghai',
  offset: new Date().getTimezoneOffset(),
  gateway: null,
  json: true,
  colour: false,
};

interface Played {
  readonly asked?: Partial<StatusRequest>;
  readonly config?: Config;
  readonly here?: Partial<BotHere>;
  readonly reports?: Readonly<Record<string, () => Promise<GatewayReport>>>;
  readonly isInMemory?: boolean;
}

const play = ({
  asked = {},
  config = CONFIG,
  here = {},
  reports = {},
  isInMemory = false,
}: Played = {}): Promise<StatusAnswer | null> => {
  const db = openDatabase(':memory:');
  const parts: StatusParts = {
    now: NOW,
    gateways: config.gateways.map(({ name }) =>
      port(name, { report: reports[name] ?? (() => Promise.resolve(report())) }),
    ),
    incidents: incidentsIn([]),
    silences: createSilences(db),
    plans: createPlans(db),
    audit: createAudit(db),
    db,
    isInMemory,
  };
  return answerStatus(
    { ...ASKED, ...asked },
    {
      version: '1.0.0',
      config,
      isCurrent: () => Promise.resolve(true),
      env: { HOME, TZ: 'Asia/Shanghai' },
      ...here,
    },
    parts,
  );
};

const TWO = configOf('locale: en\ngateways:\n  - { name: main, kind: hermes }\n  - { name: side, kind: openclaw }\n');

describe('the bot answers', () => {
  it('with a line for each gateway and one for Lifeline, and 1 where something needs somebody', async () => {
    const answer = await play({ config: TWO });
    expect(answer).toMatchObject({ version: '1.0.0', exitCode: 1 });
    const lines = (answer?.text ?? '').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { kind: string; name?: string }).name)).toEqual([
      'main',
      'side',
      undefined,
    ]);
  });

  it('of one gateway, in words, without colour and with it', async () => {
    const plain = await play({ config: TWO, asked: { gateway: 'side', json: false } });
    expect(plain?.text).toMatch(/^\S+ side: .*\n[^]*Lifeline does not run/);
    expect(plain?.text).not.toContain('\u001B');
    const coloured = await play({ config: TWO, asked: { gateway: 'side', json: false, colour: true } });
    expect(coloured?.text).toContain('\u001B[');
  });

  it('that its database is in memory, which needs somebody', async () => {
    const asked = { json: false };
    const [usual, inMemory] = [await play({ asked }), await play({ asked, isInMemory: true })];
    expect(usual?.text).not.toContain('the data is in memory');
    expect(inMemory?.text).toContain('the data is in memory');
    expect(inMemory?.exitCode).toBe(1);
    expect((await play({ isInMemory: true }))?.text).toMatch(/"running":true.*"store":"memory"/);
  });

  it('whatever zone the asker has, where one is configured', async () => {
    const config = configOf(valid('timezone: Europe/Berlin\n'));
    expect(await play({ config, asked: { zone: null, offset: 17 } })).not.toBeNull();
  });
});

describe('the asker looks itself', () => {
  it.each<[string, Partial<StatusRequest>]>([
    ['has another version', { version: '1.0.1' }],
    ['names another file', { file: '/home/me/other.yaml' }],
    ['has another home', { home: '/root' }],
    ['has another time zone', { zone: 'UTC' }],
    ['has none', { zone: null }],
    ['has another time', { offset: ASKED.offset + 60 }],
    ['names no gateway that there is', { gateway: 'nobody' }],
  ])('that %s', async (_what, asked) => {
    expect(await play({ asked })).toBeNull();
  });

  it('where the file has changed since', async () => {
    expect(await play({ here: { isCurrent: () => Promise.resolve(false) } })).toBeNull();
  });

  it('where a gateway cannot be looked at, but not for another than it asks about', async () => {
    const reports = { side: () => Promise.reject(new Error('broken')) };
    expect(await play({ config: TWO, reports })).toBeNull();
    expect(await play({ config: TWO, reports, asked: { gateway: 'main' } })).not.toBeNull();
  });

  it('where a check of the operator’s own is asked more seldom than once a minute', async () => {
    const every = (text: string): Config =>
      configOf(
        `gateways:\n  - name: web\n    kind: generic\n    home: /srv/web\n    heal: 'off'\n    generic:\n      checks: [{ tcp: '127.0.0.1:80', every: ${text} }]\n`,
      );
    expect(await play({ config: every('60s') })).not.toBeNull();
    expect(await play({ config: every('61s') })).toBeNull();
  });

  it('where there are many gateways', async () => {
    const many = (count: number): Config =>
      configOf(
        `gateways:\n${Array.from({ length: count }, (_, n) => `  - { name: g${n}, kind: hermes, home: /h/${n} }\n`).join('')}`,
      );
    expect(await play({ config: many(50) })).not.toBeNull();
    expect(await play({ config: many(51) })).toBeNull();
    expect(await play({ config: many(51), asked: { gateway: 'g7' } })).not.toBeNull();
  });
});

describe('what a gateway needs of the machine', () => {
  const process = { pid: globalThis.process.pid, startTime: 1, startedAt: 1 };
  const home = '/';
  const rules = { home, memory: { warn: { share: 0.99 }, restart: null, restartBusyMs: null } };
  const verdicts = [gatewayVerdict('healthy'), linkVerdict('qqbot', 'up')];
  const memory = { bytes: 1, by: 'pss', processes: 9, ceiling: 1, of: null, level: 'fine' } as const;

  it.runIf(globalThis.process.platform === 'linux')('is told as it is now', async () => {
    const seen: ResourcesSeen = { memory, disk: { free: 1, all: 1, low: false } };
    const anew = await resourcesAnew(rules, { process, resources: seen, verdicts });
    expect(anew?.memory?.bytes).toBeGreaterThan(1_000_000);
    expect(anew?.disk?.all).toBeGreaterThan(1_000_000);
    expect(anew?.files?.open).toBeGreaterThan(0);
  });

  it('is left to the asker where it runs short, or ran short at the last look', async () => {
    for (const seen of [
      { memory: { ...memory, level: 'high' } },
      { disk: { free: 1, all: 1, low: true } },
      { files: { pid: 1, open: 9, most: 10, high: true } },
    ] as const)
      expect(await resourcesAnew(rules, { process: null, resources: seen, verdicts })).toBeNull();
  });

  it.runIf(globalThis.process.platform === 'linux')('is left to the asker where it runs short now', async () => {
    const little = { ...rules, memory: { ...rules.memory, warn: { bytes: 1 } } };
    expect(await resourcesAnew(little, { process, resources: { memory }, verdicts })).toBeNull();
  });

  it('is the disk alone where there is no process', async () => {
    const anew = await resourcesAnew(rules, { process: null, verdicts });
    expect(Object.keys(anew ?? {})).toEqual(['disk']);
  });
});

describe('the configuration on the disk', () => {
  const LONG_AGO = new Date(Date.now() - 3_600_000);
  const KEYS = valid('locale: en\n');

  const write = (file: string, text: string): void => {
    writeFileSync(file, text, { mode: 0o600 });
  };
  const written = (text = KEYS): { readonly file: string; readonly config: Config } => {
    const file = join(ownFolder(), 'config.yaml');
    write(file, text);
    return { file, config: loadConfig(file) };
  };

  test('is the same with another comment, time or mode, and another with another value', async () => {
    const { file, config } = written();
    const isSame = createConfigOnDisk();
    expect(await isSame(config)).toBe(true);
    write(file, `# a word\n${KEYS}`);
    expect(await isSame(config)).toBe(true);
    utimesSync(file, LONG_AGO, LONG_AGO);
    chmodSync(file, 0o640);
    expect(await isSame(config)).toBe(true);
    write(file, KEYS.replace('locale: en', 'locale: zh-CN'));
    expect(await isSame(config)).toBe(false);
    write(file, KEYS);
    expect(await isSame(config)).toBe(true);
  });

  test('is another one with mistakes, or where it is gone', async () => {
    const { file, config } = written();
    const isSame = createConfigOnDisk();
    write(file, 'gateways: [\n');
    expect(await isSame(config)).toBe(false);
    rmSync(file);
    expect(await isSame(config)).toBe(false);
  });

  test('is another one with another secret', async () => {
    const { file } = written();
    const secret = join(file, '../qq.secret');
    write(secret, 'one');
    write(
      file,
      `${KEYS}channels: { qq: { app_id: '1', client_secret: 'file:${secret}' } }\noperators: [{ name: me, role: admin, qq: ME }]\n`,
    );
    const config = loadConfig(file);
    const isSame = createConfigOnDisk();
    expect(await isSame(config)).toBe(true);
    write(secret, 'two');
    expect(await isSame(config)).toBe(false);
    rmSync(secret);
    expect(await isSame(config)).toBe(false);
  });

  test('is read anew only when it has changed, and as long as it might change without a trace', async () => {
    const { file, config } = written();
    let read = 0;
    let now = Date.now();
    const isSame = createConfigOnDisk(
      () => {
        read += 1;
        return { kind: 'good', config, changes: [] };
      },
      () => now,
    );
    await isSame(config);
    await isSame(config);
    expect(read).toBe(2);
    now += 3_000;
    await isSame(config);
    expect(read).toBe(3);
    expect(await isSame(config)).toBe(true);
    expect(read).toBe(3);
    utimesSync(file, LONG_AGO, LONG_AGO);
    await isSame(config);
    expect(read).toBe(4);
    // Another one runs.
    await isSame({ ...config });
    expect(read).toBe(5);
  });
});
