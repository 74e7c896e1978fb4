/** A dead network, a platform that refuses, and the runner's own reconnect queue (docs/facts/hermes.md 2.3, 9.31). */
import { LARK_DNS, NO_CLOSE_FRAME } from './feishu.ts';
import { QQ_DNS } from './qq.ts';
import { NO_RESTART, sick, type Trace } from './trace.ts';

export const SICK_PLATFORMS: readonly Trace[] = [
  sick(
    'network-down',
    'The network is gone: both links are lost and every try fails at the name server; no restart can mend that',
    { logs: ['gateway.log', 'errors.log'] },
    ({ home, run, qq, feishu, busy, iso }) => {
      run.start();
      busy('1h');
      const notBefore = iso('110s');
      const by = iso('12m');
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.disconnectedTo();
      qq.closed(1006, '');
      const began = home.now();
      qq.failing(1, 40, QQ_DNS);
      const end = home.now();
      for (let nth = 1, at = began + 20_000; at < end; nth += 1, at += 120_000) {
        home.sayAt(
          at,
          'INFO',
          'Lark',
          `trying to reconnect for the ${['1st', '2nd', '3rd'][nth - 1] ?? `${nth}th`} time`,
        );
        home.sayAt(at + 40, 'ERROR', 'Lark', `connect failed, err: ${LARK_DNS}`);
      }
      run.alive();
      run.state('running', {
        qqbot: { state: 'disconnected' },
        feishu: { state: 'retrying', error_message: 'Feishu websocket link lost; reconnecting' },
      });
      return {
        until: iso('30s'),
        expect: {
          link: [null, 'qqbot', 'feishu'],
          condition: ['network_down', 'unreachable'],
          remedy: 'alert',
          by,
          notBefore,
        },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'network-down-and-back',
    'The network is gone for 20 minutes; both links come back by themselves',
    {},
    ({ home, run, qq, feishu, busy, iso }) => {
      run.start();
      busy('1h');
      const notBefore = iso('110s');
      const by = iso('12m');
      feishu.loopExit(NO_CLOSE_FRAME);
      feishu.disconnectedTo();
      qq.closed(1006, '');
      const began = home.now();
      qq.failing(1, 23, QQ_DNS);
      for (let at = began + 20_000; at < home.now(); at += 120_000)
        home.sayAt(at, 'ERROR', 'Lark', `connect failed, err: ${LARK_DNS}`);
      qq.retry(24);
      qq.reconnected();
      qq.identify();
      feishu.connectedTo();
      busy('1h');
      run.allWell();
      return {
        until: iso('5m'),
        expect: {
          link: [null, 'qqbot', 'feishu'],
          condition: ['network_down', 'unreachable'],
          remedy: 'alert',
          by,
          notBefore,
        },
        never: NO_RESTART,
        finally: { gateway: 'healthy', qqbot: 'up', feishu: 'up' },
      };
    },
  ),

  sick(
    'qq-wrong-secret',
    'The client secret is wrong: the platform refuses the token at the start and at every background try',
    {},
    ({ run, qq, busy, iso }) => {
      const notBefore = iso();
      const error =
        'QQ startup failed: QQ Bot token response missing access_token: {"code":100016,"message":"invalid appid or secret"}';
      run.begin();
      run.say('INFO', 'Connecting to qqbot...');
      qq.say('ERROR', error, [
        'Traceback (most recent call last):',
        '  File "/home/lin/.hermes/hermes-agent/gateway/platforms/qqbot/adapter.py", line 240, in connect',
        'RuntimeError: QQ Bot token response missing access_token: {"code":100016,"message":"invalid appid or secret"}',
      ]);
      run.say('WARNING', '✗ qqbot failed to connect');
      run.connect('feishu');
      run.running(1);
      const by = iso('10m');
      for (let attempt = 1; attempt <= 20; attempt += 1) {
        busy(`${Math.min(300, 30 * 2 ** (attempt - 1))}s`, { platforms: ['feishu'] });
        run.say('INFO', `Reconnecting qqbot (attempt ${attempt})...`);
        qq.say('ERROR', error);
        run.say('INFO', `Reconnect qqbot failed, next retry in ${Math.min(300, 30 * 2 ** attempt)}s`);
      }
      run.alive();
      run.state('running', {
        qqbot: { state: 'retrying', error_code: 'qq_connect_error' },
        feishu: { state: 'connected' },
      });
      return {
        until: iso('1m'),
        expect: { link: 'qqbot', condition: ['rejected', 'unreachable', 'down'], remedy: 'alert', by, notBefore },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'feishu-needs-attention',
    'Feishu cannot be reached and is retried for hours until Hermes itself asks for attention',
    {},
    ({ run, feishu, busy, iso }) => {
      run.start();
      busy('1h');
      const notBefore = iso('290s');
      const by = iso('3h');
      feishu.loopExit(NO_CLOSE_FRAME);
      run.say('ERROR', `Fatal feishu adapter error (feishu_connect_error): ${NO_CLOSE_FRAME}`);
      run.say('INFO', 'feishu queued for background reconnection');
      for (let attempt = 1; attempt <= 30; attempt += 1) {
        run.say('INFO', `Reconnecting feishu (attempt ${attempt})...`);
        run.say(
          'WARNING',
          `Reconnect feishu error: HTTPSConnectionPool(host='open.feishu.cn', port=443): Max retries exceeded with url: /callback/ws/endpoint (Caused by ConnectTimeoutError('Connection to open.feishu.cn timed out. (connect timeout=10)')), next retry in ${Math.min(300, 30 * 2 ** attempt)}s`,
        );
        if (attempt === 26)
          run.say(
            'WARNING',
            'feishu has been failing/reconnecting continuously for 2 hours (26 attempts) — flagging NEEDS_ATTENTION. Check the credentials and the network.',
          );
        busy(`${Math.min(300, 30 * 2 ** attempt)}s`, { platforms: ['qqbot'], everyMinutes: 4 });
      }
      run.alive();
      run.state('running', {
        qqbot: { state: 'connected' },
        feishu: { state: 'retrying', error_code: 'feishu_connect_error', needs_attention: true },
      });
      return {
        until: iso(),
        expect: { link: 'feishu', condition: ['unreachable', 'down'], remedy: 'alert', by, notBefore },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'watcher-given-up',
    'The reconnect watcher could not be kept alive while Feishu waits in its queue (#70344)',
    {},
    ({ run, feishu, busy, pass, iso }) => {
      run.start();
      busy('1h');
      feishu.loopExit(NO_CLOSE_FRAME);
      run.say('ERROR', `Fatal feishu adapter error (feishu_connect_error): ${NO_CLOSE_FRAME}`);
      run.say('INFO', 'feishu queued for background reconnection');
      for (let respawn = 0; respawn < 5; respawn += 1) {
        pass('20s');
        run.say('WARNING', 'Reconnect watcher task is dead (done=True) — respawning');
      }
      const notBefore = iso();
      run.say(
        'ERROR',
        'Reconnect watcher could not be kept alive after 5 slow respawns; platforms in the retry queue will not reconnect. Manual intervention or a gateway restart is required.',
      );
      run.alive();
      run.state('running', { qqbot: { state: 'connected' }, feishu: { state: 'retrying' } });
      const by = iso('8m');
      busy('3h', { platforms: ['qqbot'] });
      return {
        until: iso(),
        expect: {
          link: ['feishu', null],
          condition: ['gave_up', 'down', 'deaf', 'frozen'],
          remedy: 'restart',
          by,
          notBefore,
        },
      };
    },
  ),

  sick(
    'watcher-task-dies',
    'The supervised reconnect task dies in rapid succession and is given up; QQ stays queued for ever (#90386)',
    {},
    ({ run, qq, busy, iso }) => {
      run.start();
      busy('1h');
      qq.closed(1006, '');
      run.say('ERROR', 'Fatal qqbot adapter error (qq_connect_error): WebSocket closed');
      run.say('INFO', 'qqbot queued for background reconnection');
      const notBefore = iso();
      run.say(
        'ERROR',
        'Supervised task platform-reconnect-watcher died: RuntimeError: dictionary changed size during iteration',
      );
      run.say(
        'ERROR',
        'Supervised task platform-reconnect-watcher died 5 times in rapid succession (RuntimeError: dictionary changed size during iteration); giving up restarts',
      );
      run.alive();
      run.state('running', { qqbot: { state: 'retrying' }, feishu: { state: 'connected' } });
      const by = iso('6m');
      busy('3h', { platforms: ['feishu'] });
      return {
        until: iso(),
        expect: { link: ['qqbot', null], condition: ['gave_up', 'down', 'frozen'], remedy: 'restart', by, notBefore },
      };
    },
  ),

  sick(
    'old-watcher-gave-up',
    'An old version takes the platform out of its queue after 20 attempts and never tries again',
    { logs: ['gateway.log'], feishu: { logger: 'gateway.platforms.feishu' } },
    ({ run, feishu, busy, pass, iso }) => {
      run.begin();
      run.connect('qqbot');
      run.say('INFO', 'Connecting to feishu...');
      feishu.say('ERROR', 'Failed to connect: timed out during opening handshake');
      run.say('WARNING', '✗ feishu failed to connect');
      run.running(1);
      const from = iso();
      for (let attempt = 1; attempt <= 20; attempt += 1) {
        pass(`${Math.min(300, 30 * 2 ** (attempt - 1))}s`);
        run.say('INFO', `Reconnecting feishu (attempt ${attempt})...`);
        feishu.say('ERROR', 'Failed to connect: timed out during opening handshake');
        if (attempt < 20)
          run.say('INFO', `Reconnect feishu failed, next retry in ${Math.min(300, 30 * 2 ** attempt)}s`);
      }
      run.say('WARNING', 'Giving up reconnecting feishu after 20 attempts');
      const by = iso('30m');
      run.alive();
      run.state('running', { qqbot: { state: 'connected' }, feishu: { state: 'retrying' } });
      busy('5h', { platforms: ['qqbot'], everyMinutes: 20 });
      return {
        until: iso(),
        expect: {
          link: 'feishu',
          condition: ['gave_up', 'down', 'unreachable'],
          remedy: ['restart', 'alert'],
          by,
          notBefore: from,
        },
      };
    },
  ),
];
