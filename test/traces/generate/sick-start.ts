/** Gateways that do not come up: refused configuration, loops, duplicates (docs/facts/hermes.md 2.3, 4, 9). */
import { NO_RESTART, sick, type Stage, type Trace } from './trace.ts';

/** It exits at its start and only a human can change that. */
const misconfigured = (
  name: string,
  about: string,
  condition: readonly string[],
  fail: (stage: Stage) => void,
): Trace =>
  sick(name, about, {}, (stage) => {
    stage.run.start();
    stage.busy('1h');
    stage.run.plannedRestart();
    stage.pass('6s');
    const notBefore = stage.iso();
    stage.run.begin();
    fail(stage);
    stage.run.exited(78, 'startup_failed');
    stage.run.state('startup_failed', {}, { exit_reason: 'startup failed' });
    const by = stage.iso('4m');
    stage.pass('4h');
    return {
      until: stage.iso(),
      expect: { link: [null, 'feishu', 'qqbot'], condition, remedy: 'alert', by, notBefore },
      never: NO_RESTART,
    };
  });

const FATAL = ['misconfigured'];

export const SICK_START: readonly Trace[] = [
  misconfigured(
    'exit-78-token-lock',
    'Another gateway holds the QQ app id: exit 78',
    ['misconfigured', 'duplicate'],
    ({ run }) => {
      run.say('INFO', 'Connecting to qqbot...');
      run.say(
        'ERROR',
        'Gateway hit a non-retryable startup conflict: qqbot: QQ app id already in use (PID 8123). Stop the other gateway first.',
      );
      run.say(
        'ERROR',
        'Gateway exiting with failure: qqbot: QQ app id already in use (PID 8123). Stop the other gateway first.',
      );
    },
  ),

  misconfigured(
    'exit-78-feishu-app-lock',
    'Another gateway holds the Feishu app: exit 78',
    ['misconfigured', 'duplicate', 'rejected'],
    ({ run, feishu }) => {
      const message =
        'Another local Hermes gateway is already using this Feishu app_id (PID 8123). Stop the other gateway before starting a second Feishu websocket client.';
      run.say('INFO', 'Connecting to feishu...');
      feishu.say('ERROR', message);
      run.say('WARNING', '✗ feishu failed to connect');
      run.say('ERROR', `Gateway hit a non-retryable startup conflict: feishu: ${message}`);
    },
  ),

  misconfigured('exit-78-multiplexer', "The multiplexer's configuration is wrong: exit 78", FATAL, ({ run }) =>
    run.say('ERROR', "Gateway multiplexer config error: profile 'ops' is already served by the default gateway"),
  ),

  misconfigured('refuses-open-policy', 'An open policy without a safeguard: it refuses to start', FATAL, ({ run }) =>
    run.say(
      'ERROR',
      "Refusing to start: qqbot has dm_policy/group_policy set to 'open' but neither QQ_ALLOW_ALL_USERS nor GATEWAY_ALLOW_ALL_USERS is set.",
    ),
  ),

  sick(
    'exit-78-launchd',
    'launchd makes no exception for exit 78 and starts it every 30 s for ever: a fatal configuration, not one start more',
    { logs: ['gateway.log'], launchd: true },
    ({ run, pass, iso }) => {
      const notBefore = iso();
      const by = iso('15m');
      for (let round = 0; round < 60; round += 1) {
        run.begin({ clean: false });
        run.say(
          'ERROR',
          'Gateway hit a non-retryable startup conflict: qqbot: QQ app id already in use (PID 8123). Stop the other gateway first.',
        );
        pass('29s');
      }
      return {
        until: iso(),
        expect: {
          link: null,
          condition: ['misconfigured', 'duplicate', 'crash_looping'],
          remedy: 'alert',
          by,
          notBefore,
        },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'all-platforms-parked',
    'Both platforms failed to start and are parked: alive, degraded, of no use until somebody mends the configuration',
    {},
    ({ run, feishu, qq, pass, iso }) => {
      const notBefore = iso();
      run.begin();
      run.say('INFO', 'Connecting to qqbot...');
      qq.say('WARNING', 'QQ startup failed: QQ_APP_ID and QQ_CLIENT_SECRET are required');
      run.say('WARNING', '✗ qqbot failed to connect');
      run.say('INFO', 'Connecting to feishu...');
      feishu.say('ERROR', 'Unsupported FEISHU_CONNECTION_MODE=socket. Supported modes: websocket, webhook.');
      run.say('WARNING', '✗ feishu failed to connect');
      run.say(
        'ERROR',
        '2 configured platform(s) failed to start and are parked (fix the reported error, then run `hermes gateway restart`): qqbot, feishu. The gateway is DEGRADED and will not receive messages from them.',
      );
      run.alive();
      run.state('degraded', {
        qqbot: { state: 'fatal', error_code: 'qq_missing_credentials' },
        feishu: { state: 'fatal' },
      });
      const by = iso('7m');
      pass('2h');
      return {
        until: iso(),
        expect: {
          link: [null, 'qqbot', 'feishu'],
          condition: ['misconfigured', 'rejected'],
          remedy: 'alert',
          by,
          notBefore,
        },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'one-platform-misconfigured',
    'Feishu is misconfigured and parked, QQ works: say so, and leave QQ alone',
    {},
    ({ run, feishu, qq, busy, iso }) => {
      const notBefore = iso();
      run.begin();
      run.connect('qqbot');
      run.say('INFO', 'Connecting to feishu...');
      feishu.say('ERROR', 'Webhook mode requires FEISHU_VERIFICATION_TOKEN or FEISHU_ENCRYPT_KEY.');
      run.say('WARNING', '✗ feishu failed to connect');
      run.say(
        'ERROR',
        '1 platform(s) fatally misconfigured and parked: feishu. Staying alive so retryable platforms can recover.',
      );
      run.running(1);
      run.alive();
      run.state('degraded', { qqbot: { state: 'connected' }, feishu: { state: 'fatal' } });
      const by = iso('9m');
      for (let round = 0; round < 4; round += 1) {
        busy('29m', { platforms: ['qqbot'] });
        qq.routine4009();
      }
      return {
        until: iso('1m'),
        expect: {
          link: ['feishu', null],
          condition: ['rejected', 'misconfigured', 'down', 'gave_up'],
          remedy: 'alert',
          by,
          notBefore,
        },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'start-never-ready',
    'The start stops after "Connecting to qqbot..." and never gets ready',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('1h');
      run.plannedRestart();
      pass('6s');
      const notBefore = iso('175s');
      run.begin();
      run.say('INFO', 'Connecting to qqbot...');
      run.alive();
      run.state('starting', { qqbot: { state: 'connecting' } });
      const by = iso('7m');
      pass('4h');
      return {
        until: iso(),
        expect: {
          link: null,
          condition: ['frozen', 'starting', 'unknown', 'stopped'],
          remedy: ['restart', 'alert'],
          by,
          notBefore,
        },
      };
    },
  ),

  sick('crash-loop', 'It crashes half a minute after every start, without end (#84472)', {}, ({ run, pass, iso }) => {
    const notBefore = iso('30s');
    const by = iso('15m');
    for (let round = 0; round < 40; round += 1) {
      run.begin({ clean: false });
      run.say('INFO', 'Connecting to qqbot...');
      run.say('ERROR', "Gateway exiting with failure: ModuleNotFoundError: No module named 'lark_oapi.ws.enum'", [
        'Traceback (most recent call last):',
        '  File "/home/lin/.hermes/hermes-agent/gateway/run.py", line 9120, in start_gateway',
        "ModuleNotFoundError: No module named 'lark_oapi.ws.enum'",
      ]);
      pass('30s');
    }
    run.exited(1, 'startup_failed');
    return {
      until: iso(),
      expect: { link: null, condition: ['crash_looping'], remedy: 'alert', by, notBefore },
      never: NO_RESTART,
    };
  }),

  sick(
    'crash-loop-exit-75',
    'Ready each time, and each time the liveness watchdog ends it a minute later',
    { logs: ['gateway.log', 'errors.log'] },
    ({ home, run, pass, iso }) => {
      const notBefore = iso('60s');
      const by = iso('20m');
      for (let round = 0; round < 10; round += 1) {
        run.start({ clean: false });
        pass('70s');
        home.say(
          'CRITICAL',
          'gateway.shutdown_watchdog',
          'Gateway event loop missed 3 consecutive liveness probes; host load1=11.02 ncpu=2; dumping all thread stacks and exiting with code 75 so the service supervisor can restart it.',
        );
        pass('6s');
      }
      return {
        until: iso(),
        expect: { link: null, condition: ['crash_looping'], remedy: 'alert', by, notBefore },
        never: NO_RESTART,
      };
    },
  ),
];
