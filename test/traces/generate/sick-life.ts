/** Gateways that are gone, hang, or were left down (docs/facts/hermes.md 9.16 to 9.28). */
import { sick, type Stage, type Trace } from './trace.ts';

/**
 * A gateway that ends and is not started again: due for a start once no supervisor can be expected to have it back
 * (they wait up to 30 s).
 */
const gone = (
  name: string,
  about: string,
  condition: readonly string[],
  end: (stage: Stage) => void,
  remedy: string | readonly string[] = 'start',
): Trace =>
  sick(name, about, {}, (stage) => {
    stage.run.start();
    stage.busy('1h20m');
    const notBefore = stage.iso('30s');
    end(stage);
    const by = stage.iso('7m');
    stage.pass('5h');
    return { until: stage.iso(), expect: { link: null, condition, remedy, by, notBefore } };
  });

const WATCHDOG_STACKS = '/home/lin/.hermes/logs/gateway-shutdown-watchdog.log';

export const SICK_LIFE: readonly Trace[] = [
  gone(
    'sigterm-not-revived',
    'Killed by a signal nobody announced, exit 1, and nothing revives it (#94757)',
    ['stopped'],
    ({ run }) => run.unexpectedStop(),
  ),
  gone('sigterm-not-revived-old-text', "The same in an older version's words", ['stopped'], ({ run }) =>
    run.unexpectedStop({ old: true }),
  ),

  gone(
    'sigterm-exit-0',
    'An old version exits 0 on a signal, so that systemd leaves it down (#5646, #11258)',
    ['stopped'],
    ({ run }) => {
      run.sigterm();
      run.close();
      run.stopped();
      run.exited(0, null);
      run.state('stopped', { qqbot: { state: 'disconnected' }, feishu: { state: 'disconnected' } });
    },
  ),

  gone(
    'restart-that-never-came-back',
    "Went down for a restart (exit 75, an update's) and nothing started it again (#31048, #83522)",
    ['stopped', 'stopping'],
    ({ run }) => run.plannedRestart(),
  ),

  gone(
    'update-leaves-it-down',
    'hermes update kills it: SIGTERM, exit 1, no marker left, no new start (#28135, #103236)',
    ['stopped'],
    ({ home, run }) => {
      home.say('INFO', 'hermes_cli.update', 'Updating Hermes Agent: 0.21.2 -> 0.21.3');
      run.unexpectedStop();
      home.say('INFO', 'hermes_cli.update', 'Update complete.');
    },
  ),

  gone(
    'exits-with-failure',
    'An exception ends it: a traceback, "exiting with failure", nothing more',
    ['stopped'],
    ({ run }) => {
      run.say(
        'ERROR',
        "Supervised task session-expiry died: OSError: [Errno 28] No space left on device: '/home/lin/.hermes/state.db'",
        [
          'Traceback (most recent call last):',
          '  File "/home/lin/.hermes/hermes-agent/gateway/run.py", line 2210, in _supervise',
          "OSError: [Errno 28] No space left on device: '/home/lin/.hermes/state.db'",
        ],
      );
      run.say('ERROR', 'Gateway exiting with failure: state store unavailable');
      run.exited(1, 'state store unavailable');
    },
  ),

  gone(
    'lost-without-queue',
    'An adapter was lost without being queued; the gateway exits for a restart that never comes',
    ['stopped'],
    ({ run }) => {
      run.say(
        'ERROR',
        'feishu adapter was lost without entering the reconnection queue; exiting gateway so the service manager restarts it.',
      );
      run.say('INFO', 'Stopping gateway...');
      run.close();
      run.stopped();
      run.say('ERROR', 'Gateway exiting with failure: feishu adapter lost');
      run.exited(1, 'feishu adapter lost');
    },
  ),

  gone(
    'clean-exit-nobody-asked-for',
    'In a container: all platforms lost, a clean exit 0, and s6 leaves it down (#103191)',
    ['stopped'],
    ({ run }) => {
      run.say('ERROR', 'Fatal qqbot adapter error (qq_connect_error): Cannot connect to host api.sgroup.qq.com:443');
      run.say('ERROR', 'No connected messaging platforms remain. Shutting down gateway cleanly.');
      run.say('INFO', 'Stopping gateway...');
      run.close();
      run.stopped();
      run.say('INFO', 'Gateway exiting cleanly: no connected messaging platforms remain');
      run.exited(0, 'no connected messaging platforms remain');
    },
    ['start', 'alert'],
  ),

  gone(
    'shutdown-watchdog-fired',
    'A stop hung; the shutdown watchdog killed it and nothing started it again',
    ['stopped', 'frozen'],
    ({ home, run, pass }) => {
      run.sigterm();
      run.phases('notify_active_sessions');
      pass('90s');
      home.say(
        'CRITICAL',
        'gateway.shutdown_watchdog',
        `Shutdown watchdog fired after 90s — forcing process exit (asyncio drain path appears wedged; see ${WATCHDOG_STACKS})`,
      );
      run.exited(1, 'shutdown_watchdog');
      run.state('draining', {}, { exit_reason: 'shutdown_watchdog' });
    },
    ['start', 'restart'],
  ),

  gone(
    'liveness-watchdog',
    'The event loop froze under disk I/O; the liveness watchdog exits 75, nothing starts it again (#69089, #108327)',
    ['stopped', 'frozen'],
    ({ home, run, pass }) => {
      for (const late of [10, 20, 30]) {
        home.say('WARNING', 'discord.gateway', `Shard ID None heartbeat blocked for more than ${late} seconds.`);
        pass('10s');
      }
      pass('90s');
      home.say(
        'CRITICAL',
        'gateway.shutdown_watchdog',
        'Gateway event loop missed 3 consecutive liveness probes; host load1=9.41 ncpu=2; dumping all thread stacks and exiting with code 75 so the service supervisor can restart it.',
      );
      run.exited(75, 'loop_liveness_watchdog');
    },
    ['start', 'restart'],
  ),

  gone(
    'liveness-watchdog-old-text',
    'The same line of an older version, without the load',
    ['stopped', 'frozen'],
    ({ home, run }) => {
      home.say(
        'CRITICAL',
        'gateway.shutdown_watchdog',
        'Gateway event loop missed 3 consecutive liveness probes; dumping all thread stacks and exiting with code 75 so the service supervisor can restart it.',
      );
      run.exited(75, 'loop_liveness_watchdog');
    },
    ['start', 'restart'],
  ),

  sick(
    'sigterm-drain-hangs',
    'The loop freezes while draining: a shutdown was begun and never ended, for 26 hours (#66892)',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('1h20m');
      const notBefore = iso('60s');
      run.sigterm();
      run.phases('notify_active_sessions');
      run.alive();
      run.state('draining', { qqbot: { state: 'connected' }, feishu: { state: 'connected' } });
      const by = iso('15m');
      pass('26h');
      return {
        until: iso(),
        expect: {
          link: null,
          condition: ['frozen', 'stopping', 'stopped'],
          remedy: ['restart', 'start'],
          by,
          notBefore,
        },
      };
    },
  ),

  sick(
    'executor-gone',
    'Every send fails with "Executor shutdown has been called" while nobody is shutting down (#10849)',
    {},
    ({ run, feishu, qq, busy, iso, talk, home, pass }) => {
      run.start();
      busy('1h20m');
      const notBefore = iso();
      const by = iso('12m');
      for (let round = 0; round < 12; round += 1) {
        const at = home.now();
        pass('50s');
        talk(at, { everyMinutes: 0.5, platforms: ['qqbot'] });
        feishu.say('ERROR', 'Send error: Executor shutdown has been called', [
          'Traceback (most recent call last):',
          '  File "/usr/lib/python3.11/asyncio/base_events.py", line 829, in run_in_executor',
          "    raise RuntimeError('Executor shutdown has been called')",
          'RuntimeError: Executor shutdown has been called',
        ]);
        run.say('ERROR', 'Error processing message: Executor shutdown has been called', [
          'Traceback (most recent call last):',
          '  File "/home/lin/.hermes/hermes-agent/gateway/run.py", line 4410, in _handle_message',
          'RuntimeError: Executor shutdown has been called',
        ]);
        pass('2m');
      }
      qq.routine4009();
      run.allWell();
      return {
        until: iso('10m'),
        expect: { link: [null, 'feishu'], condition: ['broken_executor'], remedy: 'restart', by, notBefore },
      };
    },
  ),
];
