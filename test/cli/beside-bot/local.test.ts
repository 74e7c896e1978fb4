/**
 * `lifeline status`, `incidents`, `logs` and `backup` on a machine where no bot runs; a few of them as real processes.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { stringify } from 'yaml';
import { UserError } from '../../../src/base/errors.ts';
import { backup } from '../../../src/cli/backup.ts';
import { incidents } from '../../../src/cli/incidents.ts';
import { logs } from '../../../src/cli/logs.ts';
import { status } from '../../../src/cli/status.ts';
import { createIncidentBook } from '../../../src/incidents/incident-book.ts';
import type { Happening, Incident } from '../../../src/incidents/incident.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { lifeline, type Ran } from '../../acceptance/command-line.ts';
import { gatewayVerdict, treatment } from '../../commands/scene.ts';
import { MAIN } from '../../program.ts';

const WAIT = { timeout: 60_000, interval: 20 };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.now();
const SECRET = 'sk-abcdefghijklmnopqrstuvwxyz0123456789ABCD';

const stamp = (at: number): string => {
  const local = new Date(at - new Date(at).getTimezoneOffset() * MINUTE).toISOString();
  return local.slice(0, 23).replace('T', ' ').replace('.', ',');
};
const line = (agoMs: number, rest: string): string => `${stamp(NOW - agoMs)} ${rest}\n`;

const LOG = [
  line(3 * DAY, 'ERROR gateway.run: long ago'),
  line(40 * MINUTE, 'INFO gateway.run: Starting Hermes Gateway...'),
  line(30 * MINUTE, 'WARNING gateway.run: slow 1'),
  line(20 * MINUTE, `ERROR gateway.run: call failed api_key=${SECRET}`),
  'Traceback (most recent call last):\n',
  'ValueError: \x1b[2Jcode 4009\n',
  line(10 * MINUTE, 'INFO gateway.run: all well again'),
].join('');

const happened = (n: number): Happening => ({
  at: NOW - 50 * MINUTE + n * 1_000,
  what: 'changed',
  condition: 'stopped',
  cause: 'process_gone',
  evidence: [{ at: NOW, source: 'gateway.log', text: `sign ${n} ${'x'.repeat(150)}` }],
});

const incident = (id: number, more: Partial<Incident> = {}): Incident => ({
  id,
  gateway: 'main',
  link: null,
  openedAt: NOW - 60 * MINUTE + 5_000,
  since: NOW - 60 * MINUTE,
  closedAt: NOW - 30 * MINUTE,
  verdict: gatewayVerdict('stopped', { remedy: 'start' }),
  severity: 'critical',
  wellSince: NOW - 30 * MINUTE,
  out: null,
  outages: 1,
  told: 'recovered',
  toldTroubles: [],
  toldAt: NOW,
  acknowledged: { by: 'me', at: NOW - 40 * MINUTE },
  treatments: [treatment({ remedy: 'start' })],
  timeline: Array.from({ length: 60 }, (_, n) => happened(n)),
  ...more,
});

let folder: string;
let config: string;
let log: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifeline-local-'));
  const home = join(folder, 'hermes');
  log = join(home, 'logs', 'gateway.log');
  mkdirSync(join(home, 'logs'), { recursive: true });
  writeFileSync(log, LOG);
  config = join(folder, 'config.yaml');
  const keys = {
    locale: 'en',
    data_dir: join(folder, 'data'),
    gateways: [{ name: 'main', kind: 'hermes', home, supervisor: 'process' }],
    channels: { qq: { app_id: '1', client_secret: 'x' } },
    operators: [{ name: 'me', role: 'admin', qq: 'ME' }],
  };
  writeFileSync(config, stringify(keys), { mode: 0o600 });
  const db = openDatabase(join(folder, 'data', 'lifeline.db'));
  const old = NOW - 40 * DAY;
  createIncidentBook(db).save([
    incident(1, { openedAt: old, since: old, closedAt: old + MINUTE, wellSince: old + MINUTE }),
    incident(2),
    ...Array.from({ length: 30 }, (_, n) => incident(3 + n)),
  ]);
  db.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As a person would. */
const typed = (command: string, ...args: string[]): Promise<Ran> =>
  lifeline([command, '--config', config, ...args], { env: { HOME: folder } });

const OPTIONS = {
  since: { type: 'string' },
  grep: { type: 'string' },
  json: { type: 'boolean' },
  all: { type: 'boolean' },
  force: { type: 'boolean' },
  restore: { type: 'boolean' },
} as const;

/** The same without a process of its own, which takes most of the time. */
const run = async (command: 'status' | 'incidents' | 'logs' | 'backup', ...args: string[]): Promise<Ran> => {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const options = { config, ...values };
  const written = { out: '', err: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream === 'stdout' ? 'out' : 'err'] += String(text);
      return true;
    }),
  );
  let code = 0;
  try {
    if (command === 'status') await status(positionals[0], options);
    else if (command === 'incidents') await incidents(positionals[0], options);
    else if (command === 'logs') await logs(positionals, options);
    else backup(positionals[0], options);
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    written.err += `${error.message}\n`;
    code = error.code.startsWith('USAGE_') ? 2 : 1;
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
  return { code, ...written };
};
const objects = ({ out }: Ran): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((each) => JSON.parse(each) as Record<string, unknown>);

/** Of every file in the data folder: its bytes, but not of the index that SQLite keeps for those who read at once. */
const stored = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, 'data'))
      .filter((name) => !/-(?:shm|wal)$/.test(name))
      .map((name) => [name, readFileSync(join(folder, 'data', name)).toString('base64')]),
  );

describe('lifeline status', () => {
  it('says of a gateway without a process that it is down, and that no bot runs, changes nothing, and ends with 1', async () => {
    const before = stored();
    const ran = await typed('status');
    expect(ran).toMatchObject({ code: 1, err: '' });
    expect(ran.out).toMatch(/^(?:🟠|🔴) main: /);
    expect(ran.out).toMatch(/^No process$/m);
    expect(ran.out).toMatch(/^Last incident #32: /m);
    expect(ran.out).toMatch(/^Lifeline does not run: nobody watches/m);
    expect(ran.out).not.toMatch(/\/(?:start|restart|status)|\x1b/);
    expect(stored()).toEqual(before);
  });

  it('has the same as JSON, the gateway first and then Lifeline itself', async () => {
    const ran = await run('status', 'main', '--json');
    expect(ran.code).toBe(1);
    expect(objects(ran)).toEqual([
      expect.objectContaining({
        kind: 'gateway',
        name: 'main',
        ok: false,
        problem: null,
        process: null,
        openIncident: null,
        restarts: { lastHour: 0, perHour: 3, lastDay: 0, perDay: 8 },
      }),
      {
        kind: 'lifeline',
        running: false,
        hubTrouble: null,
        runningSince: null,
        aliveAt: null,
        undelivered: 0,
        stuck: { count: 0, oldestAt: null },
        channels: [{ name: 'qq', downSince: null }],
        store: 'disk',
        storeBytes: expect.any(Number) as number,
      },
    ]);
  });

  it('refuses a gateway that there is not as wrong use', async () => {
    expect(await typed('status', 'mian')).toEqual({
      code: 2,
      out: '',
      err: 'There is no gateway "mian". Did you mean main?\n',
    });
  });
});

describe('lifeline incidents', () => {
  it('lists all of the last week, however many, and says how to see more', async () => {
    const { code, out } = await run('incidents');
    expect(code).toBe(0);
    expect([...out.matchAll(/^#(\d+) /gm)].map(([, id]) => Number(id))).toEqual(
      Array.from({ length: 31 }, (_, n) => 32 - n),
    );
    expect(out).toContain('lifeline incidents NUMBER');
    expect(out).not.toMatch(/\/history|\/incident/);
  });

  it('goes back as far as it is asked to, and as JSON too', async () => {
    expect((await typed('incidents', '--since', '60d')).out).toMatch(/^#1 /m);
    expect(objects(await run('incidents', '--json'))).toHaveLength(31);
    const all = objects(await run('incidents', '--all', '--json'));
    expect(all).toHaveLength(32);
    expect(all[0]).toMatchObject({
      id: 32,
      gateway: 'main',
      link: null,
      condition: 'stopped',
      end: 'recovered',
      detectMs: 5_000,
      acknowledged: { by: 'me' },
      treatments: [{ remedy: 'start', outcome: 'recovered' }],
    });
    expect(all[0]).not.toHaveProperty('timeline');
  });

  it('shows one whole, which a phone has no room for', async () => {
    const { code, out } = await run('incidents', '#2');
    expect(code).toBe(0);
    for (const n of [0, 20, 40, 59]) expect(out).toContain(`gateway.log: sign ${n} ${'x'.repeat(150)}`);
    expect(objects(await run('incidents', '2', '--json'))).toMatchObject([
      { id: 2, timeline: { length: 60, 0: { what: 'changed', evidence: [{ source: 'gateway.log' }] } } },
    ]);
  });

  it.each([
    [['99'], 1, /There is no incident #99|#99/],
    [['main'], 2, /no number of an incident/],
    [['--since', 'yesterday'], 2, /no time/],
  ])('refuses %j', async (args, code, words) => {
    const ran = await run('incidents', ...args);
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' });
    expect(ran.err).toMatch(words);
  });
});

describe('lifeline logs', () => {
  it('shows the last lines whole, without secrets and without what a terminal would obey', async () => {
    const { code, out, err } = await run('logs', '5');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toContain('INFO gateway.run: all well again');
    expect(out).not.toContain(SECRET);
    expect(out).not.toContain('\x1b');
  });

  it.each<[readonly string[], readonly RegExp[]]>([
    [
      ['error', '--since', '1h'],
      [/call failed/, /Traceback/, /ValueError/],
    ],
    [
      ['main', '2', 'warn', '--since', '1h'],
      [/Traceback/, /ValueError/],
    ],
    [
      ['--grep', 'slow'],
      [/^ {2}.*Starting/, /^ {2}.*long ago/, /^> .*slow 1/, /^ {2}.*call failed/],
    ],
    [['--grep', '/code 4\\d{3}/', 'error'], [/^> .*ValueError/]],
  ])('%j', async (words, expected) => {
    const { code, out } = await run('logs', ...words);
    expect(code).toBe(0);
    for (const each of expected) expect(out.split('\n').some((shown) => each.test(shown))).toBe(true);
    expect(out).not.toMatch(/all well again.*\n.*all well again/);
    if (words.includes('--since')) expect(out).not.toContain('long ago');
  });

  it('has them as JSON', async () => {
    const found = objects(await typed('logs', 'error', '--since', '1h', '--grep', 'call', '--json'));
    expect(found.filter(({ match }) => match)).toHaveLength(3);
    expect(found.find(({ match }) => match)).toEqual({
      at: expect.stringMatching(/^\d{4}-.*[+-]\d\d:\d\d$/) as string,
      level: 'error',
      text: expect.stringContaining('call failed') as string,
      match: true,
    });
  });

  it.each([
    [['lots'], 2, /"lots" is not understood/],
    [['eror'], 2, /Did you mean error\?/],
    [['0'], 2, /from 1 to 10000/],
    [['--since', '5'], 2, /no time/],
    [['--grep', '/(/'], 1, /no pattern/],
  ])('refuses %j', async (args, code, words) => {
    const ran = await run('logs', ...args);
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' });
    expect(ran.err).toMatch(words);
  });

  it('-f goes on with what is written, over a rotation, keeps secrets of many lines, and ends with Ctrl-C', async () => {
    const child = spawn(process.execPath, [MAIN, 'logs', '--config', config, '-f', 'warning', '1'], {
      env: { PATH: process.env['PATH'], TZ: process.env['TZ'], HOME: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const ended = new Promise((resolve) => child.once('close', resolve));
    const sees = (text: string): Promise<void> => vi.waitFor(() => expect(out).toContain(text), WAIT);
    await sees('ValueError');
    expect(out).not.toContain('slow 1');
    appendFileSync(log, line(0, 'INFO gateway.run: not this') + line(0, 'WARNING gateway.run: first'));
    await sees('first');
    renameSync(log, `${log}.1`);
    writeFileSync(log, line(0, 'ERROR gateway.run: after the rotation'));
    await sees('after the rotation');
    appendFileSync(log, `${line(0, 'ERROR gateway.run: key')}-----BEGIN PRIVATE KEY-----\n`);
    await sees('BEGIN PRIVATE KEY');
    appendFileSync(log, 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n');
    appendFileSync(log, `-----END PRIVATE KEY-----\n${line(0, 'WARNING gateway.run: last')}`);
    await sees('last');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(out).not.toMatch(/not this|MIIEvQ/);
    expect([...out.matchAll(/: (first|after the rotation|key|last)$/gm)].map(([, word]) => word)).toEqual([
      'first',
      'after the rotation',
      'key',
      'last',
    ]);
  });
});

describe('lifeline backup', () => {
  it('makes a copy for its owner only, does not overwrite it, and brings it back', async () => {
    const file = join(folder, 'copy.db');
    const made = await typed('backup', file);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toMatch(
      /^Backed up: .*copy\.db \(\d+ KB\), examined and sound\nIt holds the paired operators.*\nTo bring it back, stop Lifeline and run: lifeline backup --restore \S*copy\.db --config \S+\n$/,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await run('backup', file)).toMatchObject({ code: 2, err: expect.stringContaining('--force') as string });
    expect(await run('backup', file, '--force')).toMatchObject({ code: 0 });

    const restored = await run('backup', '--restore', file);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toMatch(/^Restored from .*copy\.db\nWhat was there is kept: .*lifeline\.db\.replaced-/);
    expect(objects(await run('incidents', '--all', '--json'))).toHaveLength(32);
    expect(await run('backup', '--restore')).toMatchObject({ code: 2 });
  });
});
