/**
 * DingTalk in stream mode (docs/facts/platforms.md 3.7, 5.10): under Hermes only its library tells that it is connected;
 * under OpenClaw the plugin of soimy does, and of others only the gateway's own words are known.
 */
import type { LinkFact } from '../../diagnosis/evidence.ts';
import {
  account,
  always,
  closed,
  failedAnew,
  failedOr,
  inUse,
  line,
  login,
  lostFor,
  open,
  setupIncomplete,
  type Groups,
  type LinePattern,
  type Platform,
} from './platform.ts';

/**
 * What its socket says when the client itself ends it while it is made. The timers of the library's earlier connections
 * go on, and end each later one (docs/facts/platforms.md 5.10).
 */
const CLOSED_BY_ITSELF = 'WebSocket was closed before the connection was established';

/**
 * DingTalk's own plugin writes past the gateway's logger, so that its tag stands in the place of a subsystem. What works
 * it logs in its debug mode alone: a try comes each half minute, and with none for so long it is back.
 */
const CONNECTOR_BACK_MS = 120_000;
const connector = (message: string, fact: LinePattern['fact']): LinePattern => ({
  message: new RegExp(`^\\[DingTalk:(?:__default__|(?<account>[^\\]\\n]{1,100}))\\] ${message}`, 's'),
  fact,
});

/** Its own words for a try that ran into its time, or was told why on the line above. */
const NOT_ESTABLISHED = '连接建立超时或失败';
const connectorFailed = ({ error = '' }: Groups): LinkFact => {
  const fact = failedAnew({ error });
  if (fact.kind !== 'link-retry-failed') return fact;
  return { ...fact, ...(error.includes(NOT_ESTABLISHED) ? { failure: 'network' } : {}), settlesMs: CONNECTOR_BACK_MS };
};

export const dingtalk: Platform = {
  link: 'dingtalk',
  names: { 'zh-CN': '钉钉', en: 'DingTalk' },
  hosts: ['api.dingtalk.com:443', 'wss-open-connection.dingtalk.com:443'],
  graceMs: 180_000,
  restarts: [],
  hermes: {
    tags: ['dingtalk'],
    settles: { after: 'open', ms: 90_000 },
    tagged: [
      // Written before the connection.
      line('Connected via Stream Mode', open),
      line('Stream client error: (?<reason>.*)', lostFor),
      line('Reconnecting in (?<next>[\\d.]{1,12})s', ({ next }) => ({
        kind: 'link-retrying',
        nextInMs: Number(next) * 1_000,
      })),
      line('Failed to connect: (?<error>.*)', failedOr),
      line('(?<reason>DINGTALK_CLIENT_ID and .*required|dingtalk-stream not installed)', setupIncomplete),
      inUse,
      line('Disconnected$', closed),
    ],
    others: [
      {
        logger: /^dingtalk_stream(?:\.|$)/,
        patterns: [
          line('endpoint is ', open),
          line('open connection failed, error=(?<error>.*)', failedOr),
          line('\\[start\\] network exception, error=(?<error>.*)', failedOr),
          line('received disconnect topic=(?<reason>.*)', lostFor),
        ],
      },
    ],
    variables: ['DINGTALK_CLIENT_ID'],
    settings: [
      { variable: 'DINGTALK_CLIENT_ID', key: ['extra', 'client_id'] },
      { variable: 'DINGTALK_CLIENT_SECRET', key: ['extra', 'client_secret'] },
    ],
  },
  openclaw: {
    ids: ['dingtalk', 'dingtalk-connector'],
    credentials: ['clientId', 'clientSecret'],
    status: 'log',
    patterns: [
      account('(?:Starting DingTalk Stream client|Connection attempt \\d{1,6}/)', open),
      account('(?:DingTalk Stream client connected successfully|Reconnection successful)', login),
      account('WebSocket closed event \\(code: (?<code>\\d{1,5})', ({ code }) => ({
        kind: 'link-lost',
        code: Number(code),
      })),
      account('WebSocket error event: (?<reason>.*)', ({ reason = '' }) => ({
        kind: 'link-lost',
        reason,
        ...(reason.includes(CLOSED_BY_ITSELF) ? { byItself: true } : {}),
      })),
      account('(?<reason>Runtime disconnection detected|Connection health check failed|Server disconnect )', lostFor),
      account('(?:Scheduling reconnection in|Will retry connection in) (?<next>[\\d.]{1,12})s', ({ next }) => ({
        kind: 'link-retrying',
        nextInMs: Number(next) * 1_000,
      })),
      account('(?:Connection attempt \\d+ failed|Reconnection failed): (?<error>.*)', failedOr),
      connector('(?:连接建立失败: |重连失败：)(?<error>[^\n]*)', connectorFailed),
      connector('(?:✅ 重连成功|Connected to DingTalk Stream successfully|✅ SDK reconnected)', login),
      connector('WebSocket close: code=(?<code>\\d{1,5})', ({ code }) => ({
        kind: 'link-lost',
        code: Number(code),
        settlesMs: CONNECTOR_BACK_MS,
      })),
      // The gateway's own words: the plugin's task has ended, and with it what it had connected (soimy's #131).
      account('auto-restart attempt \\d+/\\d+ in (?<next>[\\d.]{1,12})s', ({ next }) => ({
        kind: 'link-retrying',
        nextInMs: Number(next) * 1_000,
        wasLost: true,
      })),
      account(
        'Max (?:connection attempts|consecutive deadline timeouts|runtime reconnect cycles) ',
        always({ kind: 'link-gave-up' }),
      ),
    ],
  },
};
