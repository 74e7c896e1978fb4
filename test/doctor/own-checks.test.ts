import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { createUser } from '@nats-io/nkeys';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { Role } from '../../src/config/config.ts';
import { UserError } from '../../src/base/errors.ts';
import type { DoctorFinding } from '../../src/doctor/check.ts';
import { QqPlatform } from '../../sandbox/qq/platform.ts';
import type { OwnService } from '../../src/doctor/context.ts';
import { isLifelineRun } from '../../src/doctor/lifelines.ts';
import { openDatabase } from '../../src/store/database.ts';
import { writeHubTrouble } from '../../src/store/hub-trouble.ts';
import { createMeta } from '../../src/store/meta.ts';
import { createPairedOperators } from '../../src/store/operators.ts';
import { addBot, startPlatform } from '../sandbox/feishu/fixture.ts';
import { playPython } from '../sensors/process/python.ts';
import { openScene, platform, SERVICE, type Answers, type Scene } from './own-scene.ts';

const GATEWAY = 'gateways: [{ name: main, kind: hermes }]\n';
const QQ = 'qq: { app_id: "102030405", client_secret: kR8mZq2vTn5wYx7u }';
const FEISHU = 'feishu: { app_id: cli_0123456789abcdef, app_secret: kR8mZq2vTn5wYx7u }';
const WEBHOOK = 'webhook: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/x" }';
const yaml = (...channels: readonly string[]): string => `${GATEWAY}channels: { ${channels.join(', ')} }\n`;
const codes = (found: readonly DoctorFinding[]): readonly string[] =>
  found.map(({ code, severity }) => `${severity} ${code}`);
const storeWith = (fill: (db: DatabaseSync) => void) => {
  const db = openDatabase(':memory:');
  fill(db);
  return { withStore: <T>(work: (db: DatabaseSync) => T): T => work(db) };
};
type Paired = readonly [name: string, role: Role, channel: string];
const pairing = (people: readonly Paired[]) =>
  storeWith((db) => {
    for (const [name, role, channel] of people)
      createPairedOperators(db).add({ channel, user: `U-${name}`, name, role, pairedAt: 1 });
  });

describe('configuration and people', () => {
  it('hints that there is no configuration, and looks no further', async () => {
    const { look, resultOf } = openScene();
    expect(codes(await look('configuration', GATEWAY, { fromFile: false }))).toEqual(['info own_no_config']);
    for (const check of ['people', 'channels-set-up', 'dead-man', 'service', 'instances'])
      expect(await resultOf(check, GATEWAY, { fromFile: false })).toEqual({ skip: 'no_config_file' });
  });

  it('finds a secret that others can read, and takes it from them', async () => {
    const { look, dir } = openScene();
    const file = join(dir, 'qq.secret');
    writeFileSync(file, 'kR8mZq2vTn5wYx7u');
    chmodSync(file, 0o644);
    const config = yaml(`qq: { app_id: "102030405", client_secret: "file:${file}" }`);
    const [found] = await look('configuration', config);
    expect(found).toMatchObject({
      code: 'own_secret_readable',
      severity: 'error',
      path: file,
      commands: [`chmod 600 ${file}`],
    });
    expect(await found?.fix?.act?.run(new AbortController().signal)).toMatchObject({ outcome: 'done' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await look('configuration', config)).toEqual([]);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['none', [], ['error own_no_channel']],
    ['one', [QQ], ['info own_one_channel']],
    ['a webhook alone', [WEBHOOK], ['info own_one_channel']],
    ['two', [QQ, FEISHU], []],
  ])('channels: %s', async (_name, channels, expected) =>
    expect(codes(await openScene().look('channels-set-up', yaml(...channels)))).toEqual(expected),
  );

  test('channels: none of its own, in a fleet', async () => {
    const fleet = `fleet: { host: web-1, servers: ["tls://127.0.0.1:4222"], credentials: x }\n`;
    expect(codes(await openScene().look('channels-set-up', `${GATEWAY}${fleet}`))).toEqual(['info own_hub_alone']);
  });

  test.each<[string, string, readonly Paired[], readonly string[]]>([
    ['nobody', '', [], ['error own_no_operator']],
    ['an admin', 'operators: [{ name: me, role: admin, qq: ME }]', [], []],
    ['somebody paired', '', [['me', 'admin', 'qq']], []],
    ['no admin', 'operators: [{ name: me, role: operator, qq: ME }]', [], ['info own_no_admin']],
    [
      'somebody on a channel that is not set up',
      'operators: [{ name: me, role: admin, qq: ME }, { name: you, role: viewer, feishu: ou_1 }]',
      [],
      ['warning own_operator_unreachable'],
    ],
    [
      'somebody who was paired besides',
      'operators: [{ name: me, role: admin, feishu: ou_1 }]',
      [['me', 'admin', 'qq']],
      [],
    ],
  ])('operators: %s', async (_name, operators, paired, expected) =>
    expect(codes(await openScene().look('people', `${yaml(QQ)}${operators}\n`, pairing(paired)))).toEqual(expected),
  );

  it('names the console and its "verify" button only where Feishu is set up', async () => {
    expect(await openScene().look('people', yaml(QQ, FEISHU))).toMatchObject([
      { code: 'own_no_operator', feishu: true, webhook: false },
    ]);
    expect(await openScene().look('people', yaml(QQ, WEBHOOK))).toMatchObject([
      { code: 'own_no_operator', webhook: true },
    ]);
    expect(await openScene().look('people', yaml(QQ))).toMatchObject([{ code: 'own_no_operator', feishu: false }]);
  });

  it('tells whom QQ does not let it push to', async () => {
    const { look, resultOf } = openScene();
    const store = storeWith((db) => {
      createPairedOperators(db).add({ channel: 'qq', user: 'B', name: 'you', role: 'viewer', pairedAt: 1 });
      for (const [user, push] of [
        ['A', 'allow_push'],
        ['B', 'yes'],
        ['C', 'add_friend'],
      ])
        db.prepare('INSERT INTO qq_people (app, user, push) VALUES (?, ?, ?)').run('102030405', user ?? '', push ?? '');
    });
    const config = `${yaml(QQ)}operators: [{ name: me, role: admin, qq: A }]\n`;
    expect(await look('pushes', config, store)).toMatchObject([
      { code: 'own_push_refused', name: 'me', todo: 'allow_push' },
    ]);
    expect(await resultOf('pushes', config)).toEqual({ skip: 'no_store' });
  });

  it('hints at a missing ping, and not at one that is there', async () => {
    const { look } = openScene();
    expect(codes(await look('dead-man', GATEWAY))).toEqual(['info own_no_ping']);
    expect(await look('dead-man', `${GATEWAY}alerts: { ping_url: "https://hc.example/abc" }\n`)).toEqual([]);
  });
});

describe('one bot, one program', () => {
  const homeWith = (scene: Scene, path: string, env: string): void => {
    mkdirSync(join(scene.dir, path), { recursive: true });
    writeFileSync(join(scene.dir, path, '.env'), env);
  };

  it("finds that Lifeline uses the gateway's bot, also a profile's", async () => {
    const scene = openScene();
    homeWith(scene, '.hermes', 'QQ_APP_ID=999999\n');
    expect(await scene.look('apps', yaml(QQ, FEISHU))).toEqual([]);
    homeWith(scene, '.hermes/profiles/ops', 'QQ_APP_ID=102030405\n');
    expect(await scene.look('apps', yaml(QQ, FEISHU))).toMatchObject([
      { code: 'own_app_foreign', severity: 'error', channel: 'qq', home: join(scene.dir, '.hermes/profiles/ops') },
    ]);
  });

  it('warns of a profile that was copied with its bot, and calls it an error once both run', async () => {
    const scene = openScene();
    const homes = ['.hermes', '.hermes/profiles/ops'].map((path) => join(scene.dir, path));
    homeWith(scene, '.hermes', 'FEISHU_APP_ID=cli_aaaaaaaaaaaaaaaa\n');
    homeWith(scene, '.hermes/profiles/ops', 'FEISHU_APP_ID=cli_aaaaaaaaaaaaaaaa\n');
    expect(await scene.look('apps', GATEWAY)).toMatchObject([
      { code: 'same_app', severity: 'warning', link: 'feishu', homes, running: false },
    ]);
    for (const home of homes) await playPython(['-m', 'hermes_cli.main', 'gateway', 'run'], { HERMES_HOME: home });
    expect(await scene.look('apps', GATEWAY)).toMatchObject([{ code: 'same_app', severity: 'error', running: true }]);
  });
});

const play = async (words: readonly string[], env: Readonly<Record<string, string>>): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)', '--', ...words], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    if (child.kill('SIGKILL')) await ended;
  });
  await once(child.stdout, 'data');
  return child;
};

describe('its bots, tried for real', () => {
  it("finds nothing wrong with the sandbox's bots, which get no message and no connection", async () => {
    const feishu = await startPlatform();
    const qq = new QqPlatform();
    await qq.start();
    onTestFinished(() => qq.stop());
    const account = addBot(feishu);
    const bot = { appId: '102030405', secret: 'kR8mZq2vTn5wYx7u', name: 'Lifeline' };
    qq.addBot(bot);
    const config = yaml(
      `feishu: { app_id: ${account.appId}, app_secret: ${account.secret}, domain: "${feishu.url}" }`,
      `qq: { app_id: "${bot.appId}", client_secret: ${bot.secret}, api_base: "${qq.url}", token_url: "${qq.tokenUrl}" }`,
    );
    const { look } = openScene();
    expect([
      ...(await look('feishu-bot', config)),
      ...(await look('qq-bot', config)),
      ...(await look('clock', config)),
    ]).toEqual([]);
    const wrong = config.replace(account.secret, 'wrong-feishu-secret').replace(bot.secret, 'wrong-qq-secret');
    expect(await look('feishu-bot', wrong)).toMatchObject([
      { code: 'own_credentials', channel: 'feishu', severity: 'error' },
    ]);
    expect(await look('qq-bot', wrong)).toMatchObject([{ code: 'own_credentials', channel: 'qq', severity: 'error' }]);
  });

  const TOKEN = {
    '/open-apis/auth/v3/tenant_access_token/internal': { body: { code: 0, tenant_access_token: 't', expire: 7200 } },
  };
  const BOT = {
    '/open-apis/bot/v3/info': { body: { code: 0, bot: { open_id: 'ou_b', app_name: 'L', activate_status: 2 } } },
  };
  const MAY_SEND = { '/open-apis/im/v1/messages': { status: 400, body: { code: 230013, msg: 'no availability' } } };
  const ENDPOINT = '/callback/ws/endpoint';
  const goodEndpoint = (url: string) => ({
    [ENDPOINT]: { body: { code: 0, data: { URL: url, ClientConfig: { PingInterval: 120 } } } },
  });
  test.each<[string, Answers, readonly string[]]>([
    ['all well', { ...TOKEN, ...BOT, ...MAY_SEND, ...goodEndpoint('ws://127.0.0.1:1/') }, []],
    [
      'no permission to send',
      {
        ...TOKEN,
        ...BOT,
        ...goodEndpoint('ws://127.0.0.1:1/'),
        '/open-apis/im/v1/messages': { status: 400, body: { code: 99991672, msg: 'no scope' } },
      },
      ['error own_not_ready'],
    ],
    [
      'not published',
      {
        ...TOKEN,
        '/open-apis/bot/v3/info': { body: { code: 0, bot: { open_id: 'ou_b', activate_status: 3 } } },
        ...MAY_SEND,
        ...goodEndpoint('ws://127.0.0.1:1/'),
      },
      ['error own_not_ready'],
    ],
    [
      'no long connection',
      { ...TOKEN, ...BOT, ...MAY_SEND, [ENDPOINT]: { body: { code: 403, msg: 'forbidden', data: {} } } },
      ['error own_no_long_connection'],
    ],
    [
      'too many connections',
      { ...TOKEN, ...BOT, ...MAY_SEND, [ENDPOINT]: { body: { code: 1000040350, msg: 'too many', data: {} } } },
      ['error own_no_long_connection'],
    ],
    [
      'an endpoint that is busy',
      { ...TOKEN, ...BOT, ...MAY_SEND, [ENDPOINT]: { body: { code: 1, msg: 'busy', data: {} } } },
      ['error own_unreachable'],
    ],
  ])('Feishu: %s', async (_name, answers, expected) => {
    const url = await platform(answers);
    expect(
      codes(
        await openScene().look(
          'feishu-bot',
          yaml(`feishu: { app_id: cli_0123456789abcdef, app_secret: abc, domain: "${url}" }`),
        ),
      ),
    ).toEqual(expected);
  });

  const QQ_TOKEN = { '/t': { body: { access_token: 'a', expires_in: '7200' } } };
  const limit = (remaining: number) => ({
    '/gateway/bot': { body: { url: 'wss://x/', session_start_limit: { total: 1_500, remaining } } },
  });
  test.each<[string, Answers, readonly string[]]>([
    ['all well', { ...QQ_TOKEN, ...limit(1_400) }, []],
    ['few logins left', { ...QQ_TOKEN, ...limit(100) }, ['warning own_few_sessions']],
    ['no word of logins', { ...QQ_TOKEN, '/gateway/bot': { body: { url: 'wss://x/' } } }, []],
    [
      'a wrong secret',
      { '/t': { body: { code: 100016, message: 'invalid appid or secret' } } },
      ['error own_credentials'],
    ],
    [
      'an address that is not on the list',
      { ...QQ_TOKEN, '/gateway/bot': { status: 401, body: { code: 11298, message: '接口访问源IP不在白名单' } } },
      ['error own_not_ready'],
    ],
    [
      'a platform that is ill',
      { ...QQ_TOKEN, '/gateway/bot': { status: 500, body: { code: 500 } } },
      ['error own_unreachable'],
    ],
  ])('QQ: %s', async (_name, answers, expected) => {
    const url = await platform(answers);
    expect(
      codes(
        await openScene().look(
          'qq-bot',
          yaml(`qq: { app_id: "102030405", client_secret: abc, api_base: "${url}", token_url: "${url}/t" }`),
        ),
      ),
    ).toEqual(expected);
  });

  it('tells that a platform cannot be reached, and of a proxy that it does not use', async () => {
    const { look, resultOf } = openScene();
    const config = yaml(
      'qq: { app_id: "102030405", client_secret: abc, api_base: "http://127.0.0.1:1", token_url: "http://127.0.0.1:1/t" }',
      'feishu: { app_id: cli_0123456789abcdef, app_secret: abc, domain: "http://127.0.0.1:1" }',
    );
    for (const check of ['qq-bot', 'feishu-bot']) {
      expect(await look(check, config)).toMatchObject([{ code: 'own_unreachable', proxy: false }]);
      expect(await look(check, config, { env: { HTTPS_PROXY: 'http://p:1' } })).toMatchObject([
        { code: 'own_unreachable', proxy: true },
      ]);
      expect(await resultOf(check, config, { network: false })).toEqual({ skip: 'offline' });
    }
    expect(await look('clock', config)).toEqual([]);
  });

  test.each([
    [0, []],
    [-30, []],
    [120, ['warning clock_skew 120']],
    [-120, ['warning clock_skew -120']],
    [3_600, ['error clock_skew 3600']],
  ])('a clock that is %i s ahead', async (seconds, expected) => {
    // The header has whole seconds, and a slow machine takes some: near is enough.
    const url = await platform({ '/': { date: new Date(Date.now() - seconds * 1_000).toUTCString() } });
    const found = await openScene().look(
      'clock',
      yaml(`qq: { app_id: "102030405", client_secret: abc, api_base: "${url}", token_url: "${url}/t" }`),
    );
    expect(
      found.map((each) =>
        each.code === 'clock_skew'
          ? `${each.severity} clock_skew ${Math.round(Number(each['seconds']) / 60) * 60}`
          : each.code,
      ),
    ).toEqual(expected);
  });
});

describe('data', () => {
  it('finds nothing wrong with a folder that is not there yet, nor with its own', async () => {
    const { look, dir } = openScene();
    for (const check of ['data-folder', 'data-room']) expect(await look(check, GATEWAY)).toEqual([]);
    openDatabase(join(dir, 'data', 'lifeline.db')).close();
    expect(await look('data-folder', GATEWAY)).toEqual([]);
  });

  it('leaves a folder alone that holds other things, and says so', async () => {
    const { look, dir } = openScene();
    chmodSync(dir, 0o755);
    mkdirSync(join(dir, 'data', 'photos'), { recursive: true });
    chmodSync(join(dir, 'data'), 0o755);
    expect(await look('data-folder', GATEWAY)).toMatchObject([
      { code: 'own_data_shared', path: join(dir, 'data'), commands: [], fix: null },
    ]);
    // Nobody gets there.
    chmodSync(dir, 0o700);
    expect(await look('data-folder', GATEWAY)).toEqual([]);
  });

  it('finds what others can get at, and takes it from them', async () => {
    const { look, dir } = openScene();
    chmodSync(dir, 0o755);
    openDatabase(join(dir, 'data', 'lifeline.db')).close();
    chmodSync(join(dir, 'data', 'lifeline.db'), 0o644);
    chmodSync(join(dir, 'data'), 0o777);
    const found = await look('data-folder', GATEWAY);
    expect(found).toMatchObject([
      { code: 'own_data_open', commands: [`chmod 700 ${dir}/data`] },
      { code: 'own_data_open', commands: [`chmod 600 ${dir}/data/lifeline.db`] },
    ]);
    for (const { fix } of found) await fix?.act?.run(new AbortController().signal);
    expect(await look('data-folder', GATEWAY)).toEqual([]);
  });

  it('tells of a database that cannot be read, and of alerts that did not arrive', async () => {
    const { look, resultOf } = openScene();
    const broken = {
      withStore: () => {
        throw new UserError('STORE_TOO_NEW', 'a newer Lifeline');
      },
    };
    expect(await look('store', GATEWAY, broken)).toMatchObject([
      { code: 'own_store', problem: 'a newer Lifeline', severity: 'error' },
    ]);
    expect(
      await look(
        'store',
        GATEWAY,
        storeWith(() => undefined),
      ),
    ).toEqual([]);
    expect(await resultOf('store', GATEWAY)).toEqual({ skip: 'no_store' });
  });
});

describe('its service and its process', () => {
  const launchd: OwnService = {
    kind: 'launchd',
    unit: 'com.x',
    active: true,
    enabled: true,
    definition: 'current',
    configFile: null,
  };
  test.each<[string, OwnService, readonly string[]]>([
    ['as it should be', SERVICE, []],
    ['starting', { ...SERVICE, active: 'activating' }, []],
    ['failed', { ...SERVICE, active: 'failed' }, ['error own_service_down']],
    ['disabled', { ...SERVICE, enabled: false }, ['warning own_service_not_enabled']],
    ['of an older Lifeline', { ...SERVICE, definition: 'outdated' }, ['warning own_service_definition']],
    ['changed by somebody', { ...SERVICE, definition: 'changed' }, ['info own_service_definition']],
    ['without lingering', { ...SERVICE, linger: false }, ['warning own_service_no_linger']],
    [
      'of which nobody tells whether it lingers',
      { ...SERVICE, linger: null, lingerProblem: 'logind cannot be asked' },
      ['warning cannot_ask'],
    ],
    ["the system's, where that does not matter", { ...SERVICE, scope: 'system', linger: null }, []],
    ['without a watchdog', { ...SERVICE, watchdogMs: null }, ['warning own_service_no_watchdog']],
    ['with another configuration', { ...SERVICE, configFile: '/etc/other.yaml' }, ['info own_service_other_config']],
    ['of launchd', launchd, []],
    [
      'of launchd, not loaded',
      { ...launchd, active: false, enabled: false },
      ['error own_service_down', 'warning own_service_not_enabled'],
    ],
    [
      'that cannot be asked',
      { kind: 'unreachable', unit: 'lifeline.service', problem: 'no bus' },
      ['warning cannot_ask'],
    ],
  ])('a service %s', async (_name, state, expected) =>
    expect(codes(await openScene().look('service', GATEWAY, { service: () => Promise.resolve(state) }))).toEqual(
      expected,
    ),
  );

  it('finds that no Lifeline runs, or two for one home, and leaves those of other homes out', async () => {
    const scene = openScene();
    const none: { service: () => Promise<OwnService> } = { service: () => Promise.resolve({ kind: 'none' }) };
    const run = ['/x/lifeline', 'run'];
    expect(codes(await scene.look('instances', GATEWAY, none))).toEqual(['warning own_not_running']);
    const elsewhere = openScene();
    await play(run, { HOME: elsewhere.dir });
    expect(codes(await scene.look('instances', GATEWAY, none))).toEqual(['warning own_not_running']);
    const one = await play(run, { HOME: scene.dir });
    expect(await scene.look('instances', GATEWAY, none)).toEqual([]);
    const other = join(elsewhere.dir, 'other.yaml');
    writeFileSync(other, `gateways: [{ name: x, kind: hermes, home: ${scene.dir}/.hermes/ }]\n`);
    const two = await play([...run, '--config', other], { HOME: elsewhere.dir });
    expect(await scene.look('instances', GATEWAY, none)).toMatchObject([
      { code: 'own_second', severity: 'error', pids: [one.pid, two.pid], commands: [`kill ${two.pid}`] },
    ]);
  });

  it('knows the homes of every kind, without a configuration too', async () => {
    const scene = openScene();
    const none: { service: () => Promise<OwnService> } = { service: () => Promise.resolve({ kind: 'none' }) };
    const openClaw = 'gateways: [{ name: main, kind: openclaw }]\n';
    const file = join(scene.dir, 'named.yaml');
    writeFileSync(file, openClaw);
    await play(['/x/lifeline', 'run', '--config', file], { HOME: scene.dir });
    expect(await scene.look('instances', openClaw, none)).toEqual([]);
    expect(codes(await scene.look('instances', GATEWAY, none))).toEqual(['warning own_not_running']);
    const folder = join(scene.dir, 'moved');
    mkdirSync(folder);
    writeFileSync(join(folder, 'openclaw.json'), '{}');
    const elsewhere = openScene();
    await play(['/x/lifeline', 'run'], { HOME: elsewhere.dir, OPENCLAW_STATE_DIR: folder });
    expect(
      await scene.look('instances', `gateways: [{ name: main, kind: openclaw, home: ${folder} }]\n`, none),
    ).toEqual([]);
  });

  test.each<[readonly string[], boolean]>([
    [['node', '/x/dist/src/bin.js', 'run'], true],
    [['/usr/bin/node', '--max-old-space-size=100', '/x/src/main.ts', 'run', '--config', 'c'], true],
    [['lifeline', 'run'], true],
    [['node', 'src/main.ts', 'run', '--config', 'c'], true],
    [['lifeline', 'check'], false],
    [['node', '/x/src/main.ts', 'doctor'], false],
    [['vi', 'lifeline', 'run'], false],
    [['hermes', 'gateway', 'run'], false],
    [[], false],
  ])('%j is a running Lifeline: %s', (argv, expected) => expect(isLifelineRun(argv)).toBe(expected));

  it('runs on a Node.js that is new enough', async () => expect(await openScene().look('node', GATEWAY)).toEqual([]));
});

describe('the fleet', () => {
  const fleet = (credentials: string): string =>
    `${GATEWAY}fleet: { host: web-3, servers: ["tls://n:4222"], credentials: "${credentials}" }\n`;
  const seed = new TextDecoder().decode(createUser().getSeed());

  it('is asked for only where there is one', async () => {
    expect(await openScene().resultOf('fleet', GATEWAY)).toEqual({ skip: 'no_fleet' });
    expect(await openScene().look('fleet', fleet(seed))).toEqual([]);
  });

  it('tells of credentials that cannot be used', async () => {
    const [found] = await openScene().look('fleet', fleet(seed.slice(0, 40)));
    expect(found).toMatchObject({ severity: 'error', code: 'own_fleet_access', broken: { key: 'credentials' } });
  });

  it('tells of the hub that the bot does not reach', async () => {
    const trouble = { why: 'no_server', since: 1, said: 'ECONNREFUSED' } as const;
    const stored = storeWith((db) => writeHubTrouble(createMeta(db), trouble));
    expect(await openScene().look('fleet', fleet(seed), stored)).toMatchObject([{ code: 'own_no_hub', trouble }]);
  });
});
