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
};

/** @returns the lines of a life of `forMs`, the last of them shortly before `until`. */
export const before = (
  { kind, links }: Pick<IssueRecord, 'kind' | 'links'>,
  until: number,
  forMs: number,
): readonly DatedLine[] => {
  const start = until - forMs;
  const texts = kind === 'hermes' ? hermesLife(links) : openClawLife(links);
  return texts.map((rest, index): DatedLine => ({
    at: start + index * 400,
    zoned: kind === 'openclaw',
    rest,
    whole: null,
    below: [],
  }));
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
