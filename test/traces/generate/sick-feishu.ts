/** Feishu links that go deaf (docs/facts/hermes.md 9.10 to 9.15). */
import { KEEPALIVE_1011, LARK_DNS, NO_CLOSE_FRAME } from './feishu.ts';
import { NO_RESTART, sick, type Stage, type Trace } from './trace.ts';

const LOST = ['down', 'deaf', 'gave_up'];

/** People still talk to the QQ bot; the state file of old versions says connected for good. */
const hoursLater = ({ run, busy, iso }: Stage, state = 'connected'): string => {
  run.alive();
  run.state('running', { qqbot: { state: 'connected' }, feishu: { state } });
  busy('5h', { platforms: ['qqbot'], everyMinutes: 25 });
  return iso();
};

/** A morning, then a loss the SDK never mends; due once the 300 s grace is over. */
const deaf = (
  name: string,
  about: string,
  options: Parameters<typeof sick>[2],
  lose: (stage: Stage) => void,
  remedy: string | readonly string[] = 'restart',
): Trace =>
  sick(name, about, options, (stage) => {
    stage.run.start();
    stage.busy('1h20m');
    const notBefore = stage.iso('290s');
    const by = stage.iso('9m');
    lose(stage);
    return { until: hoursLater(stage), expect: { link: 'feishu', condition: LOST, remedy, by, notBefore } };
  });

export const SICK_FEISHU: readonly Trace[] = [
  deaf(
    'feishu-keepalive-1011',
    'The keepalive ping timed out and the SDK never came back; the state says connected for hours (#53477)',
    {},
    ({ feishu }) => feishu.loopExit(KEEPALIVE_1011),
  ),

  deaf(
    'feishu-loop-exit-errors-log-only',
    'Lost, and no SDK line but errors is logged: it may have come back unseen, so a message is as good as a restart (#31367)',
    { logs: ['gateway.log', 'errors.log'], feishu: { logger: 'gateway.platforms.feishu' } },
    ({ feishu }) => feishu.loopExit(NO_CLOSE_FRAME),
    ['restart', 'alert'],
  ),

  deaf(
    'feishu-receive-loop-died',
    'The adapter noticed that the receive loop died, and the supervisor rebuilt nothing (#113662)',
    {},
    ({ feishu }) => {
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.say('ERROR', 'lark WS receive loop died; stopping the worker loop so the supervisor can rebuild', [
        'Traceback (most recent call last):',
        `websockets.exceptions.ConnectionClosedError: ${NO_CLOSE_FRAME}`,
      ]);
    },
  ),

  deaf(
    'feishu-connected-in-name-only',
    'The client is started anew after the loss ("Connected in websocket mode"), but the SDK never connects (#46561)',
    {},
    ({ feishu, pass }) => {
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.disconnectedTo();
      pass('5s');
      feishu.clientStarted();
    },
  ),

  deaf(
    'feishu-launchd-stdout-only',
    "launchd, and the loss stands in gateway.log alone, in the SDK's own format",
    { logs: ['gateway.log'], launchd: true },
    ({ home, feishu }) => {
      feishu.loopExit(KEEPALIVE_1011);
      home.spoil('gateway.error.log', (content) =>
        Buffer.from(
          content
            .toString()
            .split('\n')
            .filter((line) => !line.includes(' Lark: '))
            .join('\n'),
        ),
      );
    },
  ),

  deaf(
    'feishu-supervisor-fails',
    "The client thread exited and every rebuild fails on the gateway's own state",
    {},
    ({ feishu, pass }) => {
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.threadExited(5);
      for (const seconds of [5, 10, 20, 40, ...Array.from({ length: 60 }, () => 60)]) {
        pass(`${seconds}s`);
        feishu.say('WARNING', 'WebSocket restart failed (retrying): cannot schedule new futures after shutdown');
      }
    },
  ),

  sick(
    'feishu-sdk-ladder-exhausted',
    "The SDK's own reconnect ended after three DNS failures, while QQ logs in again and again (#64712)",
    {},
    (stage) => {
      const { run, feishu, qq, busy, pass, iso } = stage;
      run.start();
      busy('1h');
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.disconnectedTo();
      pass('14s');
      for (const nth of [1, 2, 3]) {
        feishu.trying(nth);
        feishu.connectFailed(LARK_DNS);
        if (nth < 3) pass('120s');
      }
      const notBefore = iso();
      const by = iso('45m');
      for (let round = 0; round < 4; round += 1) {
        busy('10m', { platforms: ['qqbot'] });
        qq.routine4009();
      }
      return {
        until: hoursLater(stage),
        expect: { link: 'feishu', condition: [...LOST, 'unreachable'], remedy: 'restart', by, notBefore },
      };
    },
  ),

  sick(
    'feishu-never-linked',
    'Started in websocket mode, and the SDK never said "connected to"; other SDK lines are logged (#46561, #23491)',
    {},
    (stage) => {
      const { run, feishu, pass, iso } = stage;
      run.begin();
      run.connect('qqbot');
      run.say('INFO', 'Connecting to feishu...');
      feishu.clientStarted();
      run.say('INFO', '✓ feishu connected');
      run.running(2);
      const notBefore = iso('290s');
      pass('20s');
      feishu.connectFailed('timed out during opening handshake');
      const by = iso('15m');
      return {
        until: hoursLater(stage),
        expect: { link: 'feishu', condition: [...LOST, 'unreachable'], remedy: ['restart', 'alert'], by, notBefore },
      };
    },
  ),

  sick(
    'feishu-app-lock-mid-run',
    'Another gateway took the Feishu app; this one is told that it may not reconnect',
    {},
    (stage) => {
      const { run, feishu, busy, iso } = stage;
      run.start();
      busy('1h');
      const notBefore = iso();
      const message =
        'Another local Hermes gateway is already using this Feishu app_id (PID 8123). Stop the other gateway before starting a second Feishu websocket client.';
      feishu.disconnected();
      feishu.say('ERROR', message);
      run.say('ERROR', `Fatal feishu adapter error (feishu_app_lock): ${message}`);
      run.say('WARNING', `Reconnect feishu: non-retryable error (${message}), removing from retry queue`);
      const by = iso('8m');
      return {
        until: hoursLater(stage, 'fatal'),
        expect: {
          link: ['feishu', null],
          condition: ['rejected', 'gave_up', 'down', 'duplicate', 'misconfigured'],
          remedy: 'alert',
          by,
          notBefore,
        },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'feishu-drop-restarts-it-all-day',
    'Each Feishu drop restarts the whole gateway, every half hour: tell somebody, add no restart (#31367)',
    { logs: ['gateway.log', 'errors.log'], platforms: ['feishu'] },
    (stage) => {
      const { run, feishu, busy, pass, iso } = stage;
      run.start();
      const notBefore = iso('30m');
      for (let round = 0; round < 18; round += 1) {
        busy('29m', { everyMinutes: 20 });
        feishu.loopExit(NO_CLOSE_FRAME);
        run.say('ERROR', `Fatal feishu adapter error (feishu_connect_error): ${NO_CLOSE_FRAME}`);
        run.plannedRestart();
        pass('6s');
        run.start();
      }
      return {
        until: iso('5m'),
        expect: {
          link: [null, 'feishu'],
          condition: ['crash_looping', 'flapping'],
          remedy: 'alert',
          by: iso(),
          notBefore,
        },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'feishu-drop-takes-the-gateway-down',
    'The only platform is lost for good; the gateway goes down for a service restart that never comes (#91203)',
    { platforms: ['feishu'] },
    ({ home, run, feishu, busy, pass, iso }) => {
      run.start();
      busy('1h');
      feishu.loopExit(NO_CLOSE_FRAME);
      home.say('ERROR', 'asyncio', 'Task exception was never retrieved', {
        below: [
          "future: <Task finished name='Task-51' coro=<Client._receive_message_loop() done> exception=ConnectionClosedError(None, None, None)>",
          'Traceback (most recent call last):',
          `websockets.exceptions.ConnectionClosedError: ${NO_CLOSE_FRAME}`,
        ],
      });
      run.say('ERROR', `Fatal feishu adapter error (feishu_connect_error): ${NO_CLOSE_FRAME}`);
      const notBefore = iso();
      run.say('ERROR', 'No connected messaging platforms remain. Shutting down gateway for service restart.');
      run.say('INFO', 'Stopping gateway...');
      run.close();
      run.stopped();
      run.say('ERROR', 'Gateway exiting with failure: all messaging platforms lost');
      run.exited(1, 'all messaging platforms lost');
      run.state('stopped', { feishu: { state: 'fatal' } }, { exit_reason: 'all messaging platforms lost' });
      const by = iso('7m');
      pass('3h');
      return { until: iso(), expect: { link: null, condition: ['stopped'], remedy: 'start', by, notBefore } };
    },
  ),
];
