/** QQ links that the platform refuses or keeps closing, or whose endpoint fails (docs/facts/hermes.md 9). */
import { QQ_500 } from './qq.ts';
import { NO_RESTART, sick, type Stage, type Trace } from './trace.ts';

/** The link is refused for good: no restart can help. */
const refused = (name: string, about: string, code: number, reason: string, line: string | null): Trace =>
  sick(name, about, {}, (stage) => {
    stage.run.start();
    stage.busy('47m');
    const notBefore = stage.iso();
    stage.qq.closed(code, reason);
    if (line) stage.qq.say('ERROR', line);
    endWith(stage, 'fatal');
    const by = stage.iso('3m');
    stage.busy('1h', { platforms: ['feishu'] });
    return {
      until: stage.iso(),
      expect: { link: 'qqbot', condition: ['rejected'], remedy: 'alert', by, notBefore },
      never: NO_RESTART,
    };
  });

const endWith = ({ run }: Stage, state: string): void => {
  run.alive();
  run.state('running', { qqbot: { state }, feishu: { state: 'connected' } });
};

export const SICK_QQ: readonly Trace[] = [
  sick(
    'qq-gateway-url-500-for-ever',
    '4009, and the gateway URL answers 500 to every try: a restart is useless (#11489, #73378)',
    { logs: ['gateway.log', 'errors.log'] },
    (stage) => {
      const { run, qq, iso, busy } = stage;
      run.start();
      busy('1h');
      const notBefore = iso('110s');
      const by = iso('10m');
      qq.closed();
      const began = stage.home.now();
      qq.failing(1, 70, QQ_500);
      stage.talk(began, { platforms: ['feishu'] });
      endWith(stage, 'disconnected');
      return {
        until: iso('30s'),
        expect: { link: 'qqbot', condition: ['unreachable'], remedy: 'alert', by, notBefore },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'qq-endpoint-404',
    'The gateway URL answers 404 to every try',
    { logs: ['gateway.log', 'errors.log'], platforms: ['qqbot'] },
    (stage) => {
      const { run, qq, iso, busy } = stage;
      run.start();
      busy('1h');
      const notBefore = iso('110s');
      const by = iso('10m');
      qq.closed();
      qq.failing(
        1,
        25,
        "Failed to get QQ Bot gateway URL: Client error '404 Not Found' for url 'https://api.sgroup.qq.com/gateway'\nFor more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/404",
      );
      run.alive();
      run.state('running', { qqbot: { state: 'disconnected' } });
      return {
        until: iso('30s'),
        expect: { link: 'qqbot', condition: ['unreachable'], remedy: 'alert', by, notBefore },
        never: NO_RESTART,
      };
    },
  ),

  sick(
    'qq-resume-loop',
    'A stale session: reconnected, resume sent, closed, always attempt 1, without end (#22179)',
    { logs: ['gateway.log', 'errors.log'] },
    (stage) => {
      const { run, qq, iso, busy, pass } = stage;
      run.start();
      busy('1h');
      const notBefore = iso('60s');
      const by = iso('10m');
      for (let round = 0; round < 60; round += 1) {
        qq.closed(4009, 'Session timed out');
        qq.retry(1);
        qq.reconnected();
        qq.resumeSent();
        pass('3s');
      }
      endWith(stage, 'connected');
      return {
        until: iso('1s'),
        expect: { link: 'qqbot', condition: ['flapping', 'down'], remedy: 'restart', by, notBefore },
      };
    },
  ),

  sick(
    'qq-heartbeat-lost',
    'The heartbeat task is lost after a reconnect: 4009 again and again, then closed-socket errors (#24357)',
    {},
    (stage) => {
      const { run, qq, iso, busy, pass } = stage;
      run.start();
      busy('40m');
      const notBefore = iso('8m');
      for (let round = 0; round < 4; round += 1) {
        qq.routine4009();
        busy('3m', { platforms: ['feishu'] });
      }
      qq.closed();
      qq.retry();
      qq.reconnected();
      for (let round = 0; round < 40; round += 1) {
        qq.say('WARNING', 'WebSocket error: WebSocket not connected');
        qq.say('WARNING', 'Cannot send Resume: WebSocket not connected');
        pass('30s');
      }
      endWith(stage, 'connected');
      const by = iso();
      return {
        until: iso('1m'),
        expect: { link: 'qqbot', condition: ['down', 'flapping', 'deaf'], remedy: 'restart', by, notBefore },
      };
    },
  ),

  sick(
    'qq-logins-that-never-hold',
    'A stale session is resumed, accepted and closed at once, without end (#22179)',
    {},
    (stage) => {
      const { run, qq, iso, busy, pass } = stage;
      run.start();
      busy('1h');
      const notBefore = iso('2m');
      const by = iso('5m');
      for (let round = 0; round < 130; round += 1) {
        qq.closed(1006, '');
        qq.retry(1);
        qq.reconnected();
        qq.resume();
        pass('200ms');
      }
      endWith(stage, 'connected');
      return {
        until: iso('1s'),
        expect: { link: 'qqbot', condition: ['flapping'], remedy: 'restart', by, notBefore },
      };
    },
  ),

  sick(
    'qq-quick-disconnects',
    'Closed right after each handshake until the limit: wrong secret or missing permission',
    {},
    (stage) => {
      const { run, qq, iso, busy, pass } = stage;
      run.start();
      busy('1h');
      qq.closed();
      for (let count = 1; count <= 3; count += 1) {
        qq.retry();
        qq.reconnected();
        qq.say('INFO', 'Identify sent');
        pass('400ms');
        qq.closed(4900, 'internal error');
        qq.say('INFO', `Quick disconnect (0.${count + 3}s), count: ${count}`);
      }
      const notBefore = iso();
      qq.say(
        'ERROR',
        'Too many quick disconnects. Check: 1) AppID/Secret correct 2) Bot permissions on QQ Open Platform',
      );
      endWith(stage, 'fatal');
      const by = iso('3m');
      busy('1h', { platforms: ['feishu'] });
      return {
        until: iso(),
        expect: {
          link: 'qqbot',
          condition: ['rejected', 'gave_up', 'flapping'],
          remedy: ['alert', 'restart'],
          by,
          notBefore,
        },
      };
    },
  ),

  refused('qq-4014-intent', 'Close code 4014: the intent is not authorised', 4014, 'Disallowed intents', null),

  refused(
    'qq-4013-intent',
    "Close code 4013 with the adapter's own line about it",
    4013,
    'Invalid intents',
    'Bot is invalid intent. Check QQ Open Platform.',
  ),

  refused(
    'qq-4914-sandbox',
    'Close code 4914: the bot is offline or sandbox only',
    4914,
    'bot offline',
    'Bot is offline/sandbox-only. Check QQ Open Platform.',
  ),

  refused(
    'qq-4915-banned',
    'Close code 4915: the bot is banned',
    4915,
    'bot banned',
    'Bot is banned. Check QQ Open Platform.',
  ),
];
