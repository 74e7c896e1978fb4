/**
 * One process through its reloads, from the phone and by a signal, to its end; what it shows and logs all the while.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { EVENTS } from '../../src/base/events.ts';
import { lifeline } from './command-line.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { openScene, type Scene } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;

type Settings = Record<string, Record<string, unknown>>;

describe('a running Lifeline', () => {
  let scene: Scene;
  let file = '';
  let good = '';
  beforeAll(async () => {
    scene = await openScene({
      config: {
        log_level: 'trace',
        metrics: { listen: '127.0.0.1:0' },
        commands: [{ name: 'slow', run: ['sleep', '600'], role: 'admin', timeout: '5m' }],
      },
    });
    file = join(scene.sandbox.dir, 'config.yaml');
    good = readFileSync(file, 'utf8');
  }, LIMIT.timeout);
  afterAll(() => scene.end(), LIMIT.timeout);

  const lines = (): readonly Readonly<Record<string, unknown>>[] =>
    scene
      .bot()
      .said.split('\n')
      .flatMap((line) =>
        line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as Record<string, unknown>] : [],
      );
  const events = (name: (typeof EVENTS)[number]): readonly Readonly<Record<string, unknown>>[] =>
    lines().filter(({ event }) => event === name);
  const change = (edit: (settings: Settings) => void): void => {
    const settings = parse(good) as Settings;
    edit(settings);
    writeFileSync(file, stringify(settings));
  };
  /** The app of now hears on both platforms. */
  const connected = (): Promise<void> =>
    scene.until('both links', () =>
      BOTH.every((phone) => scene.sandbox[phone].connections(scene.sandbox.cast.lifeline[phone].appId) === 1),
    );
  const port = (): number => Number(lines().findLast(({ msg }) => msg === 'figures and health are shown')?.['port']);
  const get = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(`http://127.0.0.1:${port()}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const figure = async (line: string): Promise<string | undefined> =>
    (await get('/metrics')).text
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.split(' ')[1];

  test('shows its figures and its health on the loopback', LIMIT, async () => {
    expect(await get('/healthz')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"status":"ok"') as string,
    });
    await scene.until(
      'the first look',
      async () => (await figure('lifeline_gateway_condition{gateway="main",condition="healthy"}')) === '1',
    );
    expect(await figure('lifeline_channel_up{channel="feishu"}')).toBe('1');
    expect(await figure('lifeline_gateway_link_up{gateway="main",link="qqbot"}')).toBe('1');
    expect(await figure('lifeline_loop_stuck{loop="round"}')).toBe('0');
    expect(await figure('lifeline_incidents_open')).toBe('0');
  });

  test(
    'takes a new configuration in the same process, keeps the QQ session and says what has changed',
    LIMIT,
    async () => {
      const { pid } = scene.bot();
      change((settings) => {
        settings['watch'] = { ...settings['watch'], pulse: '2s' };
        settings['alerts'] = { ...settings['alerts'], remind_every: '1h' };
      });
      const { text } = await answered(scene, 'feishu', '/reload', /^🟢 配置已重新载入，2 处变化/);
      expect(text).toContain('watch.pulse: 1s → 2s');
      expect(text).toContain('alerts.remind_every: 2h → 1h');
      expect(scene.bot().pid).toBe(pid);
      await connected();
      await scene.until(
        'QQ to go on where it was',
        () => events('channel.up').filter(({ channel }) => channel === 'qq').length === 2,
      );
      expect(
        events('channel.up')
          .filter(({ channel }) => channel === 'qq')
          .map(({ resumed }) => resumed),
      ).toEqual([false, true]);
      await answered(scene, 'feishu', '/config', /remind_every: 1h/);
    },
  );

  test('keeps the old configuration when the new one has mistakes, and says where', LIMIT, async () => {
    const before = events('lifeline.started').length;
    writeFileSync(file, good.replace(/pulse: 1s/, 'pulse: often'));
    await answered(
      scene,
      'feishu',
      '/reload',
      /^🟠 配置有错，没有载入，仍用原来的[\s\S]*config\.yaml:\d+:\d+: watch\.pulse/,
    );
    // Whoever sends the signal may not see the log.
    const told = scene.want(['feishu'], /^🟠 配置有错，没有载入，仍用原来的[\s\S]*config\.yaml:\d+:\d+: watch\.pulse/);
    process.kill(scene.bot().pid, 'SIGHUP');
    await told;
    expect(events('lifeline.started')).toHaveLength(before);
    expect(events('lifeline.reload_failed')).toHaveLength(2);
  });

  test('refuses to move its data while it runs', LIMIT, async () => {
    change((settings) => Object.assign(settings, { data_dir: join(scene.sandbox.dir, 'elsewhere') }));
    await answered(scene, 'qq', '/reload', /^🟠 data_dir 不能在运行中改，没有载入/);
  });

  test('goes back to the old configuration when it cannot start with the new one', LIMIT, async () => {
    const app = 'cli_0000000000000000';
    change(
      (settings) =>
        void (settings['channels'] = {
          ...settings['channels'],
          feishu: { ...(settings['channels']?.['feishu'] as object), app_id: app },
        }),
    );
    await answered(scene, 'qq', '/reload', new RegExp(`^🟠 新配置启动不了，已退回原来的[\\s\\S]*${app} is not ready`));
    await connected();
    await answered(scene, 'feishu', '/config', /remind_every: 1h/);
  });

  test('goes on without an end when the address for its figures is taken', LIMIT, async () => {
    const before = events('lifeline.started').length;
    const taken = Number(new URL(scene.sandbox.feishu.url).port);
    change((settings) => Object.assign(settings, { metrics: { listen: `127.0.0.1:${taken}` } }));
    await answered(
      scene,
      'qq',
      '/reload',
      new RegExp(`^🟠 新配置启动不了，已退回原来的[\\s\\S]*127\\.0\\.0\\.1:${taken}`),
    );
    expect(events('lifeline.started')).toHaveLength(before);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('is named by a second one, which finds the address for its figures taken as well', LIMIT, async () => {
    const again = join(scene.sandbox.dir, 'again.yaml');
    writeFileSync(again, stringify({ ...(parse(good) as Settings), metrics: { listen: `127.0.0.1:${port()}` } }));
    const { code, err } = await lifeline(['run', '--config', again]);
    expect(code).not.toBe(0);
    expect(err).toMatch(/Another Lifeline is running with the data folder|另一个 Lifeline/);
  });

  test(
    'loses neither an incident nor the restart that is under way over a reload by signal, and tells neither twice',
    LIMIT,
    async () => {
      const healed = Promise.all([scene.want(BOTH, /^🔴 main.*QQ/), scene.want(BOTH, /^🟢 main/)]);
      const [starts, reloads] = [await startsOf(scene), events('lifeline.reloaded').length];
      await scene.sandbox.gateway.break('qq_gives_up');
      await scene.until('the restart to be under way', () => events('treatment.begun').length === 1);
      writeFileSync(file, good);
      process.kill(scene.bot().pid, 'SIGHUP');
      await scene.until('the reload', () => events('lifeline.reloaded').length > reloads);
      expect(events('treatment.ended')).toEqual([]);
      await healed;
      await connected();
      await scene.quiet(1_000);
      expect(await startsOf(scene)).toBe(starts + 1);
      expect(treatmentsOf(scene)).toEqual([{ requested_by: 'auto', outcome: 'recovered' }]);
      expect(events('incident.opened')).toHaveLength(1);
      expect(events('incident.closed')).toHaveLength(1);
      expect(
        await figure('lifeline_treatments_total{gateway="main",remedy="restart",outcome="recovered",by="lifeline"}'),
      ).toBe('1');
      expect(await figure('lifeline_notice_attempts_total{channel="feishu",outcome="delivered"}')).not.toBe(undefined);
    },
  );

  test('ends in order while its platforms never answer and a command runs', LIMIT, async () => {
    scene.say('feishu', '/slow');
    await scene.until('the command to run', () => events('command.run').some(({ command }) => command === 'slow'));
    const { feishu, qq, cast } = scene.sandbox;
    feishu.faults(cast.lifeline.feishu.appId).calls.push({ kind: 'hang' }, { kind: 'hang' }, { kind: 'hang' });
    qq.failSends(cast.lifeline.qq.appId, 3, { kind: 'hang' });
    // Their answers hang now.
    scene.say('feishu', '/status');
    scene.say('qq', '/status');
    await scene.until(
      'both answers to be under way',
      () => events('command.ended').filter(({ command }) => command === 'status').length === 2,
    );
    const { code } = await scene.endBot('SIGTERM');
    expect(events('lifeline.stopped').at(-1)).toMatchObject({ left: [] });
    expect(code).toBe(0);
    // That is what is said of a process that had to be cut off.
    expect(lines().some(({ msg }) => msg === 'Lifeline did not end in time; what is left is cut off')).toBe(false);
    expect(events('lifeline.stopped')).toHaveLength(events('lifeline.started').length);
    const db = new DatabaseSync(join(scene.sandbox.dir, 'lifeline', 'lifeline.db'), { readOnly: true });
    const mark = JSON.parse(String(db.prepare(`SELECT value FROM meta WHERE key = 'alive'`).get()?.['value'])) as {
      readonly ended: boolean;
    };
    // Each of the three answers goes out at the next start.
    const answers = db
      .prepare(`SELECT message ->> 'title' AS title FROM outbox WHERE kind = 'result' AND state = 'open' ORDER BY id`)
      .all()
      .map(({ title }) => title);
    db.close();
    expect(mark.ended).toBe(true);
    expect(answers.sort()).toEqual([
      expect.stringMatching(/「\/slow」/),
      expect.stringMatching(/「\/status」/),
      expect.stringMatching(/「\/status」/),
    ]);
  });

  test('has logged what happened under stable names, and no secret at all', () => {
    const { said } = scene.bot();
    const names = new Set(lines().flatMap(({ event }) => (typeof event === 'string' ? [event] : [])));
    expect([...names].filter((name) => !EVENTS.some((each) => each === name))).toEqual([]);
    for (const name of [
      'lifeline.started',
      'lifeline.reloaded',
      'lifeline.reload_failed',
      'lifeline.stopped',
      'incident.opened',
      'incident.closed',
      'treatment.begun',
      'treatment.ended',
      'notice.delivered',
      'channel.up',
      'command.run',
      'command.ended',
    ])
      expect(names).toContain(name);
    const { cast } = scene.sandbox;
    for (const { feishu, qq } of [cast.lifeline, cast.gateway])
      for (const { secret } of [feishu, qq]) expect(said.includes(secret)).toBe(false);
  });
});

test('a crash while the file has mistakes does not keep the watchdog away', LIMIT, async () => {
  const scene = await openScene({});
  try {
    const file = join(scene.sandbox.dir, 'config.yaml');
    const good = readFileSync(file, 'utf8');
    await scene.until('it to be kept', () =>
      existsSync(join(scene.sandbox.dir, 'lifeline', 'lifeline.last-config.json')),
    );
    await scene.endBot('SIGKILL');
    writeFileSync(file, `${good}\nwatch: {puls: 5s}\n`);
    const told = scene.want(['feishu'], /配置有错，没有载入，仍用原来的[\s\S]*puls/);
    await scene.startBot();
    await told;
    // It watches: a death is healed.
    const healed = Promise.all([scene.want(BOTH, /^🔴 main/), scene.want(BOTH, /^🟢 main/)]);
    await scene.sandbox.gateway.break('killed');
    await healed;
    writeFileSync(file, good);
    await scene.until('the file to be used again', () => scene.bot().said.includes('lifeline.reloaded'));
    const { code, err } = await scene.endBot('SIGTERM');
    expect(code).toBe(0);
    expect(err).toContain('Lifeline 用上次启动时的配置运行');
  } finally {
    await scene.end();
  }
});
