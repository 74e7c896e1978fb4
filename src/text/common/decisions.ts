/** What Lifeline does about a trouble, in one line. */
import type { Cause } from '../../diagnosis/verdict.ts';
import type { Decision } from '../../healing/decision.ts';
import { lastStep, onlyTimeHelps } from './advice.ts';
import type { Locale, Texts } from '../locale.ts';
import { formatTime } from './time.ts';

type Act<A extends Decision['act']> = Extract<Decision, { act: A }>;

const en = {
  treat: ({ remedy, attempt, perHour }: Act<'treat'>) =>
    remedy === 'restart_link'
      ? 'Restarting this link alone now; the gateway goes on'
      : `${remedy === 'start' ? 'Starting' : 'Restarting'} it now (${attempt} of ${perHour} within an hour)`,
  pause: (time: string | null) =>
    time === null ? 'Restarting it after a pause' : `Restarting it at ${time}, after a pause`,
  maintenance: (time: string | null) =>
    time === null ? 'A maintenance window; leaving it alone' : `A maintenance window; leaving it alone until ${time}`,
  hold: {
    treatment_running: 'A restart is under way, waiting for its result',
    storm_brake: 'Several restarts just now; giving it time',
    kill_brake:
      'It crashed several times just now, and after one more kill it would switch all links off; giving it time',
    stop_in_progress: 'Somebody is stopping or restarting it, waiting',
    update_in_progress: 'It is being updated, waiting',
  } satisfies Record<Exclude<Act<'hold'>['why'], 'pause' | 'maintenance'>, string>,
  tell: {
    not_curable: 'A restart would not help; this needs you',
    out_of_budget: 'I have stopped restarting; this needs you',
    heal_off: 'Automatic restarts are off; this needs you',
    heal_ask: 'You decide whether to restart it',
    tried: 'I have tried once; I try again only when something new is seen',
    supervisor_out_of_reach: 'Its service manager cannot be used now; this needs you',
    not_again: 'Its command puts it where I cannot see it, so I do not run it again; this needs you',
    lookalike: 'A process that looks like it stands beside it; I restart it once that is gone',
    no_means: 'I have no way to start or stop it; this needs you',
    dry_run: 'Dry run: I only say what I would do',
  } satisfies Record<Act<'tell'>['why'], string>,
  onlyTime: 'A restart would not help; it passes by itself, and you need do nothing',
  yours: 'This needs you; I have not restarted it',
  nothing: { well: 'It looks well again, watching', waiting: 'Watching' } satisfies Record<
    Act<'nothing'>['why'],
    string
  >,
};

const zh: typeof en = {
  treat: ({ remedy, attempt, perHour }) =>
    remedy === 'restart_link'
      ? '正在单独重启这个连接，网关本身不重启'
      : `正在${remedy === 'start' ? '启动' : '重启'}（1 小时内第 ${attempt}/${perHour} 次）`,
  pause: (time) => (time === null ? '稍后再重启，避免连续重启' : `${time} 再重启，避免连续重启`),
  maintenance: (time) => (time === null ? '维护时段内先不动它' : `维护时段内先不动它，${time} 结束后再处理`),
  hold: {
    treatment_running: '一次重启正在进行，先等它的结果',
    storm_brake: '刚重启过好几次，先缓一缓',
    kill_brake: '短时间内已异常退出多次，再强制结束会让它关掉所有连接，先缓一缓',
    stop_in_progress: '有人正在停止或重启它，先等着',
    update_in_progress: '它正在更新，先等着',
  },
  tell: {
    not_curable: '重启解决不了，需要你处理',
    out_of_budget: '我已停止自动重启，需要你处理',
    heal_off: '自动重启已关闭，需要你处理',
    heal_ask: '要不要重启，由你决定',
    tried: '已经处理过，没有新的迹象，不再自动重试',
    supervisor_out_of_reach: '管理它的服务现在用不了，需要你处理',
    not_again: '启动命令让它到了看不见的地方，不会再运行这个命令，需要你处理',
    lookalike: '旁边有一个看起来像它的进程，等那个没了再重启',
    no_means: '我没有办法启动或停止它，需要你处理',
    dry_run: '演习模式：只说不做',
  },
  onlyTime: '重启没有用，等它自己过去，不用处理',
  yours: '需要你处理，我没有自动重启它',
  nothing: { well: '现在又正常了，继续观察', waiting: '先观察' },
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

const endsWithAct = (cause: Cause): boolean => lastStep(cause) === 'restart' || lastStep(cause) === 'start';

/** @param causes of the troubles that it is about. */
export const decisionText = (decision: Decision, causes: readonly Cause[], locale: Locale, now: number): string => {
  const words = WORDS[locale];
  switch (decision.act) {
    case 'treat':
      return words.treat(decision);
    case 'hold':
      return decision.why === 'pause' || decision.why === 'maintenance'
        ? words[decision.why](decision.until === null ? null : formatTime(decision.until, locale, now))
        : words.hold[decision.why];
    case 'tell':
      if (decision.why !== 'not_curable' || causes.length === 0) return words.tell[decision.why];
      if (causes.every(onlyTimeHelps)) return words.onlyTime;
      // The advice below names a start or a restart: it may help, and is the operator's to decide.
      return causes.every(endsWithAct) ? words.yours : words.tell.not_curable;
    case 'nothing':
      return words.nothing[decision.why];
  }
};
