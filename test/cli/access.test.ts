/** `lifeline pair`, `operators` and `audit` as real processes beside an open database, as that of a running bot is. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stringify } from 'yaml';
import { IN_DEPTH } from '../deep.ts';
import { audit } from '../../src/cli/audit.ts';
import { operators } from '../../src/cli/operators.ts';
import { pair } from '../../src/cli/pair.ts';
import { createPairing, readCode } from '../../src/chat/pairing/pairing.ts';
import { createAudit } from '../../src/store/audit.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createPairedOperators } from '../../src/store/operators.ts';
import { morningZone } from '../morning-zone.ts';
import { MAIN, QUICK_START } from '../program.ts';
import { ownFolder } from '../store/helpers.ts';

const NOW = Date.parse('2020-11-21T10:31:05+08:00');
/** Machines are slow at times; this only ends what hangs. */
const WAIT = { timeout: 60_000, interval: 20 };

const setUp = (keys: object = {}) => {
  const folder = ownFolder();
  const file = join(folder, 'config.yaml');
  const home = join(folder, 'hermes');
  mkdirSync(join(home, 'logs'), { recursive: true });
  const config = {
    locale: 'en',
    timezone: 'Asia/Shanghai',
    data_dir: join(folder, 'data'),
    gateways: [{ name: 'main', kind: 'hermes', home }],
    channels: { qq: { app_id: '1', client_secret: 'x' } },
    operators: [{ name: 'me', role: 'admin', qq: 'ME' }],
  };
  writeFileSync(file, stringify({ ...config, ...keys }), { mode: 0o600 });
  const database = join(folder, 'data', 'lifeline.db');
  const open = () => {
    const db = openDatabase(database);
    onTestFinished(() => db.close());
    const paired = createPairedOperators(db);
    return { paired, audit: createAudit(db), pairing: createPairing(db, { configured: [], paired }) };
  };
  /** With options by their long names; `true` stands for one that takes no value. */
  const begin = (name: string, options: Readonly<Record<string, string | number | true>> = {}) => {
    const flags = Object.entries(options).flatMap(([option, value]) =>
      value === true ? [`--${option}`] : [`--${option}`, String(value)],
    );
    const child = spawn(process.execPath, [...QUICK_START, MAIN, name, '--config', file, ...flags], {
      env: { PATH: process.env['PATH'], HOME: folder, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ran = { out: '', err: '', code: undefined as number | null | undefined };
    child.stdout.on('data', (chunk: Buffer) => (ran.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (ran.err += chunk.toString()));
    const ended = new Promise<typeof ran>((resolve) =>
      child.once('close', (code) => resolve(Object.assign(ran, { code }))),
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, ran, ended };
  };
  const run = async (...given: Parameters<typeof begin>) => {
    const { out, err, code } = await begin(...given).ended;
    return { code, out: out.split('\n').slice(0, -1), err };
  };
  return { file, database, open, begin, run };
};

/** What the command line makes of it is exit code 2 for these codes. */
const refusal = (message: string): Error => {
  const [code = '', ...words] = message.split(' ');
  return expect.objectContaining({
    name: 'UserError',
    code,
    message: expect.stringContaining(words.join(' ')) as string,
  }) as Error;
};

const waitForCode = async ({ ran }: ReturnType<ReturnType<typeof setUp>['begin']>): Promise<string> => {
  await vi.waitFor(() => expect(ran.out).toContain('Waiting'), WAIT);
  return /\/pair (\S+)/.exec(ran.out)?.[1] ?? '';
};

describe('lifeline pair', () => {
  // A code that is good until tomorrow is shown with the date.
  const IN_THE_MORNING = { timezone: morningZone() };

  it('shows a code that the bot takes, and tells who was paired', async () => {
    const { open, begin } = setUp(IN_THE_MORNING);
    const pairing = begin('pair', { name: 'bob', role: 'viewer' });
    const code = await waitForCode(pairing);
    expect(pairing.ran.out).toMatch(
      /^Pairing code \S+, good until \d\d:\d\d:\d\d, for the role viewer\nSend it to the bot one-to-one, on QQ: \/pair \S+\nWaiting/,
    );
    const bot = open();
    expect(
      bot.pairing.attempt(readCode(code) ?? '', { channel: 'qq', user: 'YOU' }, Date.now(), () => undefined).kind,
    ).toBe('paired');
    expect(await pairing.ended).toMatchObject({ code: 0, err: '' });
    expect(pairing.ran.out.split('\n').at(-2)).toBe('Paired: bob, viewer (QQ).');
    expect(bot.paired.list()).toMatchObject([{ name: 'bob', role: 'viewer', user: 'YOU' }]);
  });

  it('gives another channel of somebody who is known the role that they have', async () => {
    const { begin, open } = setUp();
    const bot = open();
    bot.paired.add({ channel: 'qq', user: 'YOU', name: 'bob', role: 'viewer', pairedAt: 1 });
    const pairing = begin('pair', { name: 'bob' });
    await waitForCode(pairing);
    expect(pairing.ran.out).toContain('for the role viewer');
    pairing.child.kill('SIGINT');
    await pairing.ended;
  });

  it.each<[string, object, string]>([
    ['the first one', { operators: [] }, 'Nobody may command yet.\nPairing code X, good until T, for the role admin'],
    ['whoever comes after the first', {}, 'Pairing code X, good until T, for the role operator'],
  ])('by default makes %s what is needed', async (_who, keys, text) => {
    const pairing = setUp({ ...keys, ...IN_THE_MORNING }).begin('pair');
    const code = await waitForCode(pairing);
    expect(pairing.ran.out.replaceAll(code, 'X').replace(/\d\d:\d\d:\d\d/, 'T')).toContain(text);
    pairing.child.kill('SIGINT');
    expect((await pairing.ended).code).toBe(1);
  });

  it('that is ended with Ctrl-C leaves its code as it is', async () => {
    const { open, begin } = setUp(IN_THE_MORNING);
    const pairing = begin('pair');
    const code = await waitForCode(pairing);
    pairing.child.kill('SIGINT');
    expect(await pairing.ended).toMatchObject({ code: 1, err: '' });
    expect(pairing.ran.out).toMatch(/Nobody was paired\. The code stays good until \d\d:\d\d:\d\d\.\n$/);
    expect(
      open().pairing.attempt(readCode(code) ?? '', { channel: 'qq', user: 'YOU' }, Date.now(), () => undefined).kind,
    ).toBe('paired');
  });

  it('ends when its code is void', async () => {
    const { open, begin } = setUp();
    const older = begin('pair');
    await waitForCode(older);
    const newer = begin('pair');
    await waitForCode(newer);
    expect((await older.ended).out).toMatch(/A newer code was made; this one is void\.\n$/);
    const bot = open();
    for (let n = 0; n < 5; n += 1)
      bot.pairing.attempt('22222222', { channel: 'qq', user: 'YOU' }, Date.now(), () => undefined);
    expect((await newer.ended).out).toMatch(/5 wrong tries: the code is void\. Run lifeline pair again\.\n$/);
    expect([older.ran.code, newer.ran.code]).toEqual([1, 1]);
  });

  it.each<[string, object, object, string]>([
    [
      'a role that there is not',
      {},
      { role: 'god' },
      'USAGE_ROLE There is no role "god". Known: viewer, operator, admin.',
    ],
    ['a name that is none', {}, { name: ' \n ' }, 'USAGE_NAME'],
    ['a configuration without a channel', { channels: {} }, {}, 'CONFIG_NO_CHANNEL'],
  ])('refuses %s', async (_what, keys, options, message) => {
    const { file, open } = setUp(keys);
    await expect(pair({ config: file, ...options })).rejects.toThrow(refusal(message));
    expect(open().pairing.state(Date.now())).toBeNull();
  });
});

describe('lifeline operators', () => {
  it('lists those of the configuration and those who were paired, and makes no database', async () => {
    const { run, open, database } = setUp();
    expect(await run('operators')).toEqual({ code: 0, out: ['me  admin  QQ ME  configuration'], err: '' });
    expect(existsSync(database)).toBe(false);
    open().paired.add({ channel: 'feishu', user: 'ou_b', name: 'bob', role: 'viewer', pairedAt: NOW });
    expect((await run('operators')).out).toEqual([
      'me  admin  QQ ME  configuration',
      'bob  viewer  Feishu ou_b  paired 21 Nov 2020 10:31:05',
    ]);
    expect((await run('operators', { json: true })).out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { name: 'me', role: 'admin', ids: { qq: 'ME' }, source: 'configuration', pairedAt: null },
      {
        name: 'bob',
        role: 'viewer',
        ids: { feishu: 'ou_b' },
        source: 'paired',
        pairedAt: '2020-11-21T10:31:05.000+08:00',
      },
    ]);
  });

  it.runIf(IN_DEPTH)('says so when there is nobody', async () => {
    expect(await setUp({ operators: [] }).run('operators')).toEqual({
      code: 0,
      out: ['There is nobody on the list. lifeline pair lets the first one in.'],
      err: '',
    });
  });

  it('--revoke takes a paired one off the list of a running bot', async () => {
    const { run, open } = setUp();
    const bot = open();
    bot.paired.add({ channel: 'qq', user: 'B', name: 'bob', role: 'viewer', pairedAt: NOW });
    expect(await run('operators', { revoke: 'bob' })).toEqual({
      code: 0,
      out: ['Revoked: bob (QQ). It counts from the next message on.'],
      err: '',
    });
    expect(bot.paired.find('qq', 'B')).toBeNull();
  });

  it.runIf(IN_DEPTH)(
    '--revoke of one who stands in the configuration too takes what it can and says what is left',
    async () => {
      const { run, open, file } = setUp();
      open().paired.add({ channel: 'feishu', user: 'ou_m', name: 'me', role: 'viewer', pairedAt: NOW });
      expect(await run('operators', { revoke: 'me' })).toEqual({
        code: 0,
        out: ['Revoked: me (Feishu). It counts from the next message on.'],
        err: `"me" stands in the configuration, where no command takes it away: remove it under "operators" in ${file} and start Lifeline again.\n`,
      });
    },
  );

  it.each([
    ['me', 'USAGE_OPERATOR_CONFIGURED "me" stands in the configuration'],
    ['bop', 'USAGE_OPERATOR Nobody named "bop" was paired. Did you mean bob?'],
    ['somebody', 'USAGE_OPERATOR Nobody named "somebody" was paired. lifeline operators shows who was.'],
  ])('--revoke %s is refused', async (revoke, message) => {
    const { file, open } = setUp();
    const { paired } = open();
    paired.add({ channel: 'qq', user: 'B', name: 'bob', role: 'viewer', pairedAt: NOW });
    await expect(operators({ config: file, revoke })).rejects.toThrow(refusal(message));
    expect(paired.list()).toHaveLength(1);
  });
});

describe('lifeline audit', () => {
  const entry = {
    at: NOW,
    channel: 'qq',
    chat: null,
    sender: 'ME',
    operator: 'me',
    command: '/status',
    outcome: 'allowed',
    detail: null,
    durationMs: null,
  } as const;

  it('shows the last attempts, the newest last, in local time', async () => {
    const { run, open } = setUp();
    const { audit: book } = open();
    book.record({ ...entry, command: '/old' });
    book.finish(book.record(entry), { outcome: 'done', detail: null, durationMs: 1_500 });
    book.finish(book.record({ ...entry, command: '/logs' }), {
      outcome: 'failed',
      detail: 'no such file',
      durationMs: 100,
    });
    book.record({
      ...entry,
      at: NOW + 1_000,
      channel: 'feishu',
      chat: 'oc_1',
      sender: 'ou_x',
      operator: null,
      command: '/restart',
      outcome: 'refused',
      detail: 'stranger',
    });
    book.record({ ...entry, command: '/restart' });
    expect(await run('audit', { count: 4 })).toEqual({
      code: 0,
      out: [
        '21 Nov 2020 10:31:05  me  QQ  /status  done, 1 s',
        '21 Nov 2020 10:31:05  me  QQ  /logs  failed, no such file',
        '21 Nov 2020 10:31:06  stranger ou_x  Feishu group oc_1  /restart  refused, stranger',
        '21 Nov 2020 10:31:05  me  QQ  /restart  not finished',
      ],
      err: '',
    });
    expect((await run('audit', { count: 2, json: true })).out.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        ...entry,
        at: '2020-11-21T10:31:06.000+08:00',
        channel: 'feishu',
        chat: 'oc_1',
        sender: 'ou_x',
        operator: null,
        command: '/restart',
        outcome: 'refused',
        detail: 'stranger',
      },
      { ...entry, at: '2020-11-21T10:31:05.000+08:00', command: '/restart' },
    ]);
  });

  it.runIf(IN_DEPTH)('says so when there is nothing, and makes no database', async () => {
    const { run, database } = setUp();
    expect(await run('audit')).toEqual({ code: 0, out: ['Nobody has sent a command yet.'], err: '' });
    expect(existsSync(database)).toBe(false);
  });

  it.each([0, -1, 1.5, 1e9])('refuses a count of %d', async (count) => {
    await expect(audit({ config: setUp().file, count })).rejects.toThrow(refusal('USAGE_COUNT'));
  });
});
