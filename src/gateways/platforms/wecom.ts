/** WeCom's AI bot over a socket (docs/facts/platforms.md 3.6, 5.6). */
import {
  account,
  always,
  closed,
  failedOr,
  failureOf,
  inUse,
  line,
  login,
  lost,
  lostFor,
  open,
  refused,
  traffic,
  type Platform,
} from './platform.ts';

/** WeCom's codes for a bot id or secret that is wrong. */
const CREDENTIALS = /errcode=(?:40001|40013|40014|40056|40058|42001|60020|853000|846601)\b/;

export const wecom: Platform = {
  link: 'wecom',
  names: { 'zh-CN': '企业微信', en: 'WeCom' },
  hosts: ['openws.work.weixin.qq.com:443'],
  // Dropped every five minutes as a matter of course, and back within one.
  graceMs: 120_000,
  retryHorizonMs: 110_000,
  restarts: [],
  logsTries: ['hermes'],
  hermes: {
    tags: ['wecom'],
    connectedProves: true,
    tagged: [
      // Both come behind the acknowledgement of the subscription, unlike QQ's.
      line('Connected to ', login),
      line('Reconnected$', login),
      line('WebSocket error: (?<reason>.*)', lostFor),
      line('Reconnect failed: (?<error>.*)', ({ error = '' }) =>
        CREDENTIALS.test(error) ? refused(error, 'credentials_refused') : failureOf(error),
      ),
      line('Failed to connect: (?<error>.*)', failedOr),
      line('WeCom startup failed: (?<reason>.*)', ({ reason = '' }) => refused(reason, 'setup_incomplete')),
      line('Send failed: .*(?<reason>846609.*)', lostFor),
      line('Flushing text batch ', traffic),
      inUse,
      line('Disconnected$', closed),
    ],
    variables: ['WECOM_BOT_ID', 'WECOM_SECRET'],
    settings: [
      { variable: 'WECOM_BOT_ID', key: ['extra', 'bot_id'] },
      { variable: 'WECOM_SECRET', key: ['extra', 'secret'] },
    ],
  },
  openclaw: {
    ids: ['wecom'],
    credentials: ['botId', 'secret'],
    keys: [{ key: 'botId' }, { key: 'secret' }],
    status: 'log',
    patterns: [
      account('WebSocket connected', open),
      account('Authentication successful', login),
      account('WebSocket disconnected: (?<reason>.*)', lostFor),
      account('Reconnecting attempt ', always({ kind: 'link-retrying' })),
      account('Connection lost, reconnecting in (?<ms>\\d+)ms', ({ ms }) => ({
        kind: 'link-retrying',
        nextInMs: Number(ms),
      })),
      account('(?:WARN: )?No heartbeat ack received', always(lost('no heartbeat was acknowledged'))),
      account('Max reconnect attempts reached', always(lost('it has ended its tries'))),
      account('Authentication failed: (?<error>.*)', ({ error = '' }) => failureOf(error)),
      account('(?<reason>Auth failure attempts exhausted.*)', ({ reason = '' }) =>
        refused(reason, 'credentials_refused'),
      ),
      account('(?<reason>Kicked by server.*)', ({ reason = '' }) => refused(reason, 'token_in_use')),
    ],
  },
};
