/**
 * An ordinary life before an excerpt whose thread tells that there was one: a start, each link logged in, and from time
 * to time a message. These lines are the generator's own, by the fact sheets, and no quotation.
 */
import type { DatedLine } from './lines.ts';
import type { IssueRecord } from './record.ts';

const HOST = 'wss://api.sgroup.qq.com/websocket';

const HERMES_LOGINS: Readonly<Record<string, readonly string[]>> = {
  qqbot: [
    'INFO [QQBot:102] Access token refreshed, expires in 7200s',
    `INFO [QQBot:102] WebSocket connected to ${HOST}`,
    'INFO [QQBot:102] Connected',
    'INFO ✓ qqbot connected',
    'INFO [QQBot:102] Identify sent',
    'INFO [QQBot:102] Ready, session_id=5d1c-42',
  ],
  feishu: [
    'INFO [Feishu] Connected in websocket mode (feishu)',
    'INFO ✓ feishu connected',
    'INFO Lark: connected to wss://msg-frontier.feishu.cn/ws/v2?device_id=7571 [conn_id=7571]',
  ],
  slack: [
    'INFO [Slack] Socket Mode connected (1 workspace(s))',
    'INFO ✓ slack connected',
    'INFO slack_bolt.AsyncApp: A new session (s_7571) has been established',
  ],
  discord: ['INFO [Discord] Connected as bot', 'INFO ✓ discord connected'],
  telegram: ['INFO [Telegram] Connected to Telegram (polling mode)', 'INFO ✓ telegram connected'],
  wecom: ['INFO [Wecom] Connected to wss://openws.work.weixin.qq.com', 'INFO ✓ wecom connected'],
  signal: ['INFO Signal: connected to http://127.0.0.1:8080', 'INFO ✓ signal connected', 'INFO Signal SSE: connected'],
};

const OPENCLAW_LOGINS: Readonly<Record<string, readonly string[]>> = {
  qqbot: [
    '[qqbot] [qqbot:default] Starting gateway',
    `[qqbot] [qqbot:default] Connecting to ${HOST}`,
    '[qqbot] [qqbot:default] WebSocket connected',
    '[qqbot] [qqbot:default] Gateway ready',
  ],
  feishu: [
    '[feishu] starting feishu[default] (mode: websocket)',
    '[feishu] feishu[default]: WebSocket client started',
    '[feishu] feishu[default]: received message from ou_1 in oc_1 (p2p)',
  ],
  slack: ['[slack] [default] starting provider', '[slack] socket mode connected'],
  whatsapp: ['[whatsapp] [default] starting provider', '[whatsapp] Listening for personal WhatsApp inbound messages.'],
  telegram: ['[telegram] [default] starting provider (@bot)'],
  discord: ['[discord] [default] starting provider', '[discord] logged in to discord as 102'],
};

/** So many questions are answered in it, spread over its first nine tenths. */
const EXCHANGES = 4;
const ANSWER_MS = 11_000;

const hermesExchange = (link: string, chat: string): readonly [string, string] => [
  `INFO gateway.run: inbound message: platform=${link} user=u chat=${chat} msg='x'`,
  `INFO gateway.run: response ready: platform=${link} chat=${chat} time=11.0s api_calls=2 response=90 chars`,
];

/** The lines that tell of questions and answers; QQ's of a reply that is streamed. */
const OPENCLAW_EXCHANGES: Readonly<Record<string, readonly [string, string]>> = {
  feishu: [
    '[feishu] feishu[default]: dispatching to agent (session=agent:main:feishu:direct:ou_1)',
    '[feishu] feishu[default]: dispatch complete (queuedFinal=true, replies=1)',
  ],
  qqbot: [
    '[qqbot] [qqbot:default] Processing message from U1: x',
    '[qqbot] [qqbot:default:streaming] streaming completed, final text length: 90',
  ],
};

/** @returns the lines of a life of `forMs`, the last of them shortly before `until`. */
export const before = (
  { kind, links }: Pick<IssueRecord, 'kind' | 'links'>,
  until: number,
  forMs: number,
): readonly DatedLine[] => {
  const start = until - forMs;
  const texts = kind === 'hermes' ? hermesLife(links) : openClawLife(links);
  const line = (at: number, rest: string): DatedLine => ({
    at,
    zoned: kind === 'openclaw',
    rest,
    whole: null,
    below: [],
  });
  const pieces = texts.map((rest, index) => line(start + index * 400, rest));
  const from = pieces.at(-1)?.at ?? start;
  const exchanges = links.flatMap((link) => exchangeOn(kind, link));
  const pause = (0.9 * forMs - (from - start)) / (EXCHANGES + 1);
  const talk = Array.from({ length: EXCHANGES }, (_, turn) => from + (turn + 1) * pause).flatMap((at) =>
    exchanges.flatMap(([question, answer], index) => [
      line(Math.round(at + index * 2 * ANSWER_MS), question),
      line(Math.round(at + index * 2 * ANSWER_MS + ANSWER_MS), answer),
    ]),
  );
  return [...pieces, ...talk.filter(({ at }) => at < until)];
};

const exchangeOn = (kind: IssueRecord['kind'], link: string): readonly (readonly [string, string])[] => {
  if (kind === 'hermes') return [hermesExchange(link, link === 'feishu' ? 'oc_1' : '1')];
  const exchange = OPENCLAW_EXCHANGES[link];
  return exchange ? [exchange] : [];
};

const hermesLife = (links: readonly string[]): string[] => [
  'INFO Starting Hermes Gateway...',
  ...links.flatMap((link) => [
    `INFO Connecting to ${link}...`,
    ...(HERMES_LOGINS[link] ?? [`INFO ✓ ${link} connected`]),
  ]),
  `INFO Gateway running with ${Math.max(1, links.length)} platform(s)`,
];

const openClawLife = (links: readonly string[]): string[] => [
  '[gateway] loading configuration…',
  '[gateway] ready',
  ...links.flatMap((link) => OPENCLAW_LOGINS[link] ?? []),
];
