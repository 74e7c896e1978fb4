/** Every platform in one gateway: silent while all is well, each loss told alone, and what a restart cannot mend. */
import { describe, expect, test } from 'vitest';
import { ADAPTER_SCRIPTS, type AdapterScript, type Said } from '../../sandbox/gateway/adapter-scripts.ts';
import { advance } from '../../src/diagnosis/advance.ts';
import type { Evidence } from '../../src/diagnosis/evidence.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState, type GatewayState } from '../../src/diagnosis/state.ts';
import { isTrouble, type Verdict } from '../../src/diagnosis/verdict.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import { sidecarReader } from '../../src/gateways/hermes/sidecar.ts';
import { policyForKind } from '../../src/monitor/gateway/policy-for-kind.ts';
import { instant } from '../instant.ts';
import { at, process, stamp } from './story.ts';

const POLICY = policyForKind(DEFAULT_POLICY, hermes);
const HOUR_S = 3_600;

/** When, and what is written. */
type Line = readonly [second: number, said: Said];

const runner = (message: string, level: Said[0] = 'INFO'): Said => [level, 'gateway.run', message];

const qq = (level: Said[0], message: string): Said => [
  level,
  'gateway.platforms.qqbot.adapter',
  `[QQBot:1001] ${message}`,
];
const feishu = (level: Said[0], message: string): Said => [
  level,
  'plugins.platforms.feishu.adapter',
  `[Feishu] ${message}`,
];
const lark = (level: Said[0], message: string): Said => [level, 'Lark', message];

/** The two that a restart may mend: the sandbox plays them against real platforms, and here they have scripts, too. */
const RESTARTED: readonly AdapterScript[] = [
  {
    name: 'qqbot',
    connect: [qq('INFO', 'WebSocket connected to wss://api.sgroup.qq.com/websocket'), qq('INFO', 'Connected')],
    loggedIn: [qq('INFO', 'Identify sent'), qq('INFO', 'Ready, session_id=a')],
    routine: {
      everyS: 1_800,
      lines: [
        qq('WARNING', 'WebSocket closed: code=4009 reason=Session timed out'),
        qq('INFO', 'Reconnecting in 2s (attempt 1)...'),
        qq('INFO', 'WebSocket connected to wss://api.sgroup.qq.com/websocket'),
        qq('INFO', 'Reconnected'),
        qq('INFO', 'Resume sent (session_id=a, seq=9)'),
        qq('INFO', 'Session resumed'),
      ],
    },
    lost: [
      qq('WARNING', 'WebSocket closed: code=4009 reason=Session timed out'),
      qq('INFO', 'Reconnecting in 2s (attempt 1)...'),
      qq('INFO', 'Reconnected'),
    ],
    // No login follows.
    tries: { everyS: 3_600, lines: [] },
    back: [qq('INFO', 'Ready, session_id=b')],
    refused: [],
    disconnected: [],
  },
  {
    name: 'feishu',
    connect: [feishu('INFO', 'Connected in websocket mode (feishu)')],
    loggedIn: [lark('INFO', 'connected to wss://msg-frontier.feishu.cn/ws/v2?device_id=1')],
    routine: {
      everyS: 9_500,
      lines: [
        lark('ERROR', 'receive message loop exit, err: no close frame received or sent'),
        lark('INFO', 'disconnected to wss://msg-frontier.feishu.cn/ws/v2?device_id=1'),
        lark('INFO', 'trying to reconnect for the 1st time'),
        lark('INFO', 'connected to wss://msg-frontier.feishu.cn/ws/v2?device_id=2'),
      ],
    },
    lost: [
      lark('ERROR', 'receive message loop exit, err: no close frame received or sent'),
      lark('INFO', 'disconnected to wss://msg-frontier.feishu.cn/ws/v2?device_id=1'),
    ],
    tries: { everyS: 3_600, lines: [] },
    back: [lark('INFO', 'connected to wss://msg-frontier.feishu.cn/ws/v2?device_id=3')],
    refused: [],
    disconnected: [],
  },
];
/** Whose loss, as it is scripted, has words that a restart alone heals it. */
const OVER: ReadonlySet<string> = new Set(['slack', 'wecom']);
const SCRIPTS = [...ADAPTER_SCRIPTS, ...RESTARTED];

const startOf = (script: AdapterScript): readonly Line[] => [
  [1, runner(`Connecting to ${script.name}...`)],
  ...script.connect.map((said): Line => [1, said]),
  [1, runner(`✓ ${script.name} connected`)],
  ...script.loggedIn.map((said): Line => [3, said]),
];

const routineOf = ({ routine }: AdapterScript, from: number, to: number): readonly Line[] => {
  const lines: Line[] = [];
  for (let second = from + (routine?.everyS ?? Infinity); second < to; second += routine?.everyS ?? Infinity)
    lines.push(...(routine?.lines ?? []).map((said): Line => [second, said]));
  return lines;
};

const triesOf = ({ lost, tries }: AdapterScript, from: number, to: number): readonly Line[] => {
  const lines: Line[] = lost.map((said): Line => [from, said]);
  for (let second = from + tries.everyS; second < to; second += tries.everyS)
    lines.push(...tries.lines.map((said): Line => [second, said]));
  return lines;
};

/** @returns every change of a verdict with its second, in order of time. */
const play = (lines: readonly Line[], until: number): readonly (Verdict & { readonly second: number })[] => {
  const reader = hermesLogReader('gateway.log');
  let second = 0;
  const bridge = sidecarReader('bridge.log', { now: () => at(second) });
  let state: GatewayState = advance(initialState, {
    at: instant(at(0)),
    source: 'process',
    text: 'it runs',
    link: null,
    fact: process(100, 0),
  });
  const told = new Map<string | null, string>();
  const changes: (Verdict & { readonly second: number })[] = [];
  /** @returns when a verdict may change by time alone. */
  const conclude = (): number => {
    const { verdicts, recheckAt } = judge(state, { gateway: 'main', policy: POLICY, now: at(second), links: null });
    for (const verdict of verdicts) {
      const words = `${verdict.condition} ${verdict.cause} ${verdict.remedy}`;
      if (told.get(verdict.link) === words) continue;
      told.set(verdict.link, words);
      changes.push({ ...verdict, second });
    }
    return recheckAt === null ? Infinity : (recheckAt - at(0)) / 1_000;
  };
  let recheck = Infinity;
  for (const [when, [level, logger, message]] of [
    ...lines.toSorted(([one], [other]) => one - other),
    [until, runner('the end')] as Line,
  ]) {
    for (; recheck < when; recheck = conclude()) second = recheck;
    second = when;
    const record =
      logger === 'bridge'
        ? bridge?.line(message, 'since')
        : reader.line(`${stamp(when)} ${level} ${logger}: ${message}`);
    for (const piece of record?.evidence ?? []) state = advance(state, piece);
    recheck = conclude();
  }
  return changes;
};

const GATEWAY: readonly Line[] = [
  [0, runner('Starting Hermes Gateway...')],
  [5, runner(`Gateway running with ${SCRIPTS.length} platform(s)`)],
];

const lastOf = (changes: ReturnType<typeof play>, link: string) => changes.findLast((change) => change.link === link);

const EVERYBODY = SCRIPTS.flatMap((script) => startOf(script));
const HELD = SCRIPTS.filter(({ name }) => name !== 'webhook');

test('a gateway with all of them on is silent for three days, and all of them are up', () => {
  const end = 72 * HOUR_S;
  const changes = play(
    [...GATEWAY, ...EVERYBODY, ...SCRIPTS.flatMap((script) => routineOf(script, 10, end - 600))],
    end,
  );
  expect(changes.filter(isTrouble).map(({ second, link, condition }) => [second, link, condition])).toEqual([]);
  expect(HELD.map(({ name }) => [name, lastOf(changes, name)?.condition])).toEqual(
    HELD.map(({ name }) => [name, 'up']),
  );
  expect(lastOf(changes, 'webhook')?.condition).toBe('listening');
});

const [lostAt, end] = [2 * HOUR_S + 1_234, 4 * HOUR_S];
const othersOf = (script: AdapterScript): readonly Line[] =>
  SCRIPTS.filter((other) => other !== script).flatMap((other) => routineOf(other, 10, end - 600));

describe.each(HELD.map((script) => [script.name, script] as const))('%s', (name, script) => {
  const others = othersOf(script);
  const remedy = RESTARTED.includes(script) || OVER.has(name) ? 'restart' : 'alert';

  test('lost is told alone, by an alert at most where nothing says that a restart helps, and the others keep their state', () => {
    const changes = play(
      [...GATEWAY, ...EVERYBODY, ...routineOf(script, 10, lostAt - 700), ...others, ...triesOf(script, lostAt, end)],
      end,
    );
    const troubles = changes.filter(isTrouble);
    expect([...new Set(troubles.map(({ link }) => link))]).toEqual([name]);
    expect(troubles.map(({ remedy: told }) => told).filter((told) => told !== remedy)).toEqual([]);
    expect(troubles[0]?.second).toBeGreaterThanOrEqual(lostAt + 120);
    expect(troubles[0]?.second).toBeLessThanOrEqual(lostAt + 420);
    expect(lastOf(changes, name)?.remedy).toBe(remedy);
    expect(
      changes.filter(
        ({ second, link, condition }) => second > lostAt && link !== name && link !== null && condition === 'unknown',
      ),
    ).toEqual([]);
  });

  test('is well again once it is back', () => {
    const backAt = lostAt + 900;
    const changes = play(
      [
        ...GATEWAY,
        ...EVERYBODY,
        ...others,
        ...triesOf(script, lostAt, backAt),
        ...script.back.map((said): Line => [backAt, said]),
      ],
      end,
    );
    expect(lastOf(changes, name)).toMatchObject({ condition: 'up', remedy: 'none' });
    expect(lastOf(changes, name)?.second).toBeLessThanOrEqual(backAt + 130);
  });
});

const REFUSED = HELD.filter(({ refused }) => refused.length > 0);
describe.each(REFUSED.map((script) => [script.name, script] as const))('%s', (name, script) => {
  const others = othersOf(script);

  test('refused says at once what a person must mend', () => {
    const changes = play(
      [...GATEWAY, ...EVERYBODY, ...others, ...script.refused.map((said): Line => [lostAt, said])],
      end,
    );
    const troubles = changes.filter(isTrouble);
    const condition = troubles[0]?.cause === 'setup_incomplete' ? 'misconfigured' : 'rejected';
    expect(troubles[0]).toMatchObject({ link: name, condition, remedy: 'alert', second: lostAt });
    expect(troubles[0]?.cause).not.toBe('platform_refuses');
    expect(troubles[0]?.wouldHelp).toBeUndefined();
    expect([...new Set(troubles.map(({ link }) => link))]).toEqual([name]);
  });
});

describe('a platform of which nothing proves a login', () => {
  const lines = (script: string, ...more: readonly (readonly [number, string])[]): readonly Line[] => [
    ...GATEWAY,
    ...startOf(ADAPTER_SCRIPTS.find(({ name }) => name === script)!),
    ...more.map(([second, text]): Line => {
      const [level = 'INFO', ...words] = text.split(' ');
      return [second, [level as Said[0], `gateway.platforms.${script}`, words.join(' ')]];
    }),
  ];

  test('is up once it was opened and nothing speaks against it', () => {
    for (const script of ['telegram', 'weixin', 'dingtalk']) {
      const changes = play(lines(script), 400);
      expect(changes.filter(({ link }) => link === script).map(({ condition }) => condition)).toEqual(
        ['unknown', 'connecting', 'up'].filter((word) =>
          changes.some(({ link, condition }) => link === script && condition === word),
        ),
      );
      expect(lastOf(changes, script)).toMatchObject({
        condition: 'up',
        evidence: [{ fact: { kind: 'link-settled' } }],
      });
    }
  });

  test('is never ill for its silence, however long', () => {
    for (const script of ['telegram', 'weixin', 'dingtalk'])
      expect(play(lines(script), 30 * 24 * HOUR_S).filter(isTrouble)).toEqual([]);
  });

  test('is ill when an error is the last word', () => {
    const changes = play(
      lines('telegram', [4_000, 'WARNING [Telegram] Telegram network error, scheduling reconnect: httpx.ConnectError']),
      8_000,
    );
    expect(lastOf(changes, 'telegram')).toMatchObject({
      condition: 'down',
      remedy: 'alert',
      cause: 'no_login_after_loss',
    });
  });

  test('that shows its logins in a newer version needs one again after a loss', () => {
    const changes = play(
      lines(
        'telegram',
        [4, 'INFO [Telegram] Telegram polling confirmed healthy: getUpdates progressing (generation 1)'],
        [
          4_000,
          'WARNING [Telegram] Telegram polling stalled: no getUpdates progress for 151s (generation 1). Rebuilding',
        ],
        [
          4_001,
          'INFO [Telegram] Telegram polling restarted after network error (attempt 1); health pending getUpdates progress',
        ],
      ),
      8_000,
    );
    expect(lastOf(changes, 'telegram')).toMatchObject({ condition: 'down', cause: 'reconnected_without_login' });
  });

  test('Weixin that was logged out stays so, whatever its network does', () => {
    const changes = play(
      lines(
        'weixin',
        [4_000, 'ERROR [Weixin] Session expired; pausing for 10 minutes'],
        [4_300, 'ERROR [Weixin] poll error (1/3): Server disconnected'],
      ),
      8_000,
    );
    expect(lastOf(changes, 'weixin')).toMatchObject({ condition: 'rejected', cause: 'logged_out', second: 4_000 });
  });
});

test("a closed session of Slack's client before is nothing once the new one is connected", () => {
  const closed: Said = ['ERROR', 'slack_bolt.AsyncApp', 'Failed to connect (error: Session is closed); Retrying...'];
  const slack = ADAPTER_SCRIPTS.find(({ name }) => name === 'slack')!;
  const changes = play(
    [
      ...GATEWAY,
      ...startOf(slack),
      ...[4_000, 4_010, 4_020].map((second): Line => [second, closed]),
      ...slack.back.map((said): Line => [4_030, said]),
      // One more, of the client that was replaced.
      [4_040, closed],
    ],
    8_000,
  );
  expect(changes.filter(isTrouble)).toEqual([]);
  expect(lastOf(changes, 'slack')?.condition).toBe('up');
});

test('two programs that poll for one Telegram bot are told as that', () => {
  const conflicts = Array.from({ length: 30 }, (_, index): readonly Line[] => [
    [
      4_000 + index * 60,
      [
        'WARNING',
        'gateway.platforms.telegram',
        '[Telegram] Telegram polling conflict (1/3), will retry in 10s. Error: Conflict: x',
      ],
    ],
    [
      4_011 + index * 60,
      ['INFO', 'gateway.platforms.telegram', '[Telegram] Telegram polling resumed after conflict retry 1/3'],
    ],
  ]).flat();
  const changes = play([...GATEWAY, ...startOf(ADAPTER_SCRIPTS[0]!), ...conflicts], 5_800);
  expect(changes.find(isTrouble)).toMatchObject({
    condition: 'flapping',
    cause: 'kicked_by_another_client',
    remedy: 'alert',
  });
});

test('a network that is down is told once, though a webhook hears calls from this machine', () => {
  const reached = (link: string): Evidence => ({
    at: instant(at(4_100)),
    source: 'reachability',
    text: 'no',
    link,
    fact: { kind: 'link-reachable', ok: false, host: 'x:443' },
  });
  const reader = hermesLogReader('gateway.log');
  let state = initialState;
  for (const [second, [level, logger, message]] of [
    ...GATEWAY,
    ...['discord', 'mattermost', 'webhook'].flatMap((name) =>
      startOf(ADAPTER_SCRIPTS.find((script) => script.name === name)!),
    ),
    [20, ['INFO', 'gateway.run', "inbound message: platform=webhook user=a chat=b msg='c'"]] as Line,
    ...['discord', 'mattermost'].flatMap((name) =>
      ADAPTER_SCRIPTS.find((script) => script.name === name)!.lost.map((said): Line => [4_000, said]),
    ),
  ].toSorted(([one], [other]) => one - other))
    for (const piece of reader.line(`${stamp(second)} ${level} ${logger}: ${message}`)?.evidence ?? [])
      state = advance(state, piece);
  for (const link of ['discord', 'mattermost']) state = advance(state, reached(link));
  const { verdicts } = judge(state, { gateway: 'main', policy: POLICY, now: at(4_200), links: null });
  expect(verdicts[0]).toMatchObject({ link: null, condition: 'network_down' });
});
