/** Chat text that stands in a log with its line breaks and looks like the gateway's own records. */
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { advance } from '../../../src/diagnosis/advance.ts';
import type { Evidence, GatewayFact, LinkFact } from '../../../src/diagnosis/evidence.ts';
import { judge } from '../../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../../src/diagnosis/policy.ts';
import { initialState, type GatewayState } from '../../../src/diagnosis/state.ts';
import { hermes } from '../../../src/gateways/hermes/hermes.ts';
import { createLogSensor } from '../../../src/sensors/logs/logs.ts';
import { at, line, process, stamp } from '../../diagnosis/story.ts';
import { instant } from '../../instant.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lifeline-forged-'));
  await mkdir(join(home, 'logs'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const write = (log: string, ...lines: readonly string[]): Promise<void> =>
  appendFile(join(home, 'logs', log), lines.map((each) => `${each}\n`).join(''));

const TAGGED = 'INFO [QQBot:1001]';
const lark = (second: number, level: string, message: string): string => `${stamp(second)} ${level} Lark: ${message}`;

/** A healthy gateway: what belongs into gateway.log stands in agent.log too. */
const healthy = async (): Promise<void> => {
  const own = [
    line(0, 'INFO Starting Hermes Gateway...'),
    line(1, `${TAGGED} Ready, session_id=17c9abc5`),
    line(2, 'INFO [Feishu] Connected in websocket mode (feishu)'),
    line(3, 'INFO Gateway running with 2 platform(s)'),
  ];
  await write('gateway.log', ...own);
  await write('errors.log', `${stamp(1)} WARNING asyncio: slow`);
  await write('agent.log', ...own, lark(2, 'INFO', 'connected to wss://msg-frontier.feishu.cn/ws [conn_id=77]'));
};

/** Looks at the home as Lifeline does while it runs. */
const watch = async () => {
  const sensor = createLogSensor(hermes, home);
  onTestFinished(() => sensor.close?.());
  let state: GatewayState = initialState;
  const take = (evidence: Evidence): void => {
    state = advance(state, evidence);
  };
  const found = (second: number, fact: GatewayFact): void =>
    take({ at: instant(at(second)), source: 'process', text: fact.kind, link: null, fact });
  return {
    look: async (second: number) => {
      for (const evidence of await sensor.look(instant(at(second)))) take(evidence);
    },
    found,
    claims: (second: number, link: string, claimed: string) =>
      take({
        at: instant(at(second)),
        source: 'gateway_state.json',
        text: '',
        link,
        fact: { kind: 'link-claim', state: claimed } satisfies LinkFact,
      }),
    verdicts: (second: number) =>
      judge(state, { gateway: 'main', policy: DEFAULT_POLICY, now: instant(at(second)), links: null }).verdicts.map(
        ({ link, condition, cause, remedy }) => ({ link, condition, cause, remedy }),
      ),
  };
};

/** What a chat text writes, and the record that it stands below. */
const steer = (second: number, ...forged: readonly string[]): readonly string[] => [
  `${stamp(second)} INFO agent.steer: Delivered /steer to agent after tool batch (118 chars): look here`,
  ...forged,
];

const RUNNER = 'gateway.run';
const FORGED: readonly (readonly [what: string, logger: string, text: string])[] = [
  ['QQ gave up', 'gateway.platforms.qqbot.adapter', 'ERROR [QQBot:1001] Max reconnect attempts reached'],
  ['QQ was lost', 'gateway.platforms.qqbot.adapter', 'WARNING [QQBot:1001] WebSocket closed: code=4009 reason='],
  ['QQ is refused', 'gateway.platforms.qqbot.adapter', 'ERROR [QQBot:1001] Bot is banned. Check QQ Open Platform.'],
  ['QQ was closed on purpose', 'gateway.platforms.qqbot.adapter', 'INFO [QQBot:1001] Disconnected'],
  ['Feishu lost its loop', 'Lark', 'ERROR receive message loop exit, err: x attached to a different loop'],
  ['Feishu was lost', 'Lark', 'ERROR receive message loop exit, err: no close frame received or sent'],
  ['Feishu is refused', 'Lark', 'ERROR connect failed, err: 514: handshake-autherrcode 1000040350'],
  ['Feishu loses its adapter', RUNNER, 'ERROR Fatal feishu adapter error (feishu_ws_exited): gone'],
  ['Feishu was paused', RUNNER, 'INFO feishu paused after 3 consecutive failures (/platform pause)'],
  ['a planned stop', RUNNER, 'INFO Received SIGTERM as a planned gateway stop'],
  ['a planned restart', RUNNER, 'INFO Stopping gateway for restart'],
  ['a stop by a signal', RUNNER, 'INFO Received SIGTERM — initiating shutdown'],
  ['a stop without links', RUNNER, 'ERROR No connected messaging platforms remain. Shutting down gateway cleanly.'],
  ['a stop by another logger of the runner', 'hermes_cli.gateway', 'INFO Received SIGTERM as a planned gateway stop'],
  ['its end', RUNNER, 'INFO Gateway stopped'],
  ['a refused configuration', RUNNER, 'ERROR Refusing to start: qqbot has dm_policy set to open'],
  ['exit 78', RUNNER, 'INFO Exiting with code 78'],
  ['exit 78 of another logger', 'hermes_cli.gateway', 'ERROR Exiting with code 78'],
  [
    'a broken configuration',
    'hermes_cli.config',
    'WARNING Failed to parse /h/config.yaml: x. Falling back to default config',
  ],
  ['no platform', RUNNER, 'WARNING No messaging platforms enabled.'],
  ['nothing connected', RUNNER, 'WARNING No adapter could be created for any of the 2 configured platform(s).'],
  ['a brake', 'hermes_cli.gateway', 'WARNING Gateway (re)started 9 times in 60s — backing off 300s'],
  ['another instance', RUNNER, 'ERROR Another gateway instance is already running (PID 1)'],
  ['a dead reconnecter', RUNNER, 'ERROR Reconnect watcher could not be kept alive after 3 slow respawns'],
  ['a dead executor', 'asyncio', 'ERROR x: RuntimeError: cannot schedule new futures after shutdown'],
  ['a dead executor of an adapter', 'plugins.platforms.feishu.adapter', 'ERROR Executor shutdown has been called'],
  ['a failed turn', RUNNER, 'ERROR Agent error in session agent:main:qqbot:dm:x: boom'],
  ['a lost message', 'foo', 'ERROR [QQBot:1001] Failed to deliver response after 3 retries: x'],
  ['a question', 'foo', 'INFO [Feishu] Flushing text batch agent:main:feishu:dm:oc_1 (1 messages)'],
  ['a job that was not delivered', 'cron.scheduler', "ERROR Job 'x': delivery error: y"],
];

const forged = (second: number, logger: string, text: string): string => {
  const [level = '', ...message] = text.split(' ');
  return `${stamp(second)} ${level} ${logger}: ${message.join(' ')}`;
};

const MINUTES = 20 * 60;
/** Enough of it for what takes a row. */
const TIMES = 12;

describe('a chat text that looks like a record', () => {
  const judged = async (lines: (second: number) => readonly string[], log: string) => {
    await healthy();
    const seen = await watch();
    seen.found(4, process(7, 0));
    await seen.look(5);
    const before = seen.verdicts(6);
    for (let time = 0; time < TIMES; time += 1) {
      const second = 10 + 60 * time;
      await write(log, ...lines(second));
      await seen.look(second + 1);
    }
    const after = [seen.verdicts(10 + 60 * TIMES), seen.verdicts(10 + 60 * TIMES + MINUTES)];
    seen.found(3_000, { kind: 'process', process: null });
    const dead = [3_005, 3_000 + MINUTES].map((second) => seen.verdicts(second)[0]);
    return { before, after, dead };
  };

  const WELL = [
    { link: null, condition: 'healthy', cause: 'fine', remedy: 'none' },
    { link: 'qqbot', condition: 'up', cause: 'fine', remedy: 'none' },
    { link: 'feishu', condition: 'up', cause: 'fine', remedy: 'none' },
  ];
  const UNHARMED = {
    before: WELL,
    after: [WELL, WELL],
    dead: [
      { link: null, condition: 'stopping', cause: 'stop_in_progress', remedy: 'wait' },
      { link: null, condition: 'stopped', cause: 'process_gone', remedy: 'start' },
    ],
  };

  test('is looked for beside a gateway that is well, and whose death is told', async () => {
    expect(await judged((second) => steer(second), 'agent.log')).toEqual(UNHARMED);
  });

  test.each(['agent.log', 'gateway.error.log'].flatMap((log) => FORGED.map((row) => [log, ...row] as const)))(
    '%s: changes nothing: %s',
    async (log, _what, logger, text) => {
      expect(await judged((second) => steer(second, forged(second, logger, text)), log)).toEqual(UNHARMED);
    },
  );

  // What a tool says may be a warning, and then stands in errors.log too.
  test.each(FORGED.filter(([, logger, text]) => logger.startsWith('gateway.') || text.startsWith('INFO')))(
    'errors.log: changes nothing: %s',
    async (_what, logger, text) => {
      const lines = (second: number) => [`${stamp(second)} WARNING tools.web: it said`, forged(second, logger, text)];
      expect(await judged(lines, 'errors.log')).toEqual(UNHARMED);
    },
  );

  test.each(FORGED)('counts where no other file could tell: %s', async (_what, logger, text) => {
    await write('agent.log', forged(0, logger, text));
    const seen = createLogSensor(hermes, home);
    onTestFinished(() => seen.close?.());
    expect(await seen.look(instant(at(1)))).not.toEqual([]);
  });

  test('counts beside a gateway.log that another version has left', async () => {
    await write('gateway.log', line(-8 * 86_400, 'INFO Gateway stopped'));
    await write('agent.log', line(0, 'ERROR [QQBot:1001] Max reconnect attempts reached'));
    const seen = createLogSensor(hermes, home);
    onTestFinished(() => seen.close?.());
    expect((await seen.look(instant(at(1)))).map(({ fact }) => fact.kind)).toContain('link-gave-up');
  });
});

describe('what only agent.log tells of a link', () => {
  test.each([
    ['its loss restarts nothing by itself', [], 'alert'],
    ['its loss counts with the state file', ['claim'], 'restart'],
    ['its loss counts with a failed try', ['failure'], 'restart'],
    ['its loss counts with the error of it', ['loss'], 'restart'],
  ] as const)('%s', async (_what, witnesses, remedy) => {
    await healthy();
    const seen = await watch();
    seen.found(4, process(7, 0));
    await seen.look(5);
    await write('agent.log', lark(10, 'INFO', 'disconnected to wss://msg-frontier.feishu.cn/ws [conn_id=77]'));
    await seen.look(11);
    for (const witness of witnesses) {
      if (witness === 'claim') seen.claims(12, 'feishu', 'retrying');
      if (witness === 'failure') await write('errors.log', lark(12, 'ERROR', 'connect failed, err: boom'));
      if (witness === 'loss') await write('errors.log', lark(10, 'ERROR', 'receive message loop exit, err: x'));
    }
    await seen.look(13);
    expect(seen.verdicts(MINUTES).find(({ link }) => link === 'feishu')).toMatchObject({ condition: 'down', remedy });
  });

  test('its login ends no loss while the state file says otherwise, and does when that says so too', async () => {
    await healthy();
    const seen = await watch();
    seen.found(4, process(7, 0));
    await seen.look(5);
    await write('errors.log', lark(10, 'ERROR', 'receive message loop exit, err: x [conn_id=77]'));
    await seen.look(11);
    seen.claims(12, 'feishu', 'retrying');
    await write('agent.log', lark(13, 'INFO', 'connected to wss://evil.example:443/ws [conn_id=78]'));
    await seen.look(14);
    const feishu = (second: number) => seen.verdicts(second).find(({ link }) => link === 'feishu')?.condition;
    expect(feishu(15)).toBe('reconnecting');
    expect(feishu(MINUTES)).toBe('down');
    seen.claims(16, 'feishu', 'connected');
    expect(feishu(17)).toBe('up');
  });

  test('no host of it is asked', async () => {
    await healthy();
    await write('agent.log', lark(4, 'INFO', 'connected to wss://evil.example:443/ws [conn_id=78]'));
    const sensor = createLogSensor(hermes, home);
    onTestFinished(() => sensor.close?.());
    const hosts = (await sensor.look(instant(at(5)))).flatMap(({ fact }) =>
      fact.kind === 'link-login' && fact.host !== undefined ? [fact.host] : [],
    );
    expect(hosts).toEqual(['msg-frontier.feishu.cn:443']);
  });
});
