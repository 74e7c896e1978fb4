/** Slow, repeated and self-healed starts; other platforms' and instances' troubles. */
import { healthy, type Trace } from './trace.ts';

const ALL_UP = { gateway: 'healthy', qqbot: 'up', feishu: 'up' };
const QQ_UP = { gateway: 'healthy', qqbot: 'up' };

export const HEALTHY_LIFE: readonly Trace[] = [
  healthy(
    'unexpected-sigterm-revived',
    'Somebody kills it; systemd has it back after five seconds',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('1h');
      run.unexpectedStop();
      pass('5s');
      run.start({ clean: false });
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'unexpected-sigterm-revived-late',
    'An older unit waits 30 s (RestartSec=30; launchd throttles as long) before it has it back',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('1h');
      run.unexpectedStop({ old: true });
      pass('31s');
      run.start({ clean: false });
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'sigkill-revived',
    'The log stops in mid-air (OOM); the next life, 20 s later, reports the unclean exit (#100025)',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('1h');
      run.unclean();
      pass('20s');
      run.start({ clean: false });
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'respawn-storm-brake',
    'Six restarts by hand in two minutes; Hermes holds the next start back for 160 s',
    {},
    ({ home, run, pass, busy, iso }) => {
      run.start();
      busy('1h');
      for (let round = 0; round < 5; round += 1) {
        run.plannedRestart();
        pass('6s');
        run.start();
        pass('9s');
      }
      run.plannedRestart();
      pass('6s');
      home.say(
        'WARNING',
        'hermes_cli.gateway',
        'Gateway (re)started 6 times in 98s — backing off 160s to break a respawn storm.',
      );
      pass('160s');
      run.start();
      busy('30m');
      run.allWell();
      return { until: iso('10m'), finally: ALL_UP };
    },
  ),

  healthy(
    'start-of-150-s',
    'A slow machine: the start takes 150 s, within its grace',
    {},
    ({ run, qq, feishu, pass, busy, iso }) => {
      run.begin();
      pass('50s');
      run.say('INFO', 'Connecting to qqbot...');
      pass('60s');
      qq.firstConnect();
      run.say('INFO', '✓ qqbot connected');
      qq.identify();
      run.say('INFO', 'Connecting to feishu...');
      pass('38s');
      feishu.clientStarted();
      run.say('INFO', '✓ feishu connected');
      feishu.connectedTo();
      run.running(2);
      busy('1h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'degraded-start',
    'Feishu fails at the start, is queued, and connects at the first background try',
    {},
    ({ run, feishu, qq, pass, busy, iso }) => {
      run.begin();
      run.connect('qqbot');
      run.say('INFO', 'Connecting to feishu...');
      feishu.say('WARNING', 'Connect attempt 1/3 failed; retrying in 1s: timed out during opening handshake');
      pass('1s');
      feishu.say('WARNING', 'Connect attempt 2/3 failed; retrying in 2s: timed out during opening handshake');
      pass('2s');
      feishu.say('ERROR', 'Failed to connect: timed out during opening handshake', [
        'Traceback (most recent call last):',
        '  File "/home/lin/.hermes/hermes-agent/plugins/platforms/feishu/adapter.py", line 811, in connect',
        'TimeoutError: timed out during opening handshake',
      ]);
      run.say('WARNING', '✗ feishu failed to connect');
      run.running(1);
      pass('40s');
      run.say('INFO', 'Reconnecting feishu (attempt 1)...');
      feishu.clientStarted();
      run.say('INFO', '✓ feishu reconnected successfully');
      feishu.connectedTo();
      busy('29m');
      qq.routine4009();
      busy('20m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'long-tool-run',
    'A tool runs for 50 minutes and Discord complains of a late heartbeat; QQ and Feishu are fine',
    {},
    ({ home, run, qq, pass, busy, iso }) => {
      run.start();
      busy('30m');
      for (let late = 10; late <= 60; late += 10) {
        home.say('WARNING', 'discord.gateway', `Shard ID None heartbeat blocked for more than ${late} seconds.`, {
          below: [
            'Loop thread traceback (most recent call last):',
            '  File "/usr/lib/python3.11/asyncio/runners.py", line 118, in run',
          ],
        });
        pass('10s');
      }
      pass('28m');
      qq.routine4009();
      pass('20m');
      home.say('INFO', 'agent.tool_executor', 'Tool terminal returned 118223 chars (3012.77s)', {
        tag: '20261120_083112_91cc0e',
      });
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'second-instance-exits',
    'A second start finds the first one running and exits; the first lives on',
    {},
    ({ run, qq, busy, iso }) => {
      run.start();
      busy('29m');
      qq.routine4009();
      run.say(
        'ERROR',
        `Another gateway instance is already running (PID ${run.pid()}, HERMES_HOME=/home/lin/.hermes). Use 'hermes gateway restart' to replace it, or 'hermes gateway stop' first.`,
      );
      busy('30m');
      qq.routine4009();
      busy('1h');
      run.allWell();
      return { until: iso('10m'), finally: ALL_UP };
    },
  ),

  healthy(
    'telegram-outage',
    'Telegram is unreachable for hours and queued; QQ beside it is healthy',
    { platforms: ['qqbot'] },
    ({ run, qq, busy, iso }) => {
      run.start();
      busy('20m');
      run.say(
        'ERROR',
        'Fatal telegram adapter error (telegram_network_error): Telegram polling could not reconnect after 10 network error retries. httpx.ConnectError: All connection attempts failed',
      );
      run.say('INFO', 'telegram queued for background reconnection');
      for (let attempt = 1; attempt <= 24; attempt += 1) {
        run.say('INFO', `Reconnecting telegram (attempt ${attempt})...`);
        run.say('INFO', `Reconnect telegram failed, next retry in ${Math.min(300, 30 * 2 ** attempt)}s`);
        busy('5m', { everyMinutes: 6 });
        if (attempt % 6 === 0) qq.routine4009();
      }
      run.alive();
      run.state('running', {
        qqbot: { state: 'connected' },
        telegram: { state: 'retrying', error_code: 'telegram_network_error' },
      });
      return { until: iso('10m'), finally: QQ_UP };
    },
  ),

  healthy(
    'weixin-noise',
    'Weixin polling fails and recovers all day; the other links are healthy',
    {},
    ({ home, run, qq, busy, iso }) => {
      run.start();
      for (let round = 0; round < 6; round += 1) {
        busy('25m');
        for (let miss = 1; miss <= 3; miss += 1)
          home.say(
            'WARNING',
            'gateway.platforms.weixin',
            `[Weixin] poll error (${miss}/3): Cannot connect to host ilinkai.weixin.qq.com:443 ssl:default [Connect call failed]`,
          );
        home.say('ERROR', 'gateway.platforms.weixin', '[Weixin] Session expired; pausing for 10 minutes');
        home.say(
          'WARNING',
          'gateway.run',
          'Gateway swallowed transient network error from weixin-poll: ConnectError: All connection attempts failed',
        );
        qq.routine4009();
      }
      run.allWell();
      return { until: iso('10m'), finally: ALL_UP };
    },
  ),
];
