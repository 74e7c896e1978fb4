import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createLinkNames } from '../../../src/gateways/openclaw/accounts.ts';
import { parseHead, parseLogLine } from '../../../src/gateways/openclaw/log-line.ts';
import { openClawLogReader } from '../../../src/gateways/openclaw/log-reader.ts';
import { openClawSymptom } from '../../../src/gateways/openclaw/symptoms.ts';
import { AT, at, consoleLine, json } from './lines.ts';
import { instant } from '../../instant.ts';

const SEVERAL = createLinkNames({
  channels: {
    feishu: { appId: 'cli_1', accounts: { work: { appId: 'cli_2' } } },
    qqbot: { accounts: { main: { appId: '1' }, other: { appId: '2' } } },
  },
});
const read = (line: string, names?: typeof SEVERAL) =>
  openClawLogReader('openclaw.log', names)
    .line(line)
    ?.evidence.map(({ link, fact }) => ({ link, ...fact }));

describe('a line of the log', () => {
  test.each<[string, string, ReturnType<typeof parseLogLine>]>([
    [
      'with a message',
      json('gateway/health-monitor', 'x'),
      { at: instant(at), level: 'info', subsystem: 'gateway/health-monitor', message: 'x' },
    ],
    [
      'of a library',
      json(null, "[error]: [ '[ws]', 'x' ]"),
      { at: instant(at), level: 'info', subsystem: null, message: "[error]: [ '[ws]', 'x' ]" },
    ],
    [
      'without a message',
      JSON.stringify({ 0: '{"subsystem":"gateway"}', 1: 'ready', time: AT, _meta: { logLevelName: 'WARN' } }),
      { at: instant(at), level: 'warning', subsystem: 'gateway', message: 'ready' },
    ],
    [
      'with structured fields',
      JSON.stringify({ 0: '{"module":"m"}', 1: { a: 1 }, 2: 'the text', time: AT, _meta: { logLevelName: 'FATAL' } }),
      { at: instant(at), level: 'critical', subsystem: 'm', message: 'the text' },
    ],
    [
      'of the console',
      consoleLine('gateway', 'ready'),
      { at: instant(at), level: null, subsystem: 'gateway', message: 'ready' },
    ],
    [
      'of the console, in colour',
      `\u001b[90m${AT}\u001b[39m [gateway] \u001b[36mready\u001b[39m`,
      { at: instant(at), level: null, subsystem: 'gateway', message: 'ready' },
    ],
    [
      'of the console, of a library',
      consoleLine(null, 'hello'),
      { at: instant(at), level: null, subsystem: null, message: 'hello' },
    ],
    ['that is cut', '{"0":"{\\"subsystem', null],
    ['of another writer', '    at Object.<anonymous>', null],
    ['that is no object', '[1]', null],
    ['without a time', JSON.stringify({ message: 'x' }), null],
    ['with a wrong time', JSON.stringify({ message: 'x', time: 'yesterday' }), null],
  ])('%s', (_, line, expected) => {
    expect(parseLogLine(line)).toEqual(expected);
    const head = parseHead(line);
    expect(head && [head.at, head.level]).toEqual(expected && [expected.at, expected.level]);
  });
});

const LINES: readonly [string, string | null, string, object[]][] = [
  [
    'QQ starts',
    'channels/qqbot',
    '[qqbot:default] Starting gateway — appId=1***, enabled=true, name=undefined',
    [{ link: 'qqbot', kind: 'link-open' }],
  ],
  ['QQ opens a socket', 'channels/qqbot', '[default] WebSocket connected', [{ link: 'qqbot', kind: 'link-open' }]],
  ['QQ logged in', 'channels/qqbot', '[qqbot:default] Gateway ready', [{ link: 'qqbot', kind: 'link-login' }]],
  ['QQ resumed', 'channels/qqbot', '[default] Gateway resumed', [{ link: 'qqbot', kind: 'link-login' }]],
  ['QQ of the newer plugin', 'openclaw-qqbot', '[default] Gateway ready', [{ link: 'qqbot', kind: 'link-login' }]],
  ['QQ of plugin 1.x, resumed', 'qqbot', '[qqbot:default] Session resumed', [{ link: 'qqbot', kind: 'link-login' }]],
  [
    'QQ of plugin 1.x, logged in',
    'qqbot',
    '[qqbot:default] Ready with groups and private chats, session: 7a-1',
    [{ link: 'qqbot', kind: 'link-login' }],
  ],
  [
    'QQ of plugin 1.x, an event',
    'qqbot',
    '[qqbot:default] 📩 Dispatch event: t=C2C_MESSAGE_CREATE, d={"content":"[qqbot] gateway socket closed (1006)"}',
    [{ link: 'qqbot', kind: 'link-traffic' }],
  ],
  ...(
    [
      ['starting gateway for account default', [{ kind: 'link-open' }]],
      ['connecting gateway: wss://api.sgroup.qq.com/websocket', [{ kind: 'link-host', host: 'api.sgroup.qq.com:443' }]],
      ['gateway socket opened', [{ kind: 'link-open' }]],
      ['gateway ready', [{ kind: 'link-login' }]],
      ['gateway resumed', [{ kind: 'link-login' }]],
      ['[inbound-user] accountId=default senderId=U1 content="gateway ready"', [{ kind: 'link-traffic' }]],
      ['[WARN] gateway socket closed (1006) ', [{ kind: 'link-lost', code: 1006 }]],
      [
        '[WARN] gateway socket closed (4009) Session timed out',
        [{ kind: 'link-lost', code: 4009, reason: 'Session timed out' }],
      ],
      [
        '[ERROR] gateway socket error: Error: read ECONNRESET',
        [{ kind: 'link-lost', reason: 'Error: read ECONNRESET' }],
      ],
      [
        '[ERROR] gateway connect failed: HttpError: HTTP 401: Unauthorized',
        [
          {
            kind: 'link-retry-failed',
            failure: 'platform',
            refused: 'credentials_refused',
            error: 'HttpError: HTTP 401: Unauthorized',
          },
        ],
      ],
      [
        '[ERROR] gateway connect failed: TypeError: fetch failed',
        [{ kind: 'link-retry-failed', failure: 'network', error: 'TypeError: fetch failed' }],
      ],
      ['[WARN] [reconnect] socket closed; retry in 2000ms', [{ kind: 'link-retrying', nextInMs: 2_000 }]],
      [
        '[WARN] [reconnect] server requested reconnect; retry in 1000ms',
        [{ kind: 'link-retrying', nextInMs: 1_000, wasLost: true }],
      ],
      ['abort signal received, stopping gateway', [{ kind: 'link-closed' }]],
      ['stop requested', [{ kind: 'link-closed' }]],
      ['no visible reply generated for group mention; sending fallback text', []],
    ] satisfies [string, object[]][]
  ).flatMap(([message, facts]): [string, string, string, object[]][] =>
    [
      ['channels/qqbot', `[qqbot] ${message}`],
      ['qqbot', message],
    ].map(([subsystem = '', text = '']) => [
      `QQ of openclaw-china: ${text}`,
      subsystem,
      text,
      facts.map((fact) => ({ link: 'qqbot', ...fact })),
    ]),
  ),
  [
    'QQ refused its token, and takes a new one',
    'channels/qqbot',
    '[default] Invalid token (4004), will refresh token and reconnect',
    [{ link: 'qqbot', kind: 'link-retrying', anew: true }],
  ],
  [
    'a channel whose task never began',
    'channels/feishu',
    "[feishu] channel startup failed: Cannot find module './x'",
    [{ link: 'feishu', kind: 'link-rejected', reason: "Cannot find module './x'", why: 'setup_incomplete' }],
  ],
  [
    'QQ closed',
    'channels/qqbot',
    '[default] WebSocket closed: 4009 session timed out',
    [{ link: 'qqbot', kind: 'link-lost', code: 4009, reason: 'session timed out' }],
  ],
  [
    'QQ closed for good with 1000',
    'channels/qqbot',
    '[qqbot:default] Gateway disconnected: close code 1000',
    [{ link: 'qqbot', kind: 'link-lost', reason: 'close code 1000' }],
  ],
  [
    'QQ refused its token',
    'channels/qqbot',
    '[qqbot:default] Gateway disconnected: invalid token (4004)',
    [{ link: 'qqbot', kind: 'link-lost', reason: 'invalid token (4004)' }],
  ],
  [
    'QQ off line',
    'channels/qqbot',
    '[default] Bot is offline/sandbox-only. Please contact QQ platform.',
    [{ link: 'qqbot', kind: 'link-rejected', reason: 'offline/sandbox-only' }],
  ],
  [
    'QQ banned',
    'channels/qqbot',
    '[default] Bot is banned. Please contact QQ platform.',
    [{ link: 'qqbot', kind: 'link-rejected', reason: 'banned' }],
  ],
  [
    'QQ off line, in the other words',
    'channels/qqbot',
    '[qqbot:default] Gateway disconnected: offline/sandbox-only',
    [{ link: 'qqbot', kind: 'link-rejected', reason: 'offline/sandbox-only' }],
  ],
  [
    'QQ gave up',
    'channels/qqbot',
    '[default] Max reconnect attempts reached or aborted',
    [{ link: 'qqbot', kind: 'link-gave-up' }],
  ],
  [
    'QQ gave up, newer words',
    'openclaw-qqbot',
    '[default] Max reconnect attempts reached (100)',
    [{ link: 'qqbot', kind: 'link-gave-up' }],
  ],
  [
    'QQ waits',
    'channels/qqbot',
    '[default] Rate limited (4008), waiting 60000ms',
    [{ link: 'qqbot', kind: 'link-retrying', nextInMs: 60_000 }],
  ],
  [
    'QQ tries',
    'channels/qqbot',
    'Reconnecting default in 5000ms (attempt 3)',
    [{ link: 'qqbot', kind: 'link-retrying', attempt: 3, nextInMs: 5_000 }],
  ],
  [
    'QQ flaps and goes on',
    'channels/qqbot',
    '[default] Too many quick disconnects. This may indicate a permission issue.',
    [{ link: 'qqbot', kind: 'link-retrying' }],
  ],
  [
    'QQ without a token, for a reason that the sink hid',
    'channels/qqbot',
    '[default] Connection failed: Failed to get access_token: ***',
    [
      {
        link: 'qqbot',
        kind: 'link-retry-failed',
        failure: 'platform',
        refused: 'credentials_refused',
        error: 'Failed to get access_token: ***',
        wasLost: true,
      },
    ],
  ],
  [
    'QQ cannot reach',
    'channels/qqbot',
    '[default] [qqbot:token:102030405] Network error: fetch failed',
    [{ link: 'qqbot', kind: 'link-retry-failed', failure: 'network', error: 'Network error: fetch failed' }],
  ],
  [
    'QQ answers with an error',
    'openclaw-qqbot',
    '[default] Connection failed: Token fetch failed: HTTP 500',
    [
      {
        link: 'qqbot',
        kind: 'link-retry-failed',
        failure: 'platform',
        error: 'Token fetch failed: HTTP 500',
        wasLost: true,
      },
    ],
  ],
  [
    'QQ is asked too often',
    'qqbot',
    '[qqbot:default] Connection failed: Error: API Error [/gateway]: 接口调用超过频率限制',
    [
      {
        link: 'qqbot',
        kind: 'link-retry-failed',
        failure: 'platform',
        refused: 'platform_errors',
        error: 'Error: API Error [/gateway]: 接口调用超过频率限制',
        wasLost: true,
      },
    ],
  ],
  [
    'QQ answers with an error of its interface',
    'qqbot',
    '[qqbot:default] Connection failed: API Error [/gateway]: internal error',
    [
      {
        link: 'qqbot',
        kind: 'link-retry-failed',
        failure: 'platform',
        error: 'API Error [/gateway]: internal error',
        wasLost: true,
      },
    ],
  ],
  [
    'the host of QQ',
    'channels/qqbot',
    '[default] Connecting to wss://api.sgroup.qq.com/websocket?token=s3cret',
    [{ link: 'qqbot', kind: 'link-host', host: 'api.sgroup.qq.com:443' }],
  ],
  [
    'QQ not set up',
    'channels/qqbot',
    'QQBot not configured (missing appId or clientSecret)',
    [{ link: 'qqbot', kind: 'link-rejected', reason: 'QQBot not configured (missing appId or clientSecret)' }],
  ],
  [
    'a routine loss that it tells twice',
    'channels/qqbot',
    '[default] Error 4009 (session timed out), will re-identify',
    // No second loss, and a new login.
    [{ link: 'qqbot', kind: 'link-retrying', anew: true }],
  ],
  [
    'a session of QQ that met a fault of the platform',
    'channels/qqbot',
    '[default] Internal error (4900), will re-identify',
    [{ link: 'qqbot', kind: 'link-retrying', anew: true }],
  ],
  [
    'a token of QQ that cannot be fetched while the link is up',
    'channels/qqbot',
    '[default] [qqbot:token:102] Background refresh failed: fetch failed',
    [
      {
        link: 'qqbot',
        kind: 'link-retry-failed',
        failure: 'network',
        error: 'Background refresh failed: fetch failed',
      },
    ],
  ],
  [
    'a connection of Feishu that openclaw-china cannot open',
    'feishu',
    'failed to start WebSocket connection: Error: getaddrinfo ENOTFOUND open.feishu.cn',
    [
      {
        link: 'feishu',
        kind: 'link-retry-failed',
        failure: 'network',
        error: 'Error: getaddrinfo ENOTFOUND open.feishu.cn',
      },
    ],
  ],
  [
    'a request of an older Feishu plugin that the platform refused',
    'feishu',
    'feishu[default]: AxiosError: Request failed with status code 400',
    [
      {
        link: 'feishu',
        kind: 'link-retry-failed',
        failure: 'platform',
        refused: 'platform_errors',
        error: 'AxiosError: Request failed with status code 400',
      },
    ],
  ],
  [
    'the same that met a fault of the platform',
    'feishu',
    'feishu[work]: AxiosError: Request failed with status code 502',
    [
      {
        link: 'feishu:work',
        kind: 'link-retry-failed',
        failure: 'platform',
        error: 'AxiosError: Request failed with status code 502',
      },
    ],
  ],
  [
    'the same that reached nobody',
    'gateway/channels/feishu',
    'AxiosError: timeout of 15000ms exceeded',
    [
      {
        link: 'feishu',
        kind: 'link-retry-failed',
        failure: 'network',
        error: 'AxiosError: timeout of 15000ms exceeded',
      },
    ],
  ],
  [
    'an answer without a token',
    'feishu',
    "feishu[default]: TypeError: Cannot destructure property 'tenant_access_token' of '(intermediate value)' as it is undefined.",
    [
      {
        link: 'feishu',
        kind: 'link-retry-failed',
        failure: 'platform',
        error:
          "TypeError: Cannot destructure property 'tenant_access_token' of '(intermediate value)' as it is undefined.",
      },
    ],
  ],
  [
    'the SDK with its tag in the place of a subsystem, cut off',
    'ws',
    'getaddrinfo ENOTFOUND open.feishu.cn',
    [
      {
        link: 'feishu',
        kind: 'link-retry-failed',
        failure: 'network',
        error: 'getaddrinfo ENOTFOUND open.feishu.cn',
      },
    ],
  ],
  ['the gateway’s own [ws], of its users', 'ws', 'closed before connect conn=1 code=1006 host=127.0.0.1', []],
  ['the same about its requests', 'ws', '⇄ res ✓ sessions.list 5801ms conn=C1 id=I1', []],
  [
    'a comment that openclaw-lark hears of',
    'feishu',
    'feishu[default]: drive comment event: type=docx, comment=7, @bot',
    [{ link: 'feishu', kind: 'link-traffic' }],
  ],
  [
    'an invitation to a meeting',
    'feishu',
    'feishu[default]: vc invited event received (ingress=websocket) event_id=e app_id=cli_1',
    [{ link: 'feishu', kind: 'link-traffic' }],
  ],
  ['what it does with one later', 'feishu', 'feishu[default]: comment event on 7, dispatching to agent', []],
  [
    'Feishu’s messages without the account’s tag',
    'feishu',
    'received message from ou_1 in oc_1 (p2p)',
    [{ link: 'feishu', kind: 'link-traffic' }],
  ],
  [
    'an older start',
    'gateway',
    'listening on ws://127.0.0.1:18789 (PID 4711)',
    [
      { link: null, kind: 'gateway-ready', pid: 4711 },
      { link: null, kind: 'config-taken' },
    ],
  ],
  [
    'an older stop',
    'gateway',
    'signal SIGTERM received',
    [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: false, bySignal: true }],
  ],
  ['an older end', 'clawdbot', 'Uncaught exception: Error: x', [{ link: null, kind: 'gateway-exit', code: 1 }]],
  [
    'a token that the platform refuses',
    'channels/qqbot',
    '[default] Connection failed: Token fetch failed: HTTP 401',
    [
      {
        link: 'qqbot',
        kind: 'link-retry-failed',
        failure: 'platform',
        refused: 'credentials_refused',
        error: 'Token fetch failed: HTTP 401',
        wasLost: true,
      },
    ],
  ],
  [
    'Feishu starts',
    'channels/feishu',
    'starting feishu[default] (mode: websocket)',
    [{ link: 'feishu', kind: 'link-open' }],
  ],
  [
    'Feishu opens',
    'channels/feishu',
    'feishu[default]: starting WebSocket connection...',
    [{ link: 'feishu', kind: 'link-open' }],
  ],
  [
    'the word of a client that is not connected',
    'channels/feishu',
    'feishu[default]: WebSocket client started',
    [{ link: 'feishu', kind: 'link-open' }],
  ],
  [
    'what has thrown while the SDK asked for an address: protocol mismatch',
    null,
    "[error]: [ '[ws]', 'protocol mismatch' ]",
    [{ link: 'feishu', kind: 'link-retry-failed', failure: 'other', error: 'protocol mismatch' }],
  ],
  [
    'what has thrown while the SDK asked for an address: timeout of 15000ms exceeded',
    null,
    "[error]: [ '[ws]', 'timeout of 15000ms exceeded' ]",
    [{ link: 'feishu', kind: 'link-retry-failed', failure: 'network', error: 'timeout of 15000ms exceeded' }],
  ],
  [
    'what has thrown while the SDK asked for an address: self-signed certificate',
    null,
    "[error]: [ '[ws]', 'self-signed certificate' ]",
    [{ link: 'feishu', kind: 'link-retry-failed', failure: 'other', error: 'self-signed certificate' }],
  ],
  [
    'what has thrown while the SDK asked for an address: socket hang up',
    null,
    "[error]: [ '[ws]', 'socket hang up' ]",
    [{ link: 'feishu', kind: 'link-retry-failed', failure: 'network', error: 'socket hang up' }],
  ],
  ['what the SDK could not send', null, "[error]: [ '[ws]', 'send data failed' ]", []],
  ['a frame that it could not read', null, "[error]: [ '[ws]', 'failed to handle inbound frame: x' ]", []],
  ['what follows an error of a socket is told by its close', null, "[error]: [ '[ws]', 'ws error' ]", []],
  ['another word that proves nothing', null, "[info]: [ '[ws]', 'ws client ready' ]", []],
  ['its name, which is an HTTP answer', 'channels/feishu', 'feishu[default]: bot open_id resolved: ou_1', []],
  [
    'Feishu dropped',
    null,
    "[info]: [ '[ws]', 'reconnect' ]",
    [{ link: 'feishu', kind: 'link-lost', reason: 'the connection ended', returnsSilently: true }],
  ],
  [
    'Feishu half open',
    null,
    "[warn]: [\n  '[ws]',\n  'no pong/inbound within 3s of last ping, terminating to trigger reconnect'\n]",
    [{ link: 'feishu', kind: 'link-lost', reason: 'no pong', returnsSilently: true }],
  ],
  [
    'Feishu refused',
    null,
    "[error]: [ '[ws]', 'connect ECONNREFUSED 127.0.0.77:443' ]",
    [{ link: 'feishu', kind: 'link-retry-failed', failure: 'network', error: 'connect ECONNREFUSED 127.0.0.77:443' }],
  ],
  [
    'Feishu not reached, with the stray quotes of the SDK',
    null,
    `[info]: [ 'ws', 'unable to connect to the server after trying 2 times")' ]`,
    [
      {
        link: 'feishu',
        kind: 'link-retry-failed',
        failure: 'other',
        error: 'unable to connect to the server after trying 2 times',
      },
    ],
  ],
  [
    'Feishu says that it is busy',
    null,
    "[error]: [ '[ws]', 'code: 1, system busy' ]",
    [{ link: 'feishu', kind: 'link-retry-failed', failure: 'platform', error: 'code: 1, system busy' }],
  ],
  [
    'Feishu gave up, which it calls recoverable',
    'channels/feishu',
    'feishu[default]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=1, msg=system busy',
    [{ link: 'feishu', kind: 'link-gave-up' }],
  ],
  [
    'Feishu refuses its secret, which it calls recoverable',
    'channels/feishu',
    'feishu[default]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=514, msg=auth failed',
    [
      {
        link: 'feishu',
        kind: 'link-rejected',
        reason: 'pullConnectConfig failed: code=514, msg=auth failed',
        why: 'credentials_refused',
      },
    ],
  ],
  [
    'Feishu does not let this app connect',
    'channels/feishu',
    'feishu[default]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=403, msg=forbidden',
    [{ link: 'feishu', kind: 'link-rejected', reason: 'pullConnectConfig failed: code=403, msg=forbidden' }],
  ],
  [
    'Feishu has too many connections of this app',
    'channels/feishu',
    'feishu[default]: WebSocket SDK reported recoverable error: pullConnectConfig failed: code=1000040350, msg=too many',
    [
      {
        link: 'feishu',
        kind: 'link-rejected',
        reason: 'pullConnectConfig failed: code=1000040350, msg=too many',
        why: 'token_in_use',
      },
    ],
  ],
  [
    'Feishu makes a new client',
    'channels/feishu',
    'feishu[default]: WebSocket connection ended, recreating client in 1000ms: WebSocket reconnect exhausted after 5 attempts',
    [{ link: 'feishu', kind: 'link-lost', reason: 'WebSocket reconnect exhausted after 5 attempts' }],
  ],
  [
    'Feishu cannot make one',
    'channels/feishu',
    'feishu[default]: WebSocket start failed, retrying in 4000ms: getaddrinfo ENOTFOUND open.feishu.cn',
    [
      {
        link: 'feishu',
        kind: 'link-retry-failed',
        failure: 'network',
        error: 'getaddrinfo ENOTFOUND open.feishu.cn',
        nextInMs: 4_000,
      },
    ],
  ],
  [
    'a malformed app id',
    null,
    "[error]: [ '[ws]', 'invalid appId: cli_x' ]",
    [{ link: 'feishu', kind: 'link-rejected', reason: 'invalid appId: cli_x' }],
  ],
  [
    'Feishu stops',
    'channels/feishu',
    'feishu[default]: abort signal received, stopping',
    [{ link: 'feishu', kind: 'link-closed' }],
  ],
  ['Feishu closed', null, "[info]: [ '[ws]', 'ws client closed manually' ]", [{ link: 'feishu', kind: 'link-closed' }]],
  [
    'traffic',
    'channels/feishu',
    'feishu[default]: received message from ou_1 in oc_1',
    [{ link: 'feishu', kind: 'link-traffic' }],
  ],
  [
    'its own healing',
    'gateway/health-monitor',
    '[feishu:default] health-monitor: restarting (reason: disconnected)',
    [{ link: 'feishu', kind: 'link-retrying' }],
  ],
  [
    'its own healing, in shorter words',
    'gateway/health-monitor',
    '[feishu:default] restarting (reason: stuck)',
    [{ link: 'feishu', kind: 'link-retrying' }],
  ],
  [
    'its own healing fails',
    'gateway/health-monitor',
    '[qqbot:default] health-monitor: restart failed: Error: boom',
    [{ link: 'qqbot', kind: 'link-retry-failed', failure: 'other', error: 'Error: boom' }],
  ],
  [
    'its own healing has had enough',
    'gateway/health-monitor',
    '[qqbot:default] health-monitor: hit 10 restarts/hour limit, skipping',
    [{ link: 'qqbot', kind: 'link-needs-attention' }],
  ],
  [
    'its own healing takes it for terminal',
    'gateway/health-monitor',
    '[qqbot:default] health-monitor: skipping restart, terminal-disconnect',
    [{ link: 'qqbot', kind: 'link-gave-up', terminal: true }],
  ],
  [
    'a plugin of a channel that does not load',
    'plugins',
    "[plugins] feishu failed to load from /home/lin/.openclaw/extensions/feishu/index.ts: Error: Cannot find module 'x'",
    [
      {
        link: 'feishu',
        kind: 'link-rejected',
        reason:
          "its plugin failed to load: /home/lin/.openclaw/extensions/feishu/index.ts: Error: Cannot find module 'x'",
        why: 'setup_incomplete',
        unbegun: true,
      },
    ],
  ],
  [
    'one of another kind',
    'plugins',
    '[plugins] memory-lancedb failed to load from /home/lin/.openclaw/extensions/x/index.ts: Error: x',
    [],
  ],
  [
    'its healing of another channel',
    'gateway/health-monitor',
    '[irc:default] health-monitor: restarting (reason: stopped)',
    [],
  ],
  [
    'its healing of a platform with facts of its own',
    'gateway/health-monitor',
    '[telegram:default] health-monitor: restarting (reason: stopped)',
    [{ link: 'telegram', kind: 'link-retrying' }],
  ],
  [
    'its brake, by its monitor',
    'gateway/health-monitor',
    '[feishu:default] health-monitor: channel autostart suppressed; treating as expected stopped',
    [{ link: 'feishu', kind: 'link-held', reason: 'channel autostart suppressed by its restart-loop breaker' }],
  ],
  [
    'its brake, by the channel',
    'channels/feishu',
    'channel autostart suppressed by crash-loop breaker; refusing automatic start for feishu. Start a channel manually with: openclaw gateway call channels.start',
    [{ link: 'feishu', kind: 'link-held', reason: 'channel autostart suppressed by crash-loop breaker' }],
  ],
  [
    'its restarts',
    'channels/feishu',
    '[default] auto-restart attempt 2/10 in 10s',
    [{ link: 'feishu', kind: 'link-retrying', attempt: 2, nextInMs: 10_000 }],
  ],
  [
    'its restarts have ended',
    'channels/feishu',
    '[default] giving up after 10 restart attempts',
    [{ link: 'feishu', kind: 'link-gave-up', counted: true }],
  ],
  [
    'its restarts have not begun',
    'channels/qqbot',
    '[default] auto-restart skipped, terminal disconnect',
    [{ link: 'qqbot', kind: 'link-gave-up', terminal: true }],
  ],
  [
    'a channel that ended',
    'channels/feishu',
    '[default] channel exited: TypeError: x',
    [{ link: 'feishu', kind: 'link-lost', reason: 'TypeError: x', ended: true }],
  ],
  [
    'a channel that ended without a word',
    'channels/feishu',
    '[default] channel exited without an error',
    [{ link: 'feishu', kind: 'link-lost', reason: 'the channel ended', ended: true }],
  ],
  ['a start', 'gateway', 'loading configuration…', [{ link: null, kind: 'gateway-starting' }]],
  [
    'ready, in the file',
    'gateway',
    'gateway ready',
    [
      { link: null, kind: 'gateway-ready' },
      { link: null, kind: 'config-taken' },
    ],
  ],
  [
    'ready, on the console',
    'gateway',
    'ready',
    [
      { link: null, kind: 'gateway-ready' },
      { link: null, kind: 'config-taken' },
    ],
  ],
  [
    'no more work is taken',
    'gateway/admission',
    'admission closed: stop (SIGTERM)',
    [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: false, bySignal: true }],
  ],
  [
    'the same, on the console',
    'gateway/admission',
    'closed: stop (SIGTERM)',
    [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: false, bySignal: true }],
  ],
  [
    'a stop',
    'gateway',
    'received SIGTERM; shutting down',
    [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: false, bySignal: true }],
  ],
  [
    'a stop by somebody at its terminal',
    'gateway',
    'received SIGINT; shutting down',
    [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: false }],
  ],
  [
    'the same, where no more work is taken',
    'gateway/admission',
    'closed: stop (SIGINT)',
    [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: false }],
  ],
  [
    'a configuration that became wrong while it starts',
    'gateway',
    'Refusing to start the gateway because the final config read became invalid. Retry startup after fixing the config.',
    [
      {
        link: null,
        kind: 'config-fatal',
        reason:
          'Refusing to start the gateway because the final config read became invalid. Retry startup after fixing the config.',
      },
    ],
  ],
  [
    'a configuration that a newer OpenClaw has written',
    'gateway',
    'Refusing to start the gateway service because this OpenClaw binary (2026.2.26) is older than the config last written by OpenClaw 2026.9.6.',
    [
      {
        link: null,
        kind: 'config-fatal',
        reason:
          'Refusing to start the gateway service because this OpenClaw binary (2026.2.26) is older than the config last written by OpenClaw 2026.9.6.',
      },
    ],
  ],
  [
    'a restart',
    'gateway',
    'received SIGUSR2; restarting',
    [{ link: null, kind: 'gateway-stopping', planned: true, forRestart: true }],
  ],
  ['its end', 'gateway/shutdown', 'shutdown completed cleanly in 45ms', [{ link: null, kind: 'gateway-stopped' }]],
  [
    'its end, on the console',
    'gateway/shutdown',
    'completed cleanly in 45ms',
    [{ link: null, kind: 'gateway-stopped' }],
  ],
  [
    'a second gateway',
    null,
    'Gateway failed to start: gateway already running under systemd; existing gateway is healthy, exiting with code 78',
    [{ link: null, kind: 'another-instance', pid: null }],
  ],
  [
    'a start whose port another process holds',
    null,
    'Gateway failed to start: listen EADDRINUSE: address already in use 127.0.0.1:18789',
    [{ link: null, kind: 'port-refused', port: 18_789 }],
  ],
  [
    'a second start that leaves the first in control',
    'gateway',
    'gateway already running under launchd; existing gateway is healthy, leaving it in control',
    [{ link: null, kind: 'another-instance', pid: null }],
  ],
  [
    'a second start that waits for what the first holds',
    'gateway',
    'gateway-lifecycle ownership held by another OpenClaw process under systemd; waiting 5000ms before retrying startup',
    [{ link: null, kind: 'another-instance', pid: null, retries: true }],
  ],
  [
    'a configuration that is refused, as an error',
    null,
    'Gateway failed to start: Error: Invalid config: hooks.token must not match gateway auth token.',
    [
      {
        link: null,
        kind: 'config-fatal',
        reason: 'Invalid config: hooks.token must not match gateway auth token.',
      },
    ],
  ],
  [
    'a start that its own state does not allow',
    null,
    'Gateway failed to start: Legacy session store must be migrated. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start.',
    [
      {
        link: null,
        kind: 'config-fatal',
        reason:
          'Legacy session store must be migrated. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start.',
      },
    ],
  ],
  [
    'a start that something of the last one is in the way of',
    null,
    'Gateway failed to start: Doctor could not enter maintenance. StateDatabaseCoordinatorContentionError: another OpenClaw process owns gateway-lifecycle Stop the Gateway service and other OpenClaw processes using this state, then run openclaw doctor --fix from an independent shell. | gateway.maintenance_required. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start.',
    [],
  ],
  [
    'a setting that contradicts another',
    null,
    'Gateway failed to start: Error: tailscale funnel requires gateway auth mode=password',
    [{ link: null, kind: 'config-fatal', reason: 'tailscale funnel requires gateway auth mode=password' }],
  ],
  ...[
    'config change requires gateway restart (gateway.port)',
    'restart timeout after 30328ms with 2 operation(s), 2 embedded run(s) still active; restarting anyway',
    'all operations and replies completed; restarting gateway now',
  ].map((text): (typeof LINES)[number] => [
    `its own restart: ${text.slice(0, 20)}`,
    'reload',
    text,
    [{ link: null, kind: 'restart-announced' }],
  ]),
  ...(
    [
      ['gateway-tool', 'gateway tool: restart requested (delayMs=default, reason=none)'],
      ['restart', 'restart request coalesced (already scheduled) reason=config pendingReason=config delayMs=2000'],
    ] as const
  ).map(([subsystem, text]): (typeof LINES)[number] => [
    `a restart by its tool: ${text.slice(0, 40)}`,
    subsystem,
    text,
    [{ link: null, kind: 'restart-announced' }],
  ]),
  [
    'its own restart, at its end',
    'gateway',
    'restart mode: full process restart (supervisor restart)',
    [{ link: null, kind: 'restart-announced' }],
  ],
  [
    'a restart that is put off',
    'reload',
    'config change requires gateway restart (gateway.port) — deferring until 1 embedded run(s) complete',
    [{ link: null, kind: 'restart-announced', putOff: true }],
  ],
  [
    'a restart that is still put off',
    'reload',
    'restart still deferred after 30011ms with 1 embedded run(s) active',
    [{ link: null, kind: 'restart-announced', putOff: true }],
  ],
  [
    'a channel that is to be restarted, once its work is done',
    'reload',
    'config change requires channel reload (telegram) — deferring until 1 embedded run(s) complete',
    [],
  ],
  [
    'a restart that is not made',
    'reload',
    'config reload requires gateway restart; hot mode ignoring (gateway.port)',
    [],
  ],
  [
    'a start that failed for another reason',
    null,
    'Gateway failed to start: listen EADDRINUSE. Run openclaw gateway status --deep for diagnostics.',
    [],
  ],
  [
    'a wrong key',
    null,
    'Gateway failed to start: Invalid config at /h/openclaw.json:\nopenclaw.json:2 — gateway: Unrecognized key: "bogus"\nRun "openclaw doctor --fix" to repair, then retry.',
    [{ link: null, kind: 'config-fatal', reason: 'openclaw.json:2 — gateway: Unrecognized key: "bogus"' }],
  ],
  [
    'two wrong keys',
    null,
    'Gateway failed to start: Invalid config at /h/openclaw.json:\n- gateway.port: Invalid input\n- <root>: Unrecognized key: "x"',
    [{ link: null, kind: 'config-fatal', reason: 'gateway.port: Invalid input; <root>: Unrecognized key: "x"' }],
  ],
  [
    'no mode, or no JSON',
    null,
    'Gateway start blocked: existing config is missing gateway.mode. Treat this as suspicious or clobbered config.',
    [{ link: null, kind: 'config-fatal', reason: 'openclaw.json: gateway.mode is missing, or the file is no JSON5' }],
  ],
  [
    'the CLI that restarts into no wrong configuration',
    null,
    'Gateway aborted: config is invalid.\ngateway: Unrecognized key: "x"',
    [{ link: null, kind: 'config-doubt', doubt: 'not_taken', reason: 'gateway: Unrecognized key: "x"' }],
  ],
  [
    'a plugin that refuses, without a word which',
    null,
    'Refusing to run automatic gateway startup migrations because the selected config changed during startup (config validity changed). Retry startup so the new config can be validated.',
    [{ link: null, kind: 'config-fatal', reason: 'a plugin refuses its configuration' }],
  ],
  [
    'a configuration that is not taken',
    'gateway/reload',
    'config reload skipped (invalid config): gateway: Unrecognized key: "bogus"',
    [{ link: null, kind: 'config-doubt', doubt: 'not_taken', reason: 'gateway: Unrecognized key: "bogus"' }],
  ],
  [
    'a configuration that is taken',
    'gateway/reload',
    'config hot reload applied (channels.feishu)',
    [{ link: null, kind: 'config-taken' }],
  ],
  [
    'an older copy',
    null,
    'Config auto-restored from backup: /h/openclaw.json (missing-meta-vs-last-good)',
    [{ link: null, kind: 'config-doubt', doubt: 'reverted', reason: 'missing-meta-vs-last-good' }],
  ],
  [
    'a loop that was held up',
    'diagnostic',
    'liveness warning: reasons=event_loop_delay interval=30s eventLoopDelayP99Ms=1200 eventLoopDelayMaxMs=40000 active=1',
    [{ link: null, kind: 'loop-blocked', blockedMs: 40_000, measured: true }],
  ],
  [
    'a port that somebody else has',
    'gateway',
    'gateway already running under systemd; waiting 5000ms before retrying startup',
    [{ link: null, kind: 'another-instance', pid: null, retries: true }],
  ],
  [
    'a configuration that an older version refuses',
    null,
    'Invalid config at ~/.openclaw/openclaw.json:\\n- diagnostics: Unrecognized key: "metrics"',
    [{ link: null, kind: 'config-fatal', reason: 'diagnostics: Unrecognized key: "metrics"', alsoByOthers: true }],
  ],
  [
    'a configuration that the command line refuses',
    null,
    'Config invalid; doctor will run with best-effort config.',
    [{ link: null, kind: 'config-fatal', reason: 'Config invalid', alsoByOthers: true }],
  ],
  [
    'a rejection that ends it',
    'openclaw',
    'Unhandled promise rejection: CIAO PROBING CANCELLED',
    [{ link: null, kind: 'gateway-exit', code: 1 }],
  ],
  [
    'an older prefix',
    'gateway/channels/feishu',
    'starting feishu[default] (mode: websocket)',
    [{ link: 'feishu', kind: 'link-open' }],
  ],
  [
    'a client that is ended by force',
    null,
    "[info]: [ '[ws]', 'ws client closed manually (force)' ]",
    [{ link: 'feishu', kind: 'link-lost', reason: 'closed by force', dead: true }],
  ],
  ['a delay that no platform minds', 'diagnostic', 'liveness heartbeat delayed: overdue=9281ms', []],
  [
    'a freeze',
    'diagnostic',
    'liveness heartbeat delayed: overdue=112207ms',
    [{ link: null, kind: 'loop-blocked', blockedMs: 112_207, measured: true }],
  ],
  [
    'a thaw',
    'gateway',
    'host timing gap detected: process was frozen ~110120ms; restarting channels when idle and refreshing health',
    [{ link: null, kind: 'loop-blocked', blockedMs: 110_120 }],
  ],
  ['words of its CLI in the same file', 'cli', 'gateway ready', []],
  ['a chat that quotes it', 'channels/qqbot', 'dispatch: user said "Gateway ready"', []],
];

describe('what a line tells', () => {
  test.each(LINES)('%s', (_, subsystem, text, expected) => {
    expect(read(json(subsystem, text))).toEqual(expected);
    expect(read(consoleLine(subsystem, text))).toEqual(expected);
  });

  it.each([
    'gateway tool: restart requested (delayMs=2000, reason=config)',
    'restart request coalesced (already in-flight) reason=config',
    'received SIGTERM; shutting down',
    'completed cleanly in 12ms',
    'gateway ready',
  ])('takes no record without a subsystem for its own life: %s', (text) => {
    expect(read(json(null, text))).toEqual([]);
    expect(read(json('gateway', text))).not.toEqual([]);
    // Its console names them not always.
    expect(read(consoleLine(null, text))).not.toEqual([]);
  });

  it('hides a secret in the words it keeps', () => {
    const [evidence] =
      openClawLogReader('openclaw.log').line(
        json('channels/qqbot', '[default] Connection failed: clientSecret=kR8mZq2vTn5wYx7u'),
      )?.evidence ?? [];
    expect(evidence?.text).not.toContain('kR8mZq2vTn5wYx7u');
  });
});

describe('with several accounts', () => {
  test.each<[string, string | null, string, string[]]>([
    ['the default one of Feishu', 'channels/feishu', 'feishu[default]: starting WebSocket connection...', ['feishu']],
    ['another one', 'channels/feishu', 'feishu[work]: starting WebSocket connection...', ['feishu:work']],
    ['whatever its letters', 'channels/feishu', 'starting feishu[Work] (mode: websocket)', ['feishu:work']],
    ['one that came later', 'channels/feishu', 'starting feishu[new] (mode: websocket)', ['feishu:new']],
    ['the SDK, which says not of which', null, "[info]: [ '[ws]', 'reconnect' ]", []],
    ['the first of QQ where none is the default', 'channels/qqbot', '[qqbot:main] Gateway ready', ['qqbot']],
    ['the other one of QQ', 'channels/qqbot', '[other] WebSocket closed: 1006', ['qqbot:other']],
    [
      'its monitor',
      'gateway/health-monitor',
      '[qqbot:other] health-monitor: restarting (reason: stuck)',
      ['qqbot:other'],
    ],
    ['its restarts', 'channels/feishu', '[work] giving up after 10 restart attempts', ['feishu:work']],
    [
      'its brake, of one',
      'channels/feishu',
      'channel autostart suppressed by crash-loop breaker; refusing automatic start for feishu account work. Start',
      ['feishu:work'],
    ],
    [
      'its brake, of which is not said',
      'channels/feishu',
      'channel autostart suppressed by crash-loop breaker; refusing automatic start for feishu. Start',
      [],
    ],
  ])('%s', (_, subsystem, text, expected) => {
    expect(read(json(subsystem, text), SEVERAL)?.map(({ link }) => link)).toEqual(expected);
  });
});

describe('the configuration, over several lines', () => {
  const facts = (...lines: readonly string[]) => {
    const reader = openClawLogReader('openclaw.log');
    return lines.flatMap((line) => reader.line(line)?.evidence.map(({ fact }) => fact) ?? []);
  };
  const REFUSES = json(
    null,
    'Refusing to run automatic gateway startup migrations because the selected config changed during startup (config validity changed).',
  );
  const later = (text: string, subsystem: string | null = null) =>
    json(subsystem, text, { time: '2026-11-21T02:40:00.000+00:00' });

  it('names the key that follows on the console, and nothing of the advice behind it', () => {
    expect(
      facts(
        consoleLine(null, 'Gateway failed to start: Invalid config at /h/openclaw.json:'),
        'openclaw.json:1 — gateway: Unrecognized key: "bogus"',
        'Run "openclaw doctor --fix" to repair, then retry.',
      ).at(-1),
    ).toEqual({
      kind: 'config-fatal',
      reason: 'openclaw.json:1 — gateway: Unrecognized key: "bogus"',
    });
  });

  it('names the plugin and what it refuses where a line before said so', () => {
    const said = json(null, '  × channels.qqbot.allowFrom: invalid config for plugin qqbot: must not be valid', {
      level: 'ERROR',
    });
    expect(facts(said, REFUSES)).toEqual([
      { kind: 'config-fatal', reason: 'channels.qqbot.allowFrom: invalid config for plugin qqbot: must not be valid' },
    ]);
    expect(
      facts(
        said,
        later(
          'Refusing to run automatic gateway startup migrations because the selected config changed during startup',
        ),
      ).at(-1),
    ).toMatchObject({ reason: 'a plugin refuses its configuration' });
  });

  it('remembers what was not taken until the start that meets it', () => {
    const skipped = json(
      'gateway/reload',
      'config reload skipped (invalid config): channels.qqbot.allowFrom: invalid config for plugin qqbot: must not be valid',
    );
    const refuses = later(
      'Refusing to run automatic gateway startup migrations because the selected config changed during startup',
    );
    expect(facts(skipped, refuses).at(-1)).toMatchObject({
      kind: 'config-fatal',
      reason: expect.stringContaining('plugin qqbot') as string,
    });
    expect(
      facts(skipped, later('config hot reload applied (channels.qqbot)', 'gateway/reload'), refuses).at(-1),
    ).toMatchObject({ reason: 'a plugin refuses its configuration' });
  });

  it('does not take a start with an older copy for one with what is written', () => {
    const restored = json(
      null,
      'Config auto-restored from backup: /h/openclaw.json (gateway-mode-missing-vs-last-good)',
    );
    const ready = json('gateway', 'gateway ready');
    expect(facts(restored, ready).map(({ kind }) => kind)).toEqual(['config-doubt', 'gateway-ready']);
    expect(facts(restored, ready, ready).map(({ kind }) => kind)).toEqual([
      'config-doubt',
      'gateway-ready',
      'gateway-ready',
      'config-taken',
    ]);
  });

  it('takes lines without a time for nothing when none stands above them', () => {
    expect(
      facts(
        'openclaw.json:1 — gateway: Unrecognized key: "bogus"',
        'Config auto-restored from backup: /h/openclaw.json (x)',
      ),
    ).toEqual([]);
  });
});

const anyLine = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .constantFrom(...LINES)
    .chain(([, subsystem, text]) => fc.constantFrom(json(subsystem, text), consoleLine(subsystem, text))),
);

describe('a channel that its health monitor starts', () => {
  const START = '[telegram:default] health-monitor: restarting (reason: stopped)';
  const kinds = (lines: readonly (readonly [minute: number, subsystem: string, message: string])[]) => {
    const reader = openClawLogReader('openclaw.log');
    return lines.map(([minute, subsystem, message]) => {
      const time = new Date(Date.parse(AT) + minute * 60_000).toISOString();
      return reader
        .line(`${time} [${subsystem}] ${message}`)
        ?.evidence.map(({ fact }) => fact.kind)
        .join();
    });
  };
  const starts = (...minutes: readonly number[]) => minutes.map((minute) => [minute, 'health-monitor', START] as const);

  test('three times with no word of the channel is dead', () => {
    expect(kinds(starts(0, 10, 20, 30))).toEqual(['link-retrying', 'link-retrying', 'link-lost', 'link-lost']);
    // What it sends all the while says nothing of what comes in.
    expect(
      kinds([...starts(0, 10), [11, 'telegram', 'telegram sendMessage ok chat=1 message=2'], ...starts(20)]).at(-1),
    ).toBe('link-lost');
  });

  test.each<[string, Parameters<typeof kinds>[0]]>([
    [
      'and that then starts',
      [...starts(0, 10), [11, 'telegram', '[default] starting provider (@bot)'], ...starts(20, 30)],
    ],
    [
      'and that then tries to connect',
      [...starts(0, 10), [11, 'telegram', 'Web connection closed (status 408). Retry 1/12 in 2s'], ...starts(20, 30)],
    ],
    [
      'each of three accounts once',
      ['default', 'work', 'home'].map(
        (account, minute) => [minute, 'health-monitor', START.replace('default', account)] as const,
      ),
    ],
    ['now and then', starts(0, 31, 62, 93)],
    [
      'because it was quiet, which it may be',
      [0, 10, 20].map((minute) => [minute, 'health-monitor', START.replace('stopped', 'stale-socket')] as const),
    ],
  ])('%s is not', (_, lines) => expect(kinds(lines)).not.toContain('link-lost'));

  /** Of each start of the monitor, whether it is one of many in a row; the channel has a word behind each. */
  const again = (apart: number, times: number, reason = 'stuck') => {
    const reader = openClawLogReader('openclaw.log');
    const told = (minute: number, text: string) =>
      reader.line(`${new Date(Date.parse(AT) + minute * 60_000).toISOString()} ${text}`)?.evidence ?? [];
    return Array.from({ length: times }, (_, turn) => {
      const [first] = told(
        turn * apart,
        `[health-monitor] [discord:default] health-monitor: restarting (reason: ${reason})`,
      );
      told(turn * apart + 0.1, '[discord] logged in to discord as 102');
      return first?.fact.kind === 'link-retrying' && first.fact.again === true;
    });
  };

  test.each([10, 15])('each %i minutes is told of at the sixth, whatever it says of itself', (apart) => {
    expect(again(apart, 7)).toEqual([false, false, false, false, false, true, true]);
  });

  test.each([
    ['more seldom than it looks (#68153)', 20, 'stuck'],
    ['because it was quiet', 10, 'stale-socket'],
  ] as const)('%s is not', (_, apart, reason) => {
    expect(again(apart, 12, reason)).not.toContain(true);
  });
});

describe("a request of Feishu's SDK that ran into its time", () => {
  const TIMEOUT = '[error]: [ AxiosError: timeout of 30000ms exceeded';
  const said = (before: string, afterMs: number): readonly unknown[] => {
    const reader = openClawLogReader('openclaw.log');
    const line = (text: string, ms: number) => `${new Date(Date.UTC(2026, 10, 21, 2) + ms).toISOString()} ${text}`;
    reader.line(line(before, 0));
    return (reader.line(line(TIMEOUT, afterMs))?.evidence ?? []).map(({ link, fact }) => ({ link, ...fact }));
  };
  const RECONNECT = "[info]: [ '[ws]', 'reconnect' ]";

  test('right behind a loss is a try that failed', () => {
    expect(said(RECONNECT, 60_000)).toEqual([
      {
        link: 'feishu',
        kind: 'link-retry-failed',
        failure: 'network',
        error: 'AxiosError: timeout of 30000ms exceeded',
      },
    ]);
  });

  test.each([
    ['long after a loss', RECONNECT, 91_000],
    ['without one', "[info]: [ '[ws]', 'ws client ready' ]", 30_000],
  ])('%s tells nothing of the link', (_, before, afterMs) => {
    expect(said(before, afterMs)).toEqual([]);
  });
});

it('throws for no lines', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 20 }), (lines) => {
      const reader = openClawLogReader('openclaw.log', SEVERAL);
      const symptom = openClawSymptom(SEVERAL);
      for (const line of lines) {
        reader.line(line);
        symptom(line);
        parseHead(line);
      }
    }),
  );
});

it('takes a line of the file that is cut anywhere for no record, or for the whole one', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LINES), fc.nat(), ([, subsystem, text], cut) => {
      const whole = json(subsystem, text);
      const part = whole.slice(0, cut % (whole.length + 1));
      expect(parseLogLine(part)).toEqual(part === whole ? parseLogLine(whole) : null);
    }),
  );
});
