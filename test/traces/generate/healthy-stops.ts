/** Stops, restarts and updates that somebody wanted. */
import { NO_CLOSE_FRAME } from './feishu.ts';
import { QQ_DNS } from './qq.ts';
import { healthy, type Trace } from './trace.ts';

const ALL_UP = { gateway: 'healthy', qqbot: 'up', feishu: 'up' };

export const HEALTHY_STOPS: readonly Trace[] = [
  healthy(
    'planned-stop',
    'Stopped on purpose and left so for six hours: nothing is proposed',
    {},
    ({ run, busy, iso }) => {
      run.start();
      busy('1h');
      run.plannedStop();
      return { until: iso('6h'), quiet: true, finally: { gateway: 'stopped_on_purpose' } };
    },
  ),

  healthy(
    'planned-restart',
    'A graceful restart (SIGUSR1): drained, exit 75, back six seconds later',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('1h');
      run.plannedRestart();
      pass('6s');
      run.start();
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'restart-with-slow-drain',
    'A restart waits 75 s for a running turn before it goes down',
    {},
    ({ home, run, qq, feishu, busy, pass, iso }) => {
      run.start();
      busy('1h');
      home.say('INFO', 'agent.tool_executor', 'Tool terminal returned 2210 chars (322.13s)', {
        tag: '20261120_085512_3fa9c1',
      });
      run.say('INFO', 'Stopping gateway for restart...');
      run.phases('notify_active_sessions');
      pass('75s');
      run.say(
        'WARNING',
        'Gateway drain timed out after 75s with 1 active agent(s), 0 cron run(s); interrupting remaining work.',
      );
      qq.disconnected();
      feishu.disconnected();
      run.phases(
        'drain',
        'post-interrupt tool kill',
        'all adapters disconnected',
        'final-cleanup tool kill',
        'executor quiesced',
        'SessionDB close',
      );
      run.stopped('77.4');
      run.say(
        'INFO',
        'Exiting with code 75 (service-restart requested) so the service manager relaunches the gateway.',
      );
      pass('6s');
      run.start();
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'replace-takeover',
    'A new instance replaces the old one (--replace); both write to one log for a second',
    {},
    ({ home, run, qq, feishu, busy, pass, iso }) => {
      run.start();
      busy('1h');
      const old = run.pid();
      run.say('INFO', `Replacing existing gateway instance (PID ${old}) with --replace.`);
      home.file('.gateway-takeover.json', {
        target_pid: old,
        target_start_time: 5_512_233,
        target_hermes_home: '/home/lin/.hermes',
        replacer_pid: old + 311,
        replacer_hermes_home: '/home/lin/.hermes',
        written_at: new Date(home.now()).toISOString(),
      });
      run.say('INFO', 'Received SIGTERM as a planned --replace takeover — exiting cleanly');
      run.context('SIGTERM');
      run.say('INFO', 'Stopping gateway...');
      qq.disconnected();
      feishu.disconnected();
      run.stopped('0.9');
      run.say('INFO', 'Gateway exiting cleanly: replaced by another instance');
      pass('1s');
      home.forget('.gateway-takeover.json');
      run.start();
      busy('40m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'update-in-progress',
    'An update has stopped the gateway and its marker is there: hands off',
    {},
    ({ home, run, busy, iso }) => {
      run.start();
      busy('1h');
      home.file('.update_pending.json', {
        platform: 'feishu',
        chat_id: 'oc_5ad11d72b830411d72b836c20',
        timestamp: iso(),
      });
      run.unexpectedStop();
      return {
        until: iso('8m'),
        quiet: true,
        finally: { gateway: ['updating', 'stopping', 'stopped_on_purpose', 'stopped'] },
      };
    },
  ),

  healthy(
    'update-stops-and-starts',
    'An update stops the gateway and starts it 90 s later',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('1h');
      run.plannedStop();
      pass('90s');
      run.start();
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'restart-during-a-loss',
    'Somebody restarts it by hand while QQ and Feishu are lost; nothing older than the restart counts',
    {},
    ({ run, qq, feishu, busy, pass, iso }) => {
      run.start();
      busy('1h');
      feishu.loopExit(NO_CLOSE_FRAME);
      qq.closed();
      qq.failing(1, 4, QQ_DNS);
      run.plannedRestart();
      pass('6s');
      run.start();
      busy('1h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'stop-during-a-loss',
    'Stopped on purpose while both links are lost: no grace runs out on a stopped gateway',
    {},
    ({ run, qq, feishu, busy, iso }) => {
      run.start();
      busy('1h');
      feishu.loopExit(NO_CLOSE_FRAME);
      qq.closed();
      qq.failing(1, 4, QQ_DNS);
      run.plannedStop();
      return { until: iso('5h'), quiet: true, finally: { gateway: 'stopped_on_purpose' } };
    },
  ),

  healthy(
    'executor-error-in-shutdown',
    'A send loses its executor once, in the middle of a deliberate restart',
    {},
    ({ run, feishu, qq, pass, busy, iso }) => {
      run.start();
      busy('1h');
      run.say('INFO', 'Stopping gateway for restart...');
      feishu.say('ERROR', 'Send error: Executor shutdown has been called', [
        'Traceback (most recent call last):',
        '  File "/usr/lib/python3.11/asyncio/base_events.py", line 829, in run_in_executor',
        'RuntimeError: Executor shutdown has been called',
      ]);
      qq.disconnected();
      feishu.disconnected();
      run.stopped('2.2');
      run.say(
        'INFO',
        'Exiting with code 75 (service-restart requested) so the service manager relaunches the gateway.',
      );
      pass('6s');
      run.start();
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),
];
