/**
 * Every platform in one OpenClaw, by its log and by `channels.status` (docs/facts/platforms.md 4, 5): silent for a day
 * of its ordinary life, each loss told alone, and back.
 */
import { describe, expect, test } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY, graceOf } from '../../src/diagnosis/policy.ts';
import { initialState, type GatewayState } from '../../src/diagnosis/state.ts';
import { isTrouble, type Verdict } from '../../src/diagnosis/verdict.ts';
import { createLinkNames, JUDGED_CHANNELS } from '../../src/gateways/openclaw/accounts.ts';
import { openClawLogReader } from '../../src/gateways/openclaw/log-reader.ts';
import { openClaw } from '../../src/gateways/openclaw/openclaw.ts';
import { nothingTold, statusEvidence } from '../../src/gateways/openclaw/status.ts';
import { policyForKind } from '../../src/monitor/gateway/policy-for-kind.ts';
import { json } from '../gateways/openclaw/lines.ts';
import { instant } from '../instant.ts';
import { at, process } from './story.ts';

const POLICY = policyForKind(
  DEFAULT_POLICY,
  openClaw({
    name: 'main',
    kind: 'openclaw',
    home: '/nowhere',
    command: [],
    unit: null,
    supervisor: 'auto',
    generic: null,
  }),
);
const HOUR_S = 3_600;
const LOOK_S = 30;

/** An account in `channels.status`: how it is now, and since which second. */
type Account = (now: number, is: 'up' | 'lost', since: number) => object;

interface Channel {
  readonly link: string;
  /** In `channels.status`. */
  readonly id: string;
  readonly subsystem: string;
  readonly started: readonly string[];
  /** A drop of every day: how often, and how long it lasts; null: this channel has none. */
  readonly drops: { readonly everyS: number; readonly lastS: number } | null;
  /** What is written now and then without any drop. */
  readonly noise?: { readonly everyS: number; readonly lines: readonly string[] };
  readonly lost: readonly string[];
  readonly tries: { readonly everyS: number; readonly lines: readonly string[] } | null;
  readonly back: readonly string[];
  readonly account: Account;
}

const connected: Account = (_, is, since) =>
  is === 'up'
    ? { running: true, connected: true, lifecycle: 'ready', lastStartAt: at(1), lastConnectedAt: at(since) }
    : {
        running: true,
        connected: false,
        lifecycle: 'recovering',
        lastStartAt: at(1),
        lastDisconnect: { at: at(since) },
      };

/** It also tells when bytes last came. */
const alive: Account = (now, is, since) => ({
  ...connected(now, is, since),
  lastTransportActivityAt: at(is === 'up' ? Math.max(since, now - 20) : since),
});

const CHANNELS: readonly Channel[] = [
  {
    link: 'feishu',
    id: 'feishu',
    subsystem: 'gateway/channels/feishu',
    started: ['feishu[default]: starting WebSocket connection...', 'feishu[default]: WebSocket client started'],
    drops: { everyS: 9_000, lastS: 20 },
    lost: ['feishu[default]: WebSocket connection ended, recreating client in 1000ms: closed'],
    tries: {
      everyS: 30,
      lines: ['feishu[default]: WebSocket start failed, retrying in 30000ms: connect ECONNREFUSED 127.0.0.1:443'],
    },
    back: ['feishu[default]: WebSocket client started'],
    account: connected,
  },
  {
    link: 'qqbot',
    id: 'qqbot',
    subsystem: 'gateway/channels/qqbot',
    started: [
      '[qqbot:default] Starting gateway',
      '[qqbot:default] WebSocket connected',
      '[qqbot:default] Gateway ready',
    ],
    drops: { everyS: 1_800, lastS: 3 },
    lost: ['[qqbot:default] WebSocket closed: 4009 Session timed out'],
    tries: {
      everyS: 60,
      lines: [
        '[qqbot:default] Connection failed: connect ECONNREFUSED 127.0.0.1:443',
        '[qqbot:default] Reconnecting default in 60000ms (attempt 7)',
      ],
    },
    back: ['[qqbot:default] WebSocket connected', '[qqbot:default] Gateway resumed'],
    account: connected,
  },
  {
    link: 'telegram',
    id: 'telegram',
    subsystem: 'channels/telegram',
    started: ['[default] starting provider (@bot)', '[telegram][diag] isolated polling ingress started spool=x'],
    drops: { everyS: 10_800, lastS: 35 },
    lost: ['[telegram][diag] isolated polling ingress failed: fetch failed'],
    tries: {
      everyS: 60,
      lines: [
        'Telegram isolated polling ingress failed; restarting in 60s.',
        '[telegram][diag] isolated polling ingress failed: fetch failed',
      ],
    },
    back: ['[telegram][diag] isolated polling ingress started spool=x'],
    account: alive,
  },
  {
    link: 'discord',
    id: 'discord',
    subsystem: 'channels/discord',
    started: ['logged in to discord as 1'],
    drops: { everyS: 7_200, lastS: 4 },
    noise: { everyS: 5_000, lines: ['discord gateway warning: x'] },
    lost: [
      'discord gateway: Gateway websocket closed: 1006',
      'discord gateway: Gateway reconnect scheduled in 2000ms (close, resume=true)',
    ],
    tries: {
      everyS: 45,
      lines: ['discord: gateway READY wait timed out after 15000ms; reconnecting with backoff (attempt 2)'],
    },
    // A reconnect that worked prints nothing.
    back: [],
    account: alive,
  },
  {
    link: 'slack',
    id: 'slack',
    subsystem: 'channels/slack',
    started: ['slack socket mode connected'],
    drops: { everyS: 14_400, lastS: 3 },
    lost: ['slack socket disconnected (close); reconnecting in 2s (attempt 1/∞) (x)'],
    tries: { everyS: 30, lines: ['slack socket mode failed to start; retry 9/∞ in 30s reason="fetch failed"'] },
    back: ['slack socket mode connected'],
    account: connected,
  },
  {
    link: 'whatsapp',
    id: 'whatsapp',
    subsystem: 'gateway/channels/whatsapp',
    started: ['Listening for WhatsApp inbound messages (x)'],
    drops: { everyS: 9_000, lastS: 5 },
    // Normal at night.
    noise: { everyS: 60, lines: ['⚠️ web gateway heartbeat - no messages in 30+ minutes'] },
    lost: ['WhatsApp Web connection closed (status 428). Retry 1/12 in 2s.'],
    tries: { everyS: 30, lines: ['WhatsApp Web connection closed (status 408). Retry 5/12 in 30s.'] },
    back: ['Listening for WhatsApp inbound messages (x)'],
    account: (now, is, since) => ({
      ...alive(now, is, since),
      linked: true,
      healthState: is === 'up' ? 'healthy' : 'reconnecting',
    }),
  },
  {
    link: 'weixin',
    id: 'openclaw-weixin',
    subsystem: 'gateway/channels/openclaw-weixin/default',
    started: ['[default] Monitor started: baseUrl=https://ilinkai.weixin.qq.com'],
    drops: { everyS: 5_400, lastS: 30 },
    lost: ['[default] getUpdates error: fetch failed'],
    tries: { everyS: 35, lines: ['[default] getUpdates: 3 consecutive failures, backing off 30s'] },
    back: [],
    // Never `connected`: the time of its latest poll alone.
    account: (now, is, since) => ({
      running: true,
      lastStartAt: at(1),
      lastEventAt: at(is === 'up' ? Math.max(since, now - 30) : since),
    }),
  },
  {
    link: 'wecom',
    id: 'wecom',
    subsystem: 'channels/wecom',
    started: ['[default] WebSocket connected', '[default] Authentication successful'],
    drops: { everyS: 300, lastS: 3 },
    lost: ['[default] WebSocket disconnected: closed'],
    tries: { everyS: 30, lines: ['[default] Connection lost, reconnecting in 30000ms (attempt 6/10)...'] },
    back: ['[default] WebSocket connected', '[default] Authentication successful'],
    account: () => ({ running: true, lastStartAt: at(1) }),
  },
  {
    link: 'dingtalk',
    id: 'dingtalk',
    subsystem: 'channels/dingtalk',
    started: [
      '[default] Starting DingTalk Stream client with robust connection...',
      '[default] Connection attempt 1/10...',
      '[default] DingTalk Stream client connected successfully',
    ],
    drops: { everyS: 1_800, lastS: 2 },
    lost: [
      '[default] WebSocket closed event (code: 1006, reason: none)',
      '[default] Runtime disconnection detected, initiating reconnection...',
    ],
    tries: {
      everyS: 60,
      lines: [
        '[default] Attempting to reconnect...',
        '[default] Connection attempt 1/10...',
        '[default] Connection attempt 1 failed: connect ETIMEDOUT',
      ],
    },
    back: ['[default] DingTalk Stream client connected successfully', '[default] Reconnection successful'],
    account: () => ({ running: true, lastStartAt: at(1) }),
  },
  {
    link: 'signal',
    id: 'signal',
    subsystem: 'channels/signal',
    started: ['Signal connected'],
    drops: { everyS: 6_000, lastS: 4 },
    // Drops of its daemon's own, healed within a second.
    noise: {
      everyS: 4_900,
      lines: [
        'signal-cli: WARN  ReceiveHelper - Connection closed unexpectedly, reconnecting in 100 ms',
        'signal-cli: WARN  ReceiveHelper - Connection closed unexpectedly, reconnecting in 200 ms',
      ],
    },
    lost: ['Signal stream error: fetch failed', 'Signal connection lost, reconnecting in 4s...'],
    tries: { everyS: 60, lines: ['Signal connection lost, reconnecting in 60s...'] },
    back: ['Signal connected'],
    account: connected,
  },
  {
    link: 'matrix',
    id: 'matrix',
    subsystem: 'channels/matrix',
    started: [],
    drops: { everyS: 7_000, lastS: 10 },
    lost: [],
    tries: null,
    back: [],
    account: (now, is, since) => ({ ...alive(now, is, since), healthState: is === 'up' ? 'healthy' : 'reconnecting' }),
  },
  {
    link: 'mattermost',
    id: 'mattermost',
    subsystem: 'channels/mattermost',
    started: [],
    drops: { everyS: 6_500, lastS: 4 },
    lost: ['mattermost websocket closed'],
    tries: null,
    back: [],
    account: connected,
  },
];

/** They are called, and have no connection to lose. */
const LISTENERS: readonly Channel[] = (
  [
    ['google_chat', 'googlechat', '[default] starting Google Chat webhook'],
    ['teams', 'msteams', 'starting provider (port 3978)'],
    ['line', 'line', '[default] starting LINE provider (Bot)'],
  ] as const
).map(([link, id, started]) => ({
  link,
  id,
  subsystem: `channels/${id}`,
  started: [started],
  drops: null,
  lost: [],
  tries: null,
  back: [],
  account: () => ({ running: true, lastStartAt: at(1) }),
}));

test('no channel that is judged is missing here', () => {
  expect([...CHANNELS, ...LISTENERS].map(({ link }) => link).toSorted()).toEqual(JUDGED_CHANNELS.toSorted());
});

interface Loss {
  readonly channel: Channel;
  readonly from: number;
  readonly to: number;
}
type Line = readonly [second: number, subsystem: string, message: string];

/** When it is away, from the first second to the one in which it is back. */
const absences = (channel: Channel, until: number, loss: Loss | null): readonly (readonly [number, number])[] => {
  const spans: (readonly [number, number])[] = [];
  const { everyS = Infinity, lastS = 0 } = channel.drops ?? {};
  const own = loss?.channel === channel ? loss : null;
  for (let second = everyS; second < until - HOUR_S / 2; second += everyS)
    if (own === null || second < own.from - 700 || second > own.to + 700) spans.push([second, second + lastS]);
  return [...spans, ...(own === null ? [] : [[own.from, own.to] as const])].toSorted(([one], [other]) => one - other);
};

const linesOf = (channel: Channel, until: number, loss: Loss | null): readonly Line[] => {
  const { subsystem, started, noise, lost, tries, back } = channel;
  const lines: (readonly [number, readonly string[]])[] = [[2, started]];
  for (const [from, to] of absences(channel, until, loss)) {
    lines.push([from, lost]);
    if (tries)
      for (let second = from + tries.everyS; second < to; second += tries.everyS) lines.push([second, tries.lines]);
    if (to < until) lines.push([to, back]);
  }
  if (noise) for (let second = noise.everyS; second < until; second += noise.everyS) lines.push([second, noise.lines]);
  return lines.flatMap(([second, messages]) => messages.map((message): Line => [second, subsystem, message]));
};

/** @returns every change of a verdict with its second, in order of time. */
const play = (
  until: number,
  loss: Loss | null,
  channels: readonly Channel[] = CHANNELS,
): readonly (Verdict & { readonly second: number })[] => {
  const names = createLinkNames({});
  const reader = openClawLogReader('openclaw.log', names);
  const told = nothingTold();
  const away = new Map(channels.map((channel) => [channel, absences(channel, until, loss)] as const));
  const lines = [
    [0, 'gateway', 'ready'] as Line,
    ...channels.flatMap((channel) => linesOf(channel, until, loss)),
  ].toSorted(([one], [other]) => one - other);
  let state: GatewayState = advance(initialState, {
    at: instant(at(0)),
    source: 'process',
    text: 'it runs',
    link: null,
    fact: process(100, 0),
  });
  const known = new Map<string | null, string>();
  const changes: (Verdict & { readonly second: number })[] = [];
  let next = 0;
  for (let second = LOOK_S; second <= until; second += LOOK_S) {
    for (let line = lines[next]; line !== undefined && line[0] <= second; line = lines[(next += 1)]) {
      const [when, subsystem, message] = line;
      const { evidence = [] } = reader.line(json(subsystem, message, { time: new Date(at(when)).toISOString() })) ?? {};
      for (const piece of evidence) state = advance(state, piece);
    }
    const channelAccounts = Object.fromEntries(
      channels.map((channel) => {
        const spans = away.get(channel) ?? [];
        const last = spans.findLast(([from]) => from <= second);
        const isUp = last === undefined || last[1] <= second;
        const since = (isUp ? last?.[1] : last?.[0]) ?? 2;
        return [channel.id, [{ accountId: 'default', ...channel.account(second, isUp ? 'up' : 'lost', since) }]];
      }),
    );
    for (const piece of statusEvidence({ channelAccounts }, names, told, instant(at(second))).evidence)
      state = advance(state, piece);
    const { verdicts } = judge(state, { gateway: 'main', policy: POLICY, now: at(second), links: null });
    for (const verdict of verdicts) {
      const words = `${verdict.condition} ${verdict.cause} ${verdict.remedy}`;
      if (known.get(verdict.link) === words) continue;
      known.set(verdict.link, words);
      changes.push({ ...verdict, second });
    }
  }
  return changes;
};

type Changes = ReturnType<typeof play>;
const short = (changes: Changes) =>
  changes.filter(isTrouble).map(({ second, link, condition, cause }) => [second, link, condition, cause]);
const lastOf = (changes: Changes, link: string) => changes.findLast((change) => change.link === link);

test('those that only listen are listening for a day', () => {
  const changes = play(24 * HOUR_S, null, LISTENERS);
  expect(short(changes)).toEqual([]);
  expect(LISTENERS.map(({ link }) => lastOf(changes, link)?.condition)).toEqual(LISTENERS.map(() => 'listening'));
});

test('all of them on are silent for a day, and all are up', () => {
  const changes = play(24 * HOUR_S, null);
  expect(short(changes)).toEqual([]);
  expect(CHANNELS.map(({ link }) => [link, lastOf(changes, link)?.condition])).toEqual(
    CHANNELS.map(({ link }) => [link, 'up']),
  );
});

describe.each(CHANNELS.map((channel) => [channel.link, channel] as const))('%s', (link, channel) => {
  const loss = { channel, from: 2 * HOUR_S + 1_234, to: 3 * HOUR_S };

  test('lost is told alone, after its grace, and is well again once it is back', () => {
    const changes = play(4 * HOUR_S, loss);
    const troubles = changes.filter(isTrouble);
    expect(troubles.length).toBeGreaterThan(0);
    expect([...new Set(troubles.map((change) => change.link))]).toEqual([link]);
    const [first] = troubles;
    const graceS = Math.max(graceOf(POLICY, link), POLICY.ownHealingMs) / 1_000;
    expect(first?.second).toBeGreaterThanOrEqual(loss.from + graceOf(POLICY, link) / 1_000);
    expect(first?.second).toBeLessThanOrEqual(loss.from + graceS + 300);
    expect(lastOf(changes, link)).toMatchObject({ condition: 'up', remedy: 'none' });
    const wellAgain = changes.find((change) => change.second >= loss.to && change.link === link);
    expect(wellAgain).toMatchObject({ condition: 'up', remedy: 'none' });
    expect(wellAgain?.second).toBeLessThanOrEqual(loss.to + 60);
    expect(troubles.filter(({ second }) => second >= loss.to)).toEqual([]);
    // What is not the lost link's is as before: known, and up or for a moment on its way.
    expect(
      changes.filter(
        (change) =>
          change.second > loss.from &&
          change.link !== link &&
          !['healthy', 'up', 'reconnecting', 'connecting'].includes(change.condition),
      ),
    ).toEqual([]);
  });
});

test('a signal-cli that has lost Signal is told although `channels.status` goes on saying connected', () => {
  const warning = (ms: number): string =>
    `signal-cli: WARN  ReceiveHelper - Connection closed unexpectedly, reconnecting in ${ms} ms`;
  const daemon = (channel: Channel): Channel => ({
    ...channel,
    drops: null,
    lost: [100, 200, 400, 25_600].map(warning),
    tries: { everyS: 55, lines: [warning(51_200)] },
    back: [],
    account: (now) => channel.account(now, 'up', 2),
  });
  const channels = CHANNELS.map((each) => (each.link === 'signal' ? daemon(each) : each));
  const channel = channels.find(({ link }) => link === 'signal')!;
  const loss = { channel, from: 2 * HOUR_S + 1_234, to: 3 * HOUR_S };
  const changes = play(4 * HOUR_S, loss, channels);
  const troubles = changes.filter(isTrouble);
  expect(troubles[0]).toMatchObject({ link: 'signal', remedy: 'alert' });
  expect([...new Set(troubles.map(({ link }) => link))]).toEqual(['signal']);
  expect(troubles[0]?.second).toBeLessThanOrEqual(loss.from + 300);
  // It returns without a word: silence tells it.
  const wellAgain = changes.find(({ second, link }) => second >= loss.to - 60 && link === 'signal');
  expect(wellAgain).toMatchObject({ condition: 'up' });
  expect(wellAgain?.second).toBeLessThanOrEqual(loss.to + 120);
});
