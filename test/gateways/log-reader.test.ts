import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import { parseLogLine } from '../../src/gateways/hermes/log-line.ts';

const read = (...lines: string[]) => {
  const reader = hermesLogReader('gateway.log');
  return lines.flatMap((text) => reader.line(text)?.evidence ?? []).map(({ link, fact }) => [link, fact]);
};
const qq = (message: string, level = 'INFO'): string =>
  `2026-11-21 10:00:00,123 ${level} gateway.platforms.qqbot.adapter: [QQBot:1001] ${message}`;
const lark = (message: string, level = 'ERROR'): string => `2026-11-21 10:00:00,123 ${level} Lark: ${message}`;
const runner = (message: string, level = 'INFO'): string => `2026-11-21 10:00:00,123 ${level} gateway.run: ${message}`;

describe('the log line', () => {
  test.each([
    ['2026-11-21 10:00:00,123 INFO gateway.run: hello', { level: 'INFO', logger: 'gateway.run', message: 'hello' }],
    [
      '2026-11-21 10:00:00 ERROR [session-1] gateway.run: hello: you',
      { level: 'ERROR', logger: 'gateway.run', message: 'hello: you' },
    ],
    ['2026-11-21 10:00:00,123 INFO gateway.run: ', { level: 'INFO', logger: 'gateway.run', message: '' }],
  ])('%s', (text, expected) => {
    expect(parseLogLine(text)).toMatchObject(expected);
  });
  test.each([
    '[Lark] [2026-11-21 10:00:00,123] [ERROR] receive message loop exit, err: x',
    '2026-11-21T10:00:00.123456 ERROR Lark: receive message loop exit, err: x',
  ])('has other forms too: %s', (text) => {
    expect(parseLogLine(text)).toEqual({
      at: new Date(2026, 10, 21, 10, 0, 0, 123).getTime(),
      level: 'ERROR',
      logger: 'Lark',
      message: 'receive message loop exit, err: x',
    });
  });
  test('has a local time', () => {
    expect(parseLogLine('2026-11-21 10:00:00,123 INFO a: b')?.at).toBe(new Date(2026, 10, 21, 10, 0, 0, 123).getTime());
  });
  test.each([
    '',
    '  File "x.py", line 1',
    'Traceback (most recent call last):',
    '[Lark] [2026-11-21 10:00:00,1] [ERROR] x',
    '2026-11-21 INFO a: b',
  ])('"%s" begins no record', (text) => {
    expect(parseLogLine(text)).toBeNull();
  });
});

describe('a line of Hermes’s log', () => {
  test.each<[string, string | null, object]>([
    [qq('Ready, session_id=abc'), 'qqbot', { kind: 'link-login' }],
    [qq('Session resumed (seq=9)'), 'qqbot', { kind: 'link-login' }],
    [qq("C2C message: id=ROBOT1.0_x content='/help' attachments=None"), 'qqbot', { kind: 'link-traffic' }],
    ...[
      "Interaction: scene=c2c button_data='approve:agent:main:qqbot:dm:A:allow-once' operator=A",
      'Button resolved 1 approval(s) for session agent:main:qqbot:dm:A (choice=once, operator=A)',
      'Rejected unauthorized approval click for session agent:main:qqbot:dm:A (operator=A)',
      'Rejected unauthorized update prompt click (operator=A)',
      "Unknown approval decision 'x' (session=agent:main:qqbot:dm:A)",
      'Failed to parse INTERACTION_CREATE: x',
      'INTERACTION_CREATE missing id, skipping ACK',
    ].map((tap): [string, string, object] => [qq(tap), 'qqbot', { kind: 'link-traffic', lateByMs: 30_000 }]),
    ...[
      "Routing card action 'approve' from ou_1 in oc_1 as synthetic command",
      'Routing reaction added:THUMBSUP on bot message om_1 as synthetic event',
      'Bot added to chat: oc_1',
      'Bot removed from chat: oc_1',
      'Unauthorized approval click by ou_1',
      'Unauthorized update prompt click by <unknown>',
      'Approval callback chat mismatch for 7 (expected=oc_1, got=oc_2)',
      'Update prompt 7 chat mismatch (expected=oc_1, got=oc_2)',
      'Flushing media batch feishu:oc_1 with 2 attachment(s)',
    ].map((event): [string, string, object] => [
      `2026-11-21 10:00:00,123 INFO plugins.platforms.feishu.adapter: [Feishu] ${event}`,
      'feishu',
      { kind: 'link-traffic' },
    ]),
    [qq('Identify sent'), 'qqbot', { kind: 'link-retrying', anew: true }],
    [qq('Session error (4006), clearing session for re-identify'), 'qqbot', { kind: 'link-retrying', anew: true }],
    [
      '2026-11-21 10:00:00,123 ERROR gateway.platforms.feishu: feishu auth error: code=10014, msg=app secret invalid',
      'feishu',
      {
        kind: 'link-retry-failed',
        failure: 'platform',
        refused: 'credentials_refused',
        error: 'feishu auth error: code=10014, msg=app secret invalid',
      },
    ],
    [
      '2026-11-21 10:00:00,123 ERROR plugins.platforms.feishu: Feishu authorization failed',
      'feishu',
      {
        kind: 'link-retry-failed',
        failure: 'platform',
        refused: 'credentials_refused',
        error: 'Feishu authorization failed',
      },
    ],
    [qq('Connected'), 'qqbot', { kind: 'link-open' }],
    [qq('Reconnected'), 'qqbot', { kind: 'link-open' }],
    [
      qq('WebSocket closed: code=4009 reason=Session timed out', 'WARNING'),
      'qqbot',
      { kind: 'link-lost', code: 4009, reason: 'Session timed out' },
    ],
    [
      qq('WebSocket closed: code=4915 reason=banned', 'WARNING'),
      'qqbot',
      { kind: 'link-rejected', reason: 'code=4915 banned' },
    ],
    [
      qq('WebSocket error: WebSocket not connected', 'WARNING'),
      'qqbot',
      { kind: 'link-lost', reason: 'WebSocket not connected' },
    ],
    [qq('Reconnecting in 30s (attempt 4)...'), 'qqbot', { kind: 'link-retrying', attempt: 4, nextInMs: 30_000 }],
    [qq('Max reconnect attempts reached (QQCloseError)', 'ERROR'), 'qqbot', { kind: 'link-gave-up' }],
    [
      qq('Too many quick disconnects. Check: 1) AppID/Secret correct', 'ERROR'),
      'qqbot',
      { kind: 'link-rejected', reason: 'too many quick disconnects' },
    ],
    [qq('Disconnected'), 'qqbot', { kind: 'link-closed' }],
    [lark('connected to wss://x.cn/ws?ticket=1', 'INFO'), 'feishu', { kind: 'link-login', host: 'x.cn:443' }],
    [
      qq('WebSocket connected to ws://127.0.0.1:8080/websocket'),
      'qqbot',
      { kind: 'link-host', host: '127.0.0.1:8080' },
    ],
    [
      lark('receive message loop exit, err: sent 1011 (internal error) keepalive ping timeout'),
      'feishu',
      { kind: 'link-lost', reason: 'sent 1011 (internal error) keepalive ping timeout' },
    ],
    [
      runner(
        'qqbot paused after 3 consecutive failures (paused via /platform pause) — fix the underlying issue then run …',
        'WARNING',
      ),
      'qqbot',
      { kind: 'link-closed', wanted: true },
    ],
    [
      runner(
        'qqbot paused after 10 consecutive failures (auto-paused after repeated failures) — fix the underlying issue then run …',
        'WARNING',
      ),
      'qqbot',
      { kind: 'link-gave-up', counted: true },
    ],
    [runner('qqbot resumed — retrying on next watcher tick'), 'qqbot', { kind: 'link-retrying' }],
    [runner('Starting Hermes Gateway...'), null, { kind: 'gateway-starting' }],
    [runner('Gateway running with 2 platform(s)'), null, { kind: 'gateway-ready' }],
    [
      runner('Received SIGTERM — initiating shutdown'),
      null,
      { kind: 'gateway-stopping', planned: false, forRestart: false },
    ],
    [
      runner('Received SIGTERM as a planned gateway stop — exiting cleanly'),
      null,
      { kind: 'gateway-stopping', planned: true, forRestart: false },
    ],
    [
      runner('✗ A gateway is already running under systemd (user) for this profile.', 'ERROR'),
      null,
      { kind: 'another-instance', pid: null },
    ],
    [
      runner('Exiting with code 75 (service-restart requested) so the service manager relaunches the gateway.'),
      null,
      { kind: 'gateway-exit', code: 75 },
    ],
  ])('%s', (text, link, fact) => {
    expect(read(text)).toEqual([[link, fact]]);
  });

  test.each([
    ["Failed to get QQ Bot gateway URL: Server error '500 Internal Server Error'", 'platform'],
    ['QQ Bot gateway response missing url: {}', 'platform'],
    ['Cannot connect to host api.sgroup.qq.com:443 ssl:default [Name or service not known]', 'network'],
    ['something else', 'other'],
  ])('tells why a try failed: %s', (error, failure) => {
    expect(read(qq(`Reconnect failed: ${error}`, 'WARNING'))).toEqual([
      ['qqbot', { kind: 'link-retry-failed', failure, error }],
    ]);
  });

  // What Feishu's SDK raises are the number and its words, and no name before the number (docs/facts/hermes.md 2.2).
  test.each<[string, object]>([
    // A status of HTTP; what stands behind it is the SDK's own to 1.6 and Feishu's since 1.7.
    ['503: system busy', { failure: 'platform' }],
    ['502: Bad Gateway [conn_id=7511]', { failure: 'platform' }],
    ['429: too many requests', { failure: 'platform' }],
    ['400: bad request', { failure: 'platform', refused: 'platform_errors' }],
    // A code of Feishu's.
    ['1: system busy', { failure: 'platform' }],
    ['1000040343: internal error', { failure: 'platform' }],
    ['1000040351: system busy', { failure: 'platform' }],
    ['403: forbidden', { failure: 'platform', refused: 'platform_refuses' }],
    ['514: no permission', { failure: 'platform', refused: 'credentials_refused' }],
    ['10014: app secret invalid', { failure: 'platform', refused: 'credentials_refused' }],
    ['1000040344: app_id or app_secret is null', { failure: 'platform', refused: 'credentials_refused' }],
    ['1000040350: the number of connections exceeded the limit', { failure: 'platform', refused: 'token_in_use' }],
    ['server rejected WebSocket connection: HTTP 503', { failure: 'platform' }],
    ["HTTPSConnectionPool(host='open.feishu.cn', port=443): Max retries exceeded", { failure: 'other' }],
    ['[Errno -3] Temporary failure in name resolution', { failure: 'network' }],
    ['0:00:30 have passed', { failure: 'other' }],
  ])("tells why a try of Feishu's SDK failed: %s", (error, told) => {
    expect(read(lark(`connect failed, err: ${error}`))).toEqual([
      ['feishu', { kind: 'link-retry-failed', error, ...told }],
    ]);
  });

  test('finds a gone executor in a message and at the end of a traceback, once a record', () => {
    const gone = [null, { kind: 'executor-shutdown' }];
    expect(read(runner('Send error: Executor shutdown has been called', 'ERROR'))).toEqual([gone]);
    expect(
      read(
        runner('[Feishu] Send error: ', 'ERROR'),
        'Traceback (most recent call last):',
        'RuntimeError: Executor shutdown has been called',
        'RuntimeError: Executor shutdown has been called',
      ),
    ).toEqual([[null, { kind: 'conversation', step: 'unsent', on: 'feishu' }], gone]);
    expect(read(runner('inbound message: Executor shutdown has been called'))).toEqual([]);
  });

  const raised = (...below: string[]) =>
    read('2026-11-21 10:00:00,123 ERROR asyncio: Task exception was never retrieved', ...below);
  const OTHER_LOOP = 'RuntimeError: Task got Future attached to a different loop';

  test('finds the end of the task that reads from Feishu in a traceback of several lines', () => {
    expect(
      raised('  File "x/lark_oapi/ws/client.py", line 218, in _receive_message_loop', '    await x.recv()', OTHER_LOOP),
    ).toEqual([['feishu', { kind: 'link-lost', reason: 'attached to a different loop', dead: true }]]);
    // Another task's, and what stands below the next record.
    expect(raised('  File "x/client.py", line 9, in _send_loop', OTHER_LOOP)).toEqual([]);
    expect(
      raised(
        '  File "x/lark_oapi/ws/client.py", line 218, in _receive_message_loop',
        '2026-11-21 10:00:01,123 ERROR asyncio: Task exception was never retrieved',
        OTHER_LOOP,
      ),
    ).toEqual([]);
  });

  test('carries no secret in its evidence', () => {
    const [evidence] =
      hermesLogReader('agent.log').line(
        lark('connected to wss://x/ws?device_id=1&ticket=s3cretticket&access_key=abcdef', 'INFO'),
      )?.evidence ?? [];
    expect(evidence?.text).not.toMatch(/s3cretticket|abcdef/);
  });

  test('is never a throw', () => {
    const reader = hermesLogReader('gateway.log');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void reader.line(text)));
    fc.assert(fc.property(fc.string(), (text) => void reader.line(qq(text))));
  });
});
