/** `lifeline init` and `lifeline send-test` as people and scripts use them, against the sandbox's platforms. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sample } from '../deep.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { PhoneMessage } from '../../sandbox/phone.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { atTerminal, CTRL_C, CTRL_D, DOWN, ENTER, hasTerminals, RIGHT, SPACE, type Person } from '../setup/terminal.ts';
import { lifeline, type Ran } from './command-line.ts';
import { MAIN } from '../program.ts';

const LIMIT = { timeout: 240_000 };
const PATIENCE_MS = 60_000;
const CODE = /([2-9A-Z]{4}-[2-9A-Z]{4})/;

type Phone = 'feishu' | 'qq';

let dir: string;
let sandbox: Sandbox;
const homes: string[] = [];
const people: Person[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lifeline-init-'));
  sandbox = await createSandbox({ dir: join(dir, 'sandbox') });
});

afterEach(() => {
  sandbox.feishu.faults(sandbox.cast.lifeline.feishu.appId).upgrade = null;
  for (const person of people.splice(0)) person.kill();
});

afterAll(async () => {
  await sandbox.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A user of this machine, with a Hermes that uses the gateway's Feishu app. */
const newHome = (): string => {
  const home = join(dir, `user-${homes.length}`);
  homes.push(home);
  mkdirSync(join(home, '.hermes', 'logs'), { recursive: true });
  writeFileSync(join(home, '.hermes', '.env'), `FEISHU_APP_ID=${sandbox.cast.gateway.feishu.appId}\n`);
  return home;
};

/** Beside it an OpenClaw that uses the gateway's QQ app. */
const withOpenClaw = (home: string): string => {
  const folder = join(home, '.openclaw');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'openclaw.json'),
    `{ gateway: { mode: 'local' }, channels: { qqbot: { appId: '${sandbox.cast.gateway.qq.appId}' } } }`,
  );
  return folder;
};

const configIn = (home: string): string => join(home, '.config', 'lifeline', 'config.yaml');
const environment = (home: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  HOME: home,
  LANG: 'zh_CN.UTF-8',
  TMPDIR: tmpdir(),
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
  ...more,
});
/** Where the platforms are. */
const addresses = (): readonly string[] => ['--feishu-domain', sandbox.feishu.url, '--qq-api-base', sandbox.qq.url];

const sit = (home: string, ...args: readonly string[]): Person => {
  const person = atTerminal([process.execPath, MAIN, 'init', ...args], environment(home));
  people.push(person);
  return person;
};

const script = (home: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  lifeline(['init', '--yes', ...args], { env: environment(home, env) });
const secrets = (): Readonly<Record<string, string>> => ({
  LIFELINE_FEISHU_SECRET: sandbox.cast.lifeline.feishu.secret,
  LIFELINE_QQ_SECRET: sandbox.cast.lifeline.qq.secret,
});
const bothApps = (): readonly string[] => [
  '--feishu-app-id',
  sandbox.cast.lifeline.feishu.appId,
  '--qq-app-id',
  sandbox.cast.lifeline.qq.appId,
];

const until = async (what: string, holds: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
};

const messages = (phone: Phone): readonly PhoneMessage[] =>
  sandbox[phone]
    .conversation(sandbox.cast.lifeline[phone].appId, sandbox.cast.operator[phone])
    .filter(({ from }) => from === 'bot');
const say = (phone: Phone, text: string): void =>
  void sandbox[phone].say(sandbox.cast.lifeline[phone].appId, sandbox.cast.operator[phone], text);

/** Taps the only button of the last test alert. */
const tap = async (phone: Phone, alert: RegExp): Promise<void> => {
  const message = messages(phone).findLast(({ text }) => alert.test(text));
  const button = message?.card?.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : []))[0];
  if (!message || !button) throw new Error(`no alert with a button on ${phone}`);
  // Whether that was in time for the platform is a matter of the machine; what comes of it is looked at.
  await sandbox[phone].press(sandbox.cast.lifeline[phone].appId, sandbox.cast.operator[phone], message.id, button.id);
};

/** Starts the bot with what the set-up has written, asks it something from both phones, and ends it. */
const runs = async (home: string, meanwhile: () => Promise<void> = async () => undefined): Promise<void> => {
  const bot = spawn(process.execPath, [MAIN, 'run', '--dry-run'], {
    env: { PATH: process.env['PATH'], ...environment(home) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => bot.once('close', resolve));
  let log = '';
  bot.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  bot.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  try {
    const connected = (): boolean =>
      (['feishu', 'qq'] as const).every(
        (phone) => sandbox[phone].connections(sandbox.cast.lifeline[phone].appId) === 1,
      );
    await until(`the bot to connect: ${log}`, connected);
    await meanwhile();
    expect(connected()).toBe(true);
    for (const phone of ['feishu', 'qq'] as const) {
      const before = messages(phone).length;
      say(phone, '/whoami');
      await until(`an answer on ${phone}: ${log}`, () =>
        messages(phone)
          .slice(before)
          .some(({ text }) => text.includes('admin')),
      );
    }
  } finally {
    bot.kill('SIGTERM');
    await ended;
  }
};

/** Every file of the user, with what is in it. */
const everything = (home: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.db(?:-\w+)?$|\.lock$/.test(entry.name))
      .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );

/** A dead man's switch that knows one check. */
const openSwitches = async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(request.url === '/here' ? 200 : 404).end('OK');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: (name: string) => `http://127.0.0.1:${port}/${name}` };
};

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe.skipIf(!hasTerminals())('lifeline init at a terminal (needs the `script` of util-linux)', () => {
  test('leads from nothing to a bot that runs, and a second run changes nothing by itself', LIMIT, async () => {
    const home = newHome();
    const openClaw = withOpenClaw(home);
    const switches = await openSwitches();
    const me = sit(home, ...addresses());
    await me.sees(/语言 \/ Language[^]*English/);
    await me.types(ENTER);
    // Gateways of all kinds are offered, each by its kind, its home and its state.
    await me.sees(
      /看护哪些网关[^]*main {2}Hermes {2}~\/\.hermes \(没有在运行[^]*openclaw {2}OpenClaw {2}~\/\.openclaw \(没有在运行/,
    );
    await me.types(ENTER);
    await me.sees(/用哪些通道[^]*QQ/);
    await me.types(DOWN, DOWN, SPACE, ENTER);

    // Feishu: the gateway's own app and a wrong secret are refused, and asked for again.
    // The console's page to be scanned, and its permissions to be pasted.
    await me.sees(
      /第 3 步，共 10 步：飞书的机器人[^]*im:message:send_as_bot[^]*open\.feishu\.cn\/app\n[ █▀▄]{20,}\n[^]*\{"scopes":\{"tenant":\["im:message:send_as_bot"[^]*App ID\n/,
    );
    await me.types(sandbox.cast.gateway.feishu.appId, ENTER);
    await me.sees(/这是网关自己的机器人/);
    await me.types('\u0015', sandbox.cast.lifeline.feishu.appId, ENTER);
    await me.sees(/App Secret/);
    await me.types('wrong', ENTER);
    await me.sees(/App Secret 不对[^]*重新输入/);
    await me.types(ENTER);
    await me.sees(/App ID\n/);
    await me.types(ENTER);
    await me.sees(/App Secret/);
    await me.types(` ${sandbox.cast.lifeline.feishu.secret} `, ENTER);
    await me.sees(/验证通过/);
    await me.sees(/已连上飞书[^]*card\.action\.trigger[^]*保存并发布了吗/);
    // The console can save now: a client is there.
    expect(sandbox.feishu.connections(sandbox.cast.lifeline.feishu.appId)).toBe(1);
    await me.types(ENTER);
    const [, first = ''] = await me.sees(CODE);
    say('feishu', `/pair ${first}`);
    await me.sees(/已配对：admin，管理员/);
    await me.sees(/测试提醒已发到飞书[^]*等你点按钮/);
    await tap('feishu', /测试提醒/);
    await me.sees(/收到了你点的按钮，提醒和按钮都好用/);

    // QQ: here a word is as good as a tap.
    await me.sees(/AppID\n/);
    await me.types(sandbox.cast.gateway.qq.appId, ENTER);
    await me.sees(/这是网关自己的机器人/);
    await me.types('\u0015', sandbox.cast.lifeline.qq.appId, ENTER);
    await me.sees(/AppSecret/);
    await me.types(sandbox.cast.lifeline.qq.secret, ENTER);
    await me.sees(/已连上 QQ[^]*允许主动发送[^]*加好友了吗/);
    await me.types(ENTER);
    const [, second = ''] = await me.sees(CODE);
    say('qq', `/pair ${second}`);
    await me.sees(/测试提醒已发到 QQ[^]*等你点按钮/);
    // Until the last word nothing is written.
    expect(existsSync(join(home, '.config'))).toBe(false);
    say('qq', '看到了');
    await me.sees(/收到了你的回复，提醒好用；没有点按钮，所以按钮好不好用还不知道/);
    // A switch that takes no ping is said to take none; one that does is written down.
    await me.sees(/第 9 步，共 10 步[^]*心跳地址/);
    await me.types(switches.url('gone'), ENTER);
    await me.sees(/心跳发送失败：it answers 404[^]*心跳地址/);
    await me.types('\u0015', switches.url('here'), ENTER);
    await me.sees(/心跳地址可用。心跳停了会不会报警，没有试/);
    // It is off unless somebody wants it.
    await me.sees(/要不要每周一发一份运行简报/);
    await me.types(ENTER);
    await me.sees(/第 10 步，共 10 步[^]*已保存/);
    await me.sees(/装成/);
    await me.types(RIGHT, ENTER);
    await me.sees(/1\. 开始看护：lifeline run\n/);
    expect(await me.ended).toBe(0);
    // No secret was shown, and nobody else can read one.
    for (const phone of ['feishu', 'qq'] as const) {
      expect(me.screen()).not.toContain(sandbox.cast.lifeline[phone].secret);
      expect(modeOf(join(home, '.config', 'lifeline', `${phone}.secret`))).toBe('600');
    }
    expect([modeOf(configIn(home)), modeOf(join(home, '.config', 'lifeline'))]).toEqual(['600', '700']);
    expect(
      loadConfig(configIn(home), { HOME: home }).gateways.map(({ name, kind, home: where }) => [name, kind, where]),
    ).toEqual([
      ['main', 'hermes', join(home, '.hermes')],
      ['openclaw', 'openclaw', openClaw],
    ]);
    await runs(home);

    expect(readFileSync(join(home, '.config', 'lifeline', 'ping.secret'), 'utf8')).toBe(`${switches.url('here')}\n`);
    expect(loadConfig(configIn(home), { HOME: home }).alerts.digest).toBeNull();
    expect(loadConfig(configIn(home), { HOME: home }).alerts.pingUrl?.reveal()).toBe(switches.url('here'));
    const before = everything(home);
    const again = sit(home);
    await again.sees(/已有配置[^]*要做什么[^]*结束/);
    // The last entry of the menu.
    await again.types('\u001B[A', ENTER);
    await again.sees(/1\. /);
    expect(await again.ended).toBe(0);
    expect(everything(home)).toEqual(before);
  });

  const LEFT: readonly (readonly [string, (me: Person) => Promise<void>])[] = [
    [
      'while it waits for the phone',
      async (me: Person) => {
        await me.types(ENTER);
        await me.sees(/Which gateways[^]*not running/);
        await me.types(ENTER);
        await me.sees(/Saved and published/);
        await me.types(ENTER);
        await me.sees(/Pairing code[^]*S skips/);
      },
    ],
    [
      'while the platform does not answer',
      async (me: Person) => {
        sandbox.feishu.faults(sandbox.cast.lifeline.feishu.appId).upgrade = 'hang';
        await me.types(ENTER);
        await me.sees(/Which gateways[^]*not running/);
        await me.types(ENTER);
        await me.sees(/Connecting to Feishu/);
      },
    ],
  ];
  test.each(sample(LEFT, 2, 0))('leaves the machine as it was at Ctrl-C %s', LIMIT, async (_when, go) => {
    const home = newHome();
    const before = everything(home);
    writeFileSync(join(dir, 'feishu.secret'), sandbox.cast.lifeline.feishu.secret);
    const me = atTerminal(
      [
        process.execPath,
        MAIN,
        'init',
        ...addresses(),
        '--channels',
        'feishu',
        '--feishu-app-id',
        sandbox.cast.lifeline.feishu.appId,
        '--feishu-app-secret-file',
        join(dir, 'feishu.secret'),
      ],
      { ...environment(home), LANG: 'en_GB.UTF-8' },
    );
    people.push(me);
    await me.sees(/语言 \/ Language[^]*English/);
    await go(me);
    await me.types(CTRL_C);
    await me.sees(/Nothing on this machine has changed/);
    expect(await me.ended).toBe(130);
    expect(everything(home)).toEqual(before);
    expect(existsSync(join(home, '.config'))).toBe(false);
    await until(
      'the connection to be gone',
      () => sandbox.feishu.connections(sandbox.cast.lifeline.feishu.appId) === 0,
    );
  });
});

test.runIf(hasTerminals())('at the end of input `lifeline init` ends as at Ctrl-C', LIMIT, async () => {
  const home = newHome();
  const me = atTerminal([process.execPath, MAIN, 'init'], { ...environment(home), LANG: 'en_GB.UTF-8' });
  people.push(me);
  await me.sees(/语言 \/ Language[^]*English/);
  await me.types(CTRL_D);
  await me.sees(/Nothing on this machine has changed/);
  expect(await me.ended).toBe(130);
});

describe('lifeline init from flags alone', () => {
  test(
    'writes a configuration with which the bot runs, and a second time nothing; then send-test says who got it',
    LIMIT,
    async () => {
      const home = newHome();
      const { operator } = sandbox.cast;
      const all = [...addresses(), ...bothApps(), '--operator-feishu', operator.feishu];
      const setUp = spawn(process.execPath, [MAIN, 'init', '--yes', ...all, '--wait', '2m'], {
        env: { PATH: process.env['PATH'], ...environment(home, secrets()) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = new Promise((resolve) => setUp.once('close', resolve));
      let out = '';
      let err = '';
      setUp.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      setUp.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      await until('the alert on Feishu', () => out.includes('测试提醒已发到飞书') || setUp.exitCode !== null);
      await tap('feishu', /测试提醒/);
      await until('a code', () => CODE.test(out) || setUp.exitCode !== null);
      say('qq', `/pair ${CODE.exec(out)?.[1] ?? ''}`);
      await until('the alert on QQ', () => out.includes('测试提醒已发到 QQ') || setUp.exitCode !== null);
      await tap('qq', /测试提醒/);
      expect([await ended, err]).toEqual([0, '']);
      expect(loadConfig(configIn(home), { HOME: home })).toMatchObject({
        locale: 'zh-CN',
        gateways: [{ name: 'main', home: join(home, '.hermes') }],
        operators: [{ name: 'admin', role: 'admin', ids: { feishu: operator.feishu } }],
        warnings: [],
      });
      const test = (...args: readonly string[]): Promise<Ran> =>
        lifeline(['send-test', ...args], { env: environment(home) });
      await runs(home, async () => {
        expect(await test()).toMatchObject({
          code: 0,
          err: '',
          out: expect.stringMatching(/✓ 飞书：admin[^]*✓ QQ：admin[^]*没有另开连接/) as unknown,
        });
      });

      const files = everything(home);
      expect(await script(home, [...all, '--no-test'], secrets())).toMatchObject({
        code: 0,
        out: expect.stringContaining('没有要改的') as unknown,
      });
      expect(everything(home)).toEqual(files);

      // A gateway that came later is told by its folder.
      const openClaw = withOpenClaw(home);
      expect(await script(home, ['--gateway', openClaw])).toMatchObject({ code: 0, err: '' });
      expect(
        loadConfig(configIn(home), { HOME: home }).gateways.map(({ name, kind, home: where }) => [name, kind, where]),
      ).toEqual([
        ['main', 'hermes', join(home, '.hermes')],
        ['openclaw', 'openclaw', openClaw],
      ]);

      sandbox.feishu.faults(sandbox.cast.lifeline.feishu.appId).unavailable.add(operator.feishu);
      const partly = await test('--channel', 'feishu');
      sandbox.feishu.faults(sandbox.cast.lifeline.feishu.appId).unavailable.clear();
      expect(partly).toMatchObject({
        code: 1,
        out: expect.stringMatching(/^✗ 飞书：admin 没能发出。.*可用范围/) as unknown,
      });
      expect(partly.out).not.toContain('QQ：');
    },
  );

  const REFUSED = [
    [
      'a folder of something else',
      () => ['--gateway', tmpdir()],
      {},
      2,
      /Hermes 的目录[^]*OpenClaw 的目录[^]*docs\/generic/,
    ],
    ['no secret', () => ['--qq-app-id', '102000000'], {}, 2, /LIFELINE_QQ_SECRET/],
    [
      'a secret that is wrong',
      () => ['--qq-app-id', sandbox.cast.lifeline.qq.appId],
      { LIFELINE_QQ_SECRET: 'no-such-secret' },
      1,
      /AppSecret 不对/,
    ],
  ] as const;
  test.each(sample(REFUSED, 3, 0))(
    'writes nothing with %s, and says what to do',
    LIMIT,
    async (_what, args, env, code, says) => {
      const home = newHome();
      const before = everything(home);
      const ran = await script(home, [...addresses(), ...args()], env);
      expect(ran).toMatchObject({ code, err: expect.stringMatching(says) as unknown });
      expect(`${ran.out}${ran.err}`).not.toContain('no-such-secret');
      expect(everything(home)).toEqual(before);
      expect(existsSync(join(home, '.config'))).toBe(false);
    },
  );
});
