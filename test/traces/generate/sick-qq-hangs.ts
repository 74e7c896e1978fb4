/** QQ links whose adapter has stopped trying: given up, hung, or connected without a login (docs/facts/hermes.md 9). */
import { QQ_DNS, QQ_UNREACHABLE } from './qq.ts';
import { sick, type Stage, type Trace } from './trace.ts';

const endWith = ({ run }: Stage, state: string): void => {
  run.alive();
  run.state('running', { qqbot: { state }, feishu: { state: 'connected' } });
};

export const SICK_QQ_HANGS: readonly Trace[] = [
  sick(
    'qq-gave-up',
    'A hundred failed attempts in 97 minutes, then it stops trying and tells nobody (#14539, #25505)',
    { logs: ['gateway.log', 'errors.log'] },
    (stage) => {
      const { run, qq, busy, iso } = stage;
      run.start();
      busy('40m');
      qq.closed();
      qq.failing(1, 100, QQ_UNREACHABLE);
      const notBefore = iso();
      qq.say('ERROR', 'Max reconnect attempts reached');
      endWith(stage, 'disconnected');
      const by = iso('2m');
      busy('3h', { platforms: ['feishu'] });
      return { until: iso(), expect: { link: 'qqbot', condition: ['gave_up'], remedy: 'restart', by, notBefore } };
    },
  ),

  sick(
    'qq-gave-up-closed-error',
    'The recording begins late in the outage; the line ends in (QQCloseError) and the old state file says connected (#21851)',
    { logs: ['gateway.log'], platforms: ['qqbot'] },
    (stage) => {
      const { run, qq, pass, iso } = stage;
      run.newProcess();
      qq.retryFailed(QQ_UNREACHABLE);
      qq.failing(96, 100, QQ_UNREACHABLE);
      const notBefore = iso();
      qq.say('ERROR', 'Max reconnect attempts reached (QQCloseError)');
      run.allWell();
      const by = iso('2m');
      pass('5h');
      return { until: iso(), expect: { link: 'qqbot', condition: ['gave_up'], remedy: 'restart', by, notBefore } };
    },
  ),

  sick(
    'qq-gave-up-before-rotation',
    'The give-up line is in gateway.log.1; gateway.log has only Feishu since',
    {},
    (stage) => {
      const { home, run, qq, busy, iso } = stage;
      run.start();
      busy('20m');
      qq.closed();
      qq.failing(1, 4, QQ_DNS);
      qq.failing(97, 100, QQ_DNS);
      const notBefore = iso();
      qq.say('ERROR', 'Max reconnect attempts reached');
      endWith(stage, 'disconnected');
      const by = iso('2m');
      home.rotate('gateway.log');
      home.rotate('agent.log');
      busy('4h', { platforms: ['feishu'] });
      return { until: iso(), expect: { link: 'qqbot', condition: ['gave_up'], remedy: 'restart', by, notBefore } };
    },
  ),

  sick(
    'qq-gave-up-as-summer-time-ends',
    'Gives up in the second half past two of a Berlin autumn night',
    { tz: 'Europe/Berlin', from: '2026-10-25T01:05:00+02:00', logs: ['gateway.log'] },
    (stage) => {
      const { run, qq, busy, iso } = stage;
      run.start();
      busy('50m');
      qq.closed();
      qq.failing(1, 100, QQ_UNREACHABLE);
      const notBefore = iso();
      qq.say('ERROR', 'Max reconnect attempts reached');
      endWith(stage, 'disconnected');
      const by = iso('2m');
      busy('2h', { platforms: ['feishu'] });
      return { until: iso(), expect: { link: 'qqbot', condition: ['gave_up'], remedy: 'restart', by, notBefore } };
    },
  ),

  sick(
    'qq-gave-up-then-restarted',
    'Gives up, is restarted two hours later and logs in: the old loss counts no more',
    { logs: ['gateway.log', 'errors.log'] },
    (stage) => {
      const { run, qq, busy, pass, iso } = stage;
      run.start();
      busy('20m');
      qq.closed();
      qq.failing(98, 100, QQ_DNS);
      const notBefore = iso();
      qq.say('ERROR', 'Max reconnect attempts reached');
      const by = iso('2m');
      busy('2h', { platforms: ['feishu'] });
      run.plannedRestart();
      pass('6s');
      run.start();
      busy('3h');
      run.allWell();
      return {
        until: iso(),
        expect: { link: 'qqbot', condition: ['gave_up'], remedy: 'restart', by, notBefore },
        finally: { gateway: 'healthy', qqbot: 'up', feishu: 'up' },
      };
    },
  ),

  sick(
    'qq-reconnect-hangs',
    'One failed attempt, then silence for hours: the reconnect task hangs (PR #13074)',
    {},
    (stage) => {
      const { run, qq, busy, iso } = stage;
      run.start();
      busy('1h');
      const notBefore = iso('110s');
      qq.closed();
      qq.retry();
      qq.retryFailed(QQ_UNREACHABLE);
      const by = iso('15m');
      endWith(stage, 'connected');
      busy('4h', { platforms: ['feishu'] });
      return {
        until: iso(),
        expect: { link: 'qqbot', condition: ['down', 'gave_up', 'unreachable'], remedy: 'restart', by, notBefore },
      };
    },
  ),

  sick('qq-announced-and-hung', 'The reconnect is announced and never tried', {}, (stage) => {
    const { run, qq, busy, iso } = stage;
    run.start();
    busy('1h');
    const notBefore = iso('110s');
    qq.closed(1006, '');
    qq.announceRetry();
    const by = iso('8m');
    endWith(stage, 'disconnected');
    busy('2h', { platforms: ['feishu'] });
    return {
      until: iso(),
      expect: { link: 'qqbot', condition: ['down', 'gave_up'], remedy: 'restart', by, notBefore },
    };
  }),

  sick(
    'qq-4008-at-the-last-attempt',
    'Rate limited when the attempts are used up: it returns without a give-up line',
    {},
    (stage) => {
      const { run, qq, iso, busy } = stage;
      run.start();
      busy('20m');
      qq.closed();
      qq.failing(1, 4, QQ_UNREACHABLE);
      qq.failing(97, 99, QQ_UNREACHABLE);
      qq.retry(100);
      qq.closed(4008, 'Rate limit exceeded');
      const notBefore = iso('55s');
      qq.say('INFO', 'Rate limited (4008), waiting 60s');
      endWith(stage, 'disconnected');
      const by = iso('10m');
      busy('3h', { platforms: ['feishu'] });
      return {
        until: iso(),
        expect: { link: 'qqbot', condition: ['gave_up', 'down'], remedy: 'restart', by, notBefore },
      };
    },
  ),

  sick(
    'qq-reconnected-without-login',
    'Reconnected and resume sent, but RESUMED never comes; the state file says connected (#21633)',
    {},
    (stage) => {
      const { run, qq, iso, busy } = stage;
      run.start();
      busy('29m');
      qq.routine4009();
      busy('29m');
      const notBefore = iso('110s');
      qq.closed();
      qq.retry();
      qq.reconnected();
      qq.resumeSent();
      endWith(stage, 'connected');
      const by = iso('6m');
      busy('3h', { platforms: ['feishu'] });
      return { until: iso(), expect: { link: 'qqbot', condition: ['down', 'deaf'], remedy: 'restart', by, notBefore } };
    },
  ),

  sick(
    'qq-identify-task-died',
    'Reconnected, but the token could not be fetched in a bare task: only asyncio says so, in errors.log',
    {},
    (stage) => {
      const { home, run, qq, iso, busy } = stage;
      run.start();
      busy('1h');
      const notBefore = iso('110s');
      qq.closed();
      qq.retry();
      qq.reconnected();
      home.say('ERROR', 'asyncio', 'Task exception was never retrieved', {
        below: [
          "future: <Task finished name='Task-8812' coro=<QQAdapter._send_resume() done> exception=RuntimeError('Failed to get QQ Bot access token: ReadTimeout')>",
          'Traceback (most recent call last):',
          'RuntimeError: Failed to get QQ Bot access token: ReadTimeout',
        ],
      });
      endWith(stage, 'connected');
      const by = iso('8m');
      busy('2h', { platforms: ['feishu'] });
      return { until: iso(), expect: { link: 'qqbot', condition: ['down', 'deaf'], remedy: 'restart', by, notBefore } };
    },
  ),
];
