/** Healthy gateways whose records are difficult: clocks, rotation, damage, old versions, lying files, quoting users. */
import { NO_CLOSE_FRAME } from './feishu.ts';
import { QQ_DNS } from './qq.ts';
import { healthy, type Trace } from './trace.ts';

const ALL_UP = { gateway: 'healthy', qqbot: 'up', feishu: 'up' };
const QQ_UP = { gateway: 'healthy', qqbot: 'up' };
const HOUR = 3_600_000;

export const HEALTHY_RECORDS: readonly Trace[] = [
  healthy(
    'rotation-in-an-outage',
    'gateway.log rotates between the loss and the login, twice in all',
    { logs: ['gateway.log', 'agent.log', 'errors.log'] },
    ({ home, run, qq, feishu, busy, iso }) => {
      run.start();
      busy('6h', { everyMinutes: 2.5 });
      home.rotate('gateway.log');
      busy('6h', { everyMinutes: 2.5 });
      feishu.loopExit(NO_CLOSE_FRAME);
      qq.closed();
      qq.failing(1, 2, QQ_DNS);
      home.rotate('gateway.log');
      home.rotate('agent.log');
      home.rotate('errors.log');
      qq.failing(3, 3, QQ_DNS);
      qq.retry(4);
      qq.reconnected();
      qq.resume();
      feishu.connectedTo();
      busy('1h', { everyMinutes: 3 });
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'truncated-log',
    'The log was emptied while running: it begins in the middle of a line and of a life',
    { logs: ['gateway.log'] },
    ({ home, run, qq, busy, iso }) => {
      run.newProcess();
      home.raw(
        'gateway.log',
        '[QQBot:102938475] Resume sent (session_id=77120acd-5b1e-4c7a-9d20-5511a8c0ffee, seq=118)',
      );
      qq.say('INFO', 'Session resumed');
      for (let round = 0; round < 4; round += 1) {
        busy('29m');
        qq.routine4009();
      }
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: { qqbot: 'up' } };
    },
  ),

  healthy(
    'nul-bytes-and-a-torn-line',
    'A power cut left NUL bytes in the middle and a foreign encoding; the last line is half written',
    {},
    ({ home, run, qq, busy, pass, iso }) => {
      run.start();
      busy('1h');
      run.unclean();
      pass('48s');
      home.raw('gateway.log', '@@NUL@@');
      run.start({ clean: false });
      busy('40m');
      qq.routine4009();
      home.raw('gateway.log', '@@GBK@@');
      busy('20m');
      run.say('INFO', "inbound message: platform=qqbot user=林晓 chat=8F2C11E09A7B4D5C msg='明天'@@TORN@@");
      home.spoil('gateway.log', (content) => {
        const cut = content.subarray(0, content.indexOf("天'@@TORN@@") + 1);
        const nul = cut.indexOf('@@NUL@@\n');
        const gbk = cut.indexOf('@@GBK@@\n');
        return Buffer.concat([
          cut.subarray(0, nul),
          Buffer.alloc(4096),
          cut.subarray(nul + 8, gbk),
          Buffer.from([0xcf, 0xfb, 0xcf, 0xa2, 0xb4, 0xed, 0xce, 0xf3, 0x0a]),
          cut.subarray(gbk + 8),
        ]);
      });
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'users-quote-error-lines',
    "A chat about the gateway's own errors: quoted lines on one line, in tool output, and as continuation lines",
    {},
    ({ home, run, qq, busy, pass, iso }) => {
      const quoted =
        '2026-11-18 03:12:44,120 ERROR gateway.platforms.qqbot.adapter: [QQBot:102938475] Max reconnect attempts reached';
      run.start();
      busy('20m');
      run.say('INFO', `inbound message: platform=qqbot user=林晓 chat=8F2C11E09A7B4D5C msg='${quoted} 这是什么意思？'`);
      pass('9s');
      run.say('INFO', 'response ready: platform=qqbot chat=8F2C11E09A7B4D5C time=9.1s api_calls=1 response=412 chars');
      busy('10m');
      home.say(
        'INFO',
        'agent.tool_executor',
        `Tool terminal returned 3 lines (0.21s): $ grep -c 'Bot is banned. Check QQ Open Platform.' errors.log`,
        {
          tag: '20261120_083101_aa10c4',
          below: [
            `    ${quoted}`,
            '    2026-11-18 03:12:44,121 ERROR Lark: receive message loop exit, err: no close frame received or sent',
            '    [QQBot:102938475] WebSocket closed: code=4915 reason=banned',
          ],
        },
      );
      home.say(
        'INFO',
        'gateway.run',
        "inbound message: platform=feishu user=王工 chat=oc_5ad11d72b830411d72b836c20 msg='贴一下日志",
        {
          below: [
            `> ${quoted}`,
            '> RuntimeError: Executor shutdown has been called',
            '[Feishu] Send error: Executor shutdown has been called',
            'Gateway hit a non-retryable startup conflict: qqbot-appid already in use',
            '10:44 Received SIGTERM — initiating shutdown',
            "Exiting with code 1 … 重启就好了吧？'",
          ],
        },
      );
      pass('6s');
      home.say(
        'WARNING',
        'agent.conversation',
        'Model said: the log shows "[QQBot:102938475] Too many quick disconnects. Check: 1) AppID/Secret correct 2) Bot permissions on QQ Open Platform", so check the secret.',
      );
      home.say(
        'INFO',
        'gateway.run',
        "inbound message: platform=qqbot user=Mia chat=8F2C11E09A7B4D5C msg='Starting Hermes Gateway... Gateway event loop missed 3 consecutive liveness probes; what now?'",
      );
      busy('29m');
      qq.routine4009();
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'users-paste-whole-records',
    'A user pastes old log lines as they were; each stands at the start of a line, days older than its neighbours',
    {},
    ({ home, run, qq, busy, pass, iso }) => {
      run.start();
      busy('20m');
      home.say(
        'INFO',
        'gateway.run',
        "inbound message: platform=qqbot user=林晓 chat=8F2C11E09A7B4D5C msg='这是三天前的日志：",
        {
          below: [
            '2026-11-17 03:12:42,001 WARNING gateway.platforms.qqbot.adapter: [QQBot:102938475] Reconnect failed: Cannot connect to host api.sgroup.qq.com:443',
            '2026-11-17 03:12:44,120 ERROR gateway.platforms.qqbot.adapter: [QQBot:102938475] Max reconnect attempts reached',
            "后来重启才好'",
          ],
        },
      );
      pass('9s');
      run.say('INFO', 'response ready: platform=qqbot chat=8F2C11E09A7B4D5C time=9.1s api_calls=1 response=412 chars');
      busy('29m');
      qq.routine4009();
      busy('30m');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'summer-time-ends',
    'Berlin, the night with two half past twos: 4009 every half hour through both',
    { tz: 'Europe/Berlin', from: '2026-10-24T23:30:00+02:00' },
    ({ run, qq, busy, pass, iso }) => {
      run.start();
      pass('24m');
      for (let round = 0; round < 11; round += 1) {
        qq.routine4009();
        busy('29m57s', { everyMinutes: 20 });
      }
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'summer-time-begins',
    'Berlin, the night without half past two: closed a moment before two, resumed just after three',
    { tz: 'Europe/Berlin', from: '2026-03-28T22:00:00+01:00' },
    ({ home, run, qq, busy, iso }) => {
      run.start();
      busy('2h');
      home.goTo(Date.parse('2026-03-29T01:59:59+01:00'));
      qq.routine4009();
      busy('2h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'clock-jumps-back',
    'The clock is set back by an hour between the loss and the login',
    {},
    ({ home, run, qq, busy, iso }) => {
      run.start();
      busy('2h');
      qq.closed();
      qq.announceRetry();
      home.jumpClock(-HOUR);
      home.pass('2s');
      qq.reconnected();
      qq.resume();
      busy('2h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'clock-jumps-forward',
    'The clock is set forward by an hour while all is well',
    {},
    ({ home, run, qq, busy, pass, iso }) => {
      run.start();
      busy('50m');
      qq.routine4009();
      home.jumpClock(HOUR);
      pass('1m');
      busy('28m');
      qq.routine4009();
      busy('1h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'laptop-sleeps',
    'The lid is closed for nine hours; on waking both links are lost and back in half a minute',
    {},
    ({ home, run, qq, feishu, busy, pass, iso }) => {
      run.start();
      busy('1h');
      home.jumpClock(9 * HOUR);
      pass('3s');
      qq.closed(1006, '');
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.disconnectedTo();
      qq.failing(1, 2, QQ_DNS);
      qq.retry(3);
      feishu.trying(1);
      feishu.connectedTo();
      qq.reconnected();
      qq.resume();
      busy('1h');
      run.allWell();
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'state-file-from-an-earlier-life',
    'The state file says fatal and disconnected, written by a process long gone; the log shows both logins',
    {},
    ({ run, busy, pass, iso }) => {
      run.newProcess();
      run.state('degraded', {
        qqbot: { state: 'fatal', error_code: 'qq_quick_disconnect', error_message: 'Too many quick disconnects' },
        feishu: { state: 'disconnected' },
      });
      const stale = run.state;
      run.state = () => undefined;
      pass('2h');
      run.start({ clean: false });
      run.state = stale;
      busy('1h');
      return { until: iso('10m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'state-file-not-yet-rewritten',
    'Restarted a minute ago; the state file still says running with the old pid',
    {},
    ({ run, busy, pass, iso }) => {
      run.start();
      busy('1h');
      run.allWell();
      const stale = run.state;
      run.state = () => undefined;
      run.plannedRestart();
      pass('5s');
      run.start();
      run.state = stale;
      return { until: iso('1m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'idle-day',
    'Started yesterday, not a line since: an idle healthy gateway logs nothing',
    {},
    ({ run, pass, iso }) => {
      run.start();
      pass('24h');
      return { until: iso(), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'old-minimal-logs',
    'Hermes 0.9: gateway.log alone, no app id in the tag, no heartbeat or lifecycle files',
    { logs: ['gateway.log'], platforms: ['qqbot'], qq: { tag: '[QQBot]', logger: 'gateway.platforms.qqbot' } },
    ({ home, run, qq, busy, iso }) => {
      run.start();
      for (let round = 0; round < 5; round += 1) {
        busy('29m');
        qq.routine4009({ withSeq: true });
      }
      for (const path of ['state/gateway.heartbeat', 'state/gateway.lifecycle.json', 'gateway-starts.log'])
        home.forget(path);
      home.file('gateway.pid', String(run.pid()));
      home.file('gateway_state.json', {
        pid: run.pid(),
        kind: 'hermes-gateway',
        gateway_state: 'running',
        exit_reason: null,
        platforms: { qqbot: { state: 'connected' } },
        updated_at: Math.floor(home.now() / 1000),
      });
      return { until: iso('20m'), quiet: true, finally: QQ_UP };
    },
  ),
];
