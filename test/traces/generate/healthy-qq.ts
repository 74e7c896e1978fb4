/** QQ links that lose their socket and come back by themselves. */
import { QQ_500, QQ_DNS } from './qq.ts';
import { healthy, type Stage, type Trace } from './trace.ts';

const ALL_UP = { gateway: 'healthy', qqbot: 'up', feishu: 'up' };
const QQ_UP = { gateway: 'healthy', qqbot: 'up' };

/** A morning with one short trouble of the QQ link in it. */
const once = (name: string, about: string, trouble: (stage: Stage) => void): Trace =>
  healthy(name, about, {}, (stage) => {
    stage.run.start();
    stage.busy('1h10m');
    trouble(stage);
    stage.busy('50m');
    stage.run.allWell();
    return { until: stage.iso('10m'), quiet: true, finally: ALL_UP };
  });

export const HEALTHY_QQ: readonly Trace[] = [
  healthy(
    'qq-4009-all-day',
    'A day of close code 4009 every half hour, resumed each time',
    { from: '2026-11-19T23:58:00+08:00', logs: ['gateway.log', 'errors.log'], platforms: ['qqbot'] },
    ({ qq, run, busy, iso }) => {
      run.start();
      for (let round = 0; round < 47; round += 1) {
        busy('29m', { everyMinutes: 25 });
        qq.routine4009({ withSeq: round % 3 === 0 });
      }
      run.allWell();
      return { until: iso('20m'), quiet: true, finally: QQ_UP };
    },
  ),

  healthy(
    'qq-drops-with-logins',
    'Closed every minute and logged in again within seconds, twelve times: it works (#19821, #19648, #20531)',
    { logs: ['gateway.log', 'errors.log'], platforms: ['qqbot'] },
    ({ qq, run, busy, iso, pass }) => {
      run.start();
      busy('1h');
      for (let round = 0; round < 12; round += 1) {
        qq.closed(1006, '');
        qq.retry(1);
        qq.reconnected();
        qq.resume();
        pass('68s');
      }
      run.allWell();
      return { until: iso('20m'), quiet: true, finally: QQ_UP };
    },
  ),

  healthy(
    'qq-op7-all-morning',
    'The server asks for a reconnect (op 7) every half hour',
    {},
    ({ qq, run, busy, iso }) => {
      run.start();
      for (let round = 0; round < 8; round += 1) {
        busy('31m');
        qq.routineOp7();
      }
      run.allWell();
      return { until: iso('25m'), quiet: true, finally: ALL_UP };
    },
  ),

  once('qq-op7-then-4009', 'Op 7, and the old socket then closes with 4009 before the resume', ({ qq, pass }) => {
    qq.say('INFO', 'Server requested reconnect (op 7)');
    pass('1s');
    qq.closed();
    qq.retry();
    qq.reconnected();
    qq.resume();
  }),

  once(
    'qq-outage-of-108-s',
    'The name server fails for 108 s; the fifth attempt logs in within the grace',
    ({ qq }) => {
      qq.closed(1006, '');
      qq.failing(1, 4, QQ_DNS);
      qq.retry(5);
      qq.token();
      qq.reconnected();
      qq.resume();
    },
  ),

  once(
    'qq-op9-identify',
    'Op 9 not resumable: the session is cleared and a fresh Identify is answered with READY',
    ({ qq, pass }) => {
      qq.closed();
      qq.retry();
      qq.reconnected();
      qq.resumeSent();
      pass('300ms');
      qq.say('WARNING', 'Invalid session (op 9, not resumable), clearing session');
      qq.closed(1000, '');
      qq.retry();
      qq.reconnected();
      qq.identify();
    },
  ),

  once('qq-4008-rate-limit', 'Rate limited (4008): a minute of waiting, then resumed', ({ qq, pass }) => {
    qq.closed(4008, 'Rate limit exceeded');
    qq.say('INFO', 'Rate limited (4008), waiting 60s');
    pass('60s');
    qq.retry();
    qq.reconnected();
    qq.resume();
  }),

  once('qq-4004-token', 'Invalid token (4004): the token is refreshed and the link comes back', ({ qq }) => {
    qq.closed(4004, 'Authentication failed');
    qq.say('INFO', 'Invalid token (4004), will refresh and reconnect');
    qq.retry();
    qq.token();
    qq.reconnected();
    qq.resume();
  }),

  once('qq-4006-session', 'Session error (4006): the session is cleared, Identify and READY follow', ({ qq }) => {
    qq.closed(4006, 'Session no longer valid');
    qq.say('INFO', 'Session error (4006), clearing session for re-identify');
    qq.retry();
    qq.reconnected();
    qq.identify();
  }),

  once('qq-closed-socket-error', 'The socket dies without a close frame; a traceback, then a resume', ({ qq }) => {
    qq.say('WARNING', 'WebSocket error: WebSocket closed', [
      'Traceback (most recent call last):',
      '  File "/home/lin/.hermes/hermes-agent/gateway/platforms/qqbot/adapter.py", line 512, in _listen_loop',
      '    await self._read_events()',
      'RuntimeError: WebSocket closed',
    ]);
    qq.retry();
    qq.reconnected();
    qq.resume({ withSeq: true });
  }),

  once('qq-gateway-url-500-once', 'The gateway URL answers 500 twice, the third attempt logs in', ({ qq }) => {
    qq.closed();
    qq.failing(1, 2, QQ_500);
    qq.retry(3);
    qq.reconnected();
    qq.resume();
  }),

  once('qq-quick-disconnects-that-end', 'Two quick disconnects, then a login that holds', ({ qq, pass }) => {
    qq.closed();
    for (const count of [1, 2]) {
      qq.retry(1);
      qq.reconnected();
      qq.resumeSent();
      pass('1s');
      qq.closed(4902, 'internal error');
      qq.say('INFO', `Quick disconnect (1.${count}s), count: ${count}`);
      qq.say('INFO', 'Session error (4902), clearing session for re-identify');
    }
    qq.retry(2);
    qq.reconnected();
    qq.identify();
  }),

  once(
    'qq-resume-loop-that-ends',
    'A stale session is refused for 50 s, close after close; then a login, well within the grace',
    ({ qq, pass }) => {
      for (let round = 0; round < 9; round += 1) {
        qq.closed();
        qq.retry(1);
        qq.reconnected();
        qq.resumeSent();
        pass('3s');
      }
      qq.say('WARNING', 'Invalid session (op 9, not resumable), clearing session');
      qq.retry(1);
      qq.reconnected();
      qq.identify();
    },
  ),

  healthy(
    'qq-three-drops-in-half-an-hour',
    'Three unrelated drops in half an hour, each logged in again at once: not flapping',
    {},
    ({ qq, run, busy, iso }) => {
      run.start();
      busy('2h');
      for (let drop = 0; drop < 3; drop += 1) {
        qq.closed(1006, '');
        qq.retry();
        qq.reconnected();
        qq.resume();
        busy('10m', { everyMinutes: 4 });
      }
      busy('1h');
      run.allWell();
      return { until: iso('5m'), quiet: true, finally: ALL_UP };
    },
  ),

  healthy(
    'qq-proactive-send-fails',
    'A cron job cannot send by QQ (no access token in the response) while the link is fine (#23825)',
    {},
    ({ home, qq, run, busy, iso }) => {
      run.start();
      busy('1h');
      for (let job = 0; job < 4; job += 1) {
        home.say(
          'ERROR',
          'cron.scheduler',
          "Job 'morning-brief': delivery to qqbot failed: QQBot: no access_token in response",
        );
        busy('28m');
        qq.routine4009();
      }
      run.allWell();
      return { until: iso('10m'), finally: ALL_UP };
    },
  ),
];
