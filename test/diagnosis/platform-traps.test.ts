/** Words of single platforms that mean another thing than they say, or all that is said of a loss. */
import { expect, test } from 'vitest';
import { advance } from '../../src/diagnosis/advance.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { initialState } from '../../src/diagnosis/state.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import { openClawLogReader } from '../../src/gateways/openclaw/log-reader.ts';
import { policyForKind } from '../../src/monitor/gateway/policy-for-kind.ts';
import { instant } from '../instant.ts';
import { at, process, stamp } from './story.ts';

const POLICY = policyForKind(DEFAULT_POLICY, hermes);

/** `[second, logger, message]` */
type Line = readonly [number, string, string];

const saidAt = (link: string, lines: readonly Line[], second: number): string => {
  const reader = hermesLogReader('agent.log');
  const born = { at: instant(at(0)), source: 'process', text: '', link: null, fact: process(100, 0) };
  const state = [
    born,
    ...lines.flatMap(
      ([when, logger, message]) => reader.line(`${stamp(when)} INFO ${logger}: ${message}`)?.evidence ?? [],
    ),
  ].reduce(advance, initialState);
  const { verdicts } = judge(state, { gateway: 'main', policy: POLICY, now: at(second), links: null });
  const own = verdicts.find((verdict) => verdict.link === link);
  return own ? `${own.condition}/${own.remedy}` : 'nothing';
};

const RUNNER = 'gateway.run';
const started = (link: string): readonly Line[] => [
  [0, RUNNER, 'Starting Hermes Gateway...'],
  [2, RUNNER, `✓ ${link} connected`],
  [3, RUNNER, 'Gateway running with 1 platform(s)'],
];
const SLACK = 'slack_bolt.AsyncApp';
const LOGIN = 'A new session (s_1) has been established';
const CLOSED = 'Failed to connect (error: Session is closed); Retrying...';
/** Its adapter prints this of the bridge, and then says that it is connected, whatever it was. */
const bridged = (word: string): readonly Line[] => [
  [0, RUNNER, 'Starting Hermes Gateway...'],
  [1, 'gateway.platforms.whatsapp', `[Whatsapp] ${word}`],
  [2, RUNNER, '✓ whatsapp connected'],
  [3, RUNNER, 'Gateway running with 1 platform(s)'],
];
const each = (from: number, to: number, everyS: number, logger: string, message: string): readonly Line[] =>
  Array.from({ length: Math.floor((to - from) / everyS) + 1 }, (_, n): Line => [from + n * everyS, logger, message]);

const ADAPTER = 'plugins.platforms.slack.adapter';
const UNHEALTHY: Line = [600, ADAPTER, '[Slack] Socket Mode unhealthy (transport disconnected); reconnecting'];

test.each<[string, string, readonly Line[], number, string]>([
  [
    'Slack whose session is closed for good',
    'slack',
    [...started('slack'), [4, SLACK, LOGIN], ...each(600, 1_200, 10, SLACK, CLOSED)],
    1_200,
    'down/restart',
  ],
  [
    'Slack that was made anew, and a task of its former session',
    'slack',
    [...started('slack'), [4, SLACK, LOGIN], UNHEALTHY, [603, SLACK, LOGIN], ...each(610, 1_200, 10, SLACK, CLOSED)],
    1_200,
    'up/none',
  ],
  [
    'Slack that was made anew and then fails in the words of its watchdog',
    'slack',
    [
      ...started('slack'),
      [4, SLACK, LOGIN],
      UNHEALTHY,
      [603, SLACK, LOGIN],
      [700, ADAPTER, '[Slack] Socket Mode unhealthy (transport disconnected); reconnecting'],
      ...each(710, 1_200, 10, SLACK, CLOSED),
    ],
    1_200,
    'down/restart',
  ],
  [
    'Signal whose stream ends at once, again and again',
    'signal',
    [...started('signal'), ...each(10, 900, 2, 'gateway.platforms.signal', 'Signal SSE: connected')],
    900,
    'flapping/alert',
  ],
  [
    'Signal whose stream is opened anew each minute',
    'signal',
    [...started('signal'), ...each(10, 900, 60, 'gateway.platforms.signal', 'Signal SSE: connected')],
    900,
    'up/none',
  ],
  [
    'WhatsApp, whose bridge is not connected after half a minute, and Hermes goes on',
    'whatsapp',
    [...bridged('⚠ WhatsApp not connected after 30s')],
    200,
    'down/alert',
  ],
  ['the same within its time', 'whatsapp', [...bridged('⚠ WhatsApp not connected after 30s')], 150, 'connecting/wait'],
  [
    'the same, and then the bridge is connected',
    'whatsapp',
    [
      ...bridged('⚠ WhatsApp not connected after 30s'),
      [60, 'gateway.platforms.whatsapp', '[Whatsapp] ✅ WhatsApp connected!'],
    ],
    200,
    'up/none',
  ],
  [
    'the same, and then another bridge is ready',
    'whatsapp',
    [
      ...bridged('⚠ WhatsApp not connected after 30s'),
      [60, 'gateway.platforms.whatsapp', '[Whatsapp] Bridge ready (status: connected)'],
    ],
    200,
    'up/none',
  ],
  ['WhatsApp, whose bridge is connected', 'whatsapp', [...bridged('Bridge ready (status: connected)')], 200, 'up/none'],
  [
    'a listener whose port another program has',
    'webhook',
    [
      [0, RUNNER, 'Starting Hermes Gateway...'],
      [2, 'gateway.platforms.webhook', '[webhook] Could not bind 0.0.0.0:8644: address already in use'],
      [2, RUNNER, '✗ webhook failed to connect'],
      [3, RUNNER, 'Gateway running with 1 platform(s)'],
    ],
    600,
    'misconfigured/alert',
  ],
  [
    'a listener that does not begin, and nothing says why',
    'teams',
    [
      [0, RUNNER, 'Starting Hermes Gateway...'],
      [2, RUNNER, '✗ teams failed to connect'],
      [3, RUNNER, 'Gateway running with 1 platform(s)'],
      ...each(30, 900, 300, RUNNER, 'Reconnect teams failed, next retry in 300s'),
    ],
    900,
    'down/alert',
  ],
  [
    'a listener that begins at the second try',
    'webhook',
    [
      [0, RUNNER, 'Starting Hermes Gateway...'],
      [2, RUNNER, '✗ webhook failed to connect'],
      [3, RUNNER, 'Gateway running with 1 platform(s)'],
      [33, RUNNER, 'Reconnecting webhook (attempt 1)...'],
      [34, RUNNER, '✓ webhook reconnected successfully'],
    ],
    900,
    'listening/none',
  ],
  [
    'Google Chat whose stream dies again and again',
    'google_chat',
    [
      ...started('google_chat'),
      ...each(
        300,
        1_500,
        20,
        'plugins.platforms.google_chat.adapter',
        '[GoogleChat] Pub/Sub stream died (attempt 1/10): 503',
      ),
      ...each(
        301,
        1_500,
        20,
        'plugins.platforms.google_chat.adapter',
        '[GoogleChat] Pub/Sub stream reconnected after 1 attempts',
      ),
    ].toSorted(([one], [other]) => one - other),
    1_500,
    'flapping/alert',
  ],
  [
    'Google Chat whose stream died once',
    'google_chat',
    [
      ...started('google_chat'),
      [300, 'plugins.platforms.google_chat.adapter', '[GoogleChat] Pub/Sub stream died (attempt 1/10): 503'],
      [305, 'plugins.platforms.google_chat.adapter', '[GoogleChat] Pub/Sub stream reconnected after 1 attempts'],
    ],
    1_500,
    'up/none',
  ],
  [
    'Discord that connects anew and cannot, and whose loss had no word',
    'discord',
    [
      ...started('discord'),
      [
        600,
        'plugins.platforms.discord.adapter',
        '[Discord] Failed to connect to Discord: Cannot connect to host discord.com:443',
      ],
    ],
    900,
    'down/alert',
  ],
  [
    'Matrix between the tries of the runner, which say nothing but that they failed',
    'matrix',
    [
      [0, RUNNER, 'Starting Hermes Gateway...'],
      [30, RUNNER, '✗ matrix failed to connect'],
      [31, RUNNER, 'Gateway running with 1 platform(s)'],
      [360, RUNNER, 'Reconnecting matrix (attempt 9)...'],
      [390, RUNNER, 'Reconnect matrix failed, next retry in 300s'],
    ],
    600,
    'down/alert',
  ],
])('%s', (_, link, lines, second, expected) => expect(saidAt(link, lines, second)).toBe(expected));

test.each<[string, readonly string[], string]>([
  [
    'stopped by force',
    ['[qqbot] [default] channel stop exceeded 5000ms after abort; continuing shutdown'],
    'down/restart_link',
  ],
  [
    'that its own monitor has started three times in vain',
    Array.from({ length: 3 }, () => '[health-monitor] [qqbot:default] health-monitor: restarting (reason: stopped)'),
    'down/restart',
  ],
])('QQ of OpenClaw, %s', (_, lines, expected) => {
  const reader = openClawLogReader('openclaw.log');
  const told = lines.flatMap(
    (line, n) => reader.line(`${new Date(at(100 + n * 600)).toISOString()} ${line}`)?.evidence ?? [],
  );
  const born = { at: instant(at(0)), source: 'process', text: '', link: null, fact: process(100, 0) };
  const ready = {
    at: instant(at(5)),
    source: 'openclaw.log',
    text: '',
    link: null,
    fact: { kind: 'gateway-ready' },
  } as const;
  const state = [born, ready, ...told].reduce(advance, initialState);
  const policy = policyForKind(DEFAULT_POLICY, kindAt('openclaw', '/nowhere'));
  const { verdicts } = judge(state, { gateway: 'main', policy, now: at(100 + lines.length * 600), links: null });
  const own = verdicts.find(({ link }) => link === 'qqbot');
  expect(`${own?.condition}/${own?.remedy}`).toBe(expected);
});
