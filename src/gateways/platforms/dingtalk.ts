/** DingTalk in stream mode (docs/facts/platforms.md 3.7): only its library tells that it is connected. */
import { closed, failedOr, inUse, line, lostFor, open, setupIncomplete, type Platform } from './platform.ts';

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
      line('Reconnecting in (?<next>[\\d.]+)s', ({ next }) => ({
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
  openclaw: null,
};
