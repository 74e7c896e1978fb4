/** Feishu links that are lost and found again, or that have nothing to lose. */
import { KEEPALIVE_1011, LARK_DNS, NO_CLOSE_FRAME } from './feishu.ts';
import { healthy, type Trace } from './trace.ts';

const ALL_UP = { gateway: 'healthy', qqbot: 'up', feishu: 'up' };

export const HEALTHY_FEISHU: readonly Trace[] = [
  healthy(
    'feishu-back-after-200-s',
    'The SDK needs two tries and 200 s to come back: its ordinary pace',
    {},
    ({ feishu, run, busy, pass, iso }) => {
      run.start();
      busy('1h20m');
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.disconnectedTo();
      pass('21s');
      feishu.trying(1);
      pass('58s');
      feishu.connectFailed('timed out during opening handshake');
      pass('120s');
      feishu.trying(2);
      feishu.connectedTo();
      busy('40m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'feishu-bye',
    'The server says bye every two hours; the SDK is back within half a minute',
    {},
    ({ feishu, run, busy, pass, iso }) => {
      run.start();
      for (let round = 0; round < 3; round += 1) {
        busy('2h');
        feishu.loopExit('received 1000 (OK) bye; then sent 1000 (OK) bye');
        feishu.disconnectedTo();
        pass('17s');
        feishu.trying(1);
        feishu.connectedTo();
      }
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'feishu-proof-by-traffic',
    'Only warnings of the SDK are logged: the loss shows in errors.log, the recovery only as traffic',
    { logs: ['gateway.log', 'errors.log'] },
    ({ home, feishu, run, busy, pass, talk, iso }) => {
      run.start();
      busy('1h20m');
      feishu.loopExit(KEEPALIVE_1011);
      pass('190s');
      const back = home.now();
      pass('1h');
      talk(back, { platforms: ['feishu'], everyMinutes: 1 });
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'feishu-supervisor-rebuilds',
    'The client thread exits; the supervisor rebuilds it at the second try (#73779)',
    {},
    ({ feishu, run, busy, pass, iso }) => {
      run.start();
      busy('50m');
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.say('ERROR', 'lark WS receive loop died; stopping the worker loop so the supervisor can rebuild', [
        'Traceback (most recent call last):',
        '  File "/home/lin/.hermes/hermes-agent/venv/lib/python3.11/site-packages/lark_oapi/ws/client.py", line 226, in _receive_message_loop',
        `websockets.exceptions.ConnectionClosedError: ${NO_CLOSE_FRAME}`,
      ]);
      pass('1s');
      feishu.threadExited(5);
      pass('5s');
      feishu.say('WARNING', 'WebSocket restart failed (retrying): timed out during opening handshake');
      pass('10s');
      feishu.clientStarted();
      feishu.connectedTo();
      busy('1h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'feishu-webhook-mode',
    'Webhook mode has no link at all; ten idle hours are no trouble',
    {},
    ({ feishu, run, pass, talk, home, iso }) => {
      run.begin();
      run.connect('qqbot');
      run.say('INFO', 'Connecting to feishu...');
      feishu.say('INFO', 'Webhook server listening on 127.0.0.1:8765/feishu/webhook');
      feishu.say('INFO', 'Connected in webhook mode (feishu)');
      run.say('INFO', '✓ feishu connected');
      run.running(2);
      const began = home.now();
      pass('30m');
      talk(began, { platforms: ['feishu'] });
      pass('10h');
      run.allWell();
      return { until: iso('5m'), quiet: true, finally: { gateway: 'healthy', qqbot: 'up' } };
    },
  ),

  healthy(
    'feishu-idle-without-sdk-lines',
    'No agent.log: the SDK\'s "connected to" is logged nowhere and nobody writes; silence is no loss',
    { logs: ['gateway.log', 'errors.log'], platforms: ['feishu'] },
    ({ run, pass, iso }) => {
      run.start();
      pass('9h');
      run.allWell();
      return { until: iso('5m'), finally: { gateway: 'healthy' } };
    },
  ),

  healthy(
    'lark-abroad',
    'A Lark-only gateway in another time zone, with one short loss',
    {
      tz: 'America/Los_Angeles',
      from: '2026-11-20T08:00:00-08:00',
      platforms: ['feishu'],
      feishu: { domain: 'lark', logger: 'gateway.platforms.feishu' },
    },
    ({ feishu, run, busy, pass, iso }) => {
      run.start();
      busy('2h');
      feishu.lark('WARNING', 'ping failed, err: no close frame received or sent');
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.disconnectedTo();
      pass('28s');
      feishu.trying(1);
      feishu.connectedTo();
      busy('1h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: { gateway: 'healthy', feishu: 'up' } };
    },
  ),

  healthy(
    'feishu-launchd-stdout',
    "launchd: the SDK's own lines stand in gateway.log in their own format; a loss of two minutes",
    { logs: ['gateway.log'], launchd: true },
    ({ home, feishu, run, busy, pass, iso }) => {
      home.raw(
        'gateway.log',
        [
          '┌─────────────────────────────────────────────────────────┐',
          '│           ⚕ Hermes Gateway Starting...                  │',
          '├─────────────────────────────────────────────────────────┤',
          '│  Messaging platforms + cron scheduler                   │',
          '│  Press Ctrl+C to stop                                   │',
          '└─────────────────────────────────────────────────────────┘',
          '',
        ].join('\n'),
      );
      run.start();
      busy('3h');
      feishu.loopExit(KEEPALIVE_1011);
      feishu.disconnectedTo();
      pass('12s');
      feishu.trying(1);
      feishu.connectFailed(LARK_DNS);
      pass('120s');
      feishu.trying(2);
      feishu.connectedTo();
      pass('2h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'feishu-outbound-retry',
    'Sending fails twice and then works; the link was never lost',
    {},
    ({ feishu, run, busy, pass, iso }) => {
      run.start();
      busy('1h');
      feishu.say(
        'WARNING',
        "Send attempt 1/3 failed for chat oc_5ad11d72b830411d72b836c20; retrying in 1s: HTTPSConnectionPool(host='open.feishu.cn', port=443): Read timed out. (read timeout=30)",
      );
      pass('31s');
      feishu.say(
        'WARNING',
        "Send attempt 2/3 failed for chat oc_5ad11d72b830411d72b836c20; retrying in 2s: HTTPSConnectionPool(host='open.feishu.cn', port=443): Read timed out. (read timeout=30)",
      );
      busy('1h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),
];
