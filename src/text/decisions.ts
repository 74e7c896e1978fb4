/** What Lifeline does about a trouble, in one line. */
import type { Decision } from '../healing/decision.ts';
import type { Locale, Texts } from './locale.ts';
import { formatTime } from './time.ts';

type Act<A extends Decision['act']> = Extract<Decision, { act: A }>;

interface Words {
  readonly treat: (decision: Act<'treat'>) => string;
  readonly pause: (time: string | null) => string;
  readonly hold: Record<Exclude<Act<'hold'>['why'], 'pause'>, string>;
  readonly tell: Record<Act<'tell'>['why'], string>;
  readonly nothing: Record<Act<'nothing'>['why'], string>;
}

const WORDS = {
  'zh-CN': {
    treat: ({ remedy, attempt, perHour }) => `正在${remedy === 'start' ? '启动' : '重启'}（1 小时内第 ${attempt}/${perHour} 次）`,
    pause: (time) => (time === null ? '稍后再重启，避免连续重启' : `${time} 再重启，避免连续重启`),
    hold: {
      treatment_running: '一次重启正在进行，先等它的结果',
      stop_in_progress: '有人正在停止或重启它，先等着',
      update_in_progress: '它正在更新，先等着',
    },
    tell: {
      not_curable: '重启解决不了，需要你处理',
      out_of_budget: '我已停止自动重启，需要你处理',
      heal_off: '自动重启已关闭，需要你处理',
      heal_ask: '要不要重启，由你决定',
      kept_by_service: '它由系统服务管理，我不插手，需要你处理',
    },
    nothing: { well: '现在又正常了，继续观察', waiting: '先观察' },
  },
  en: {
    treat: ({ remedy, attempt, perHour }) => `${remedy === 'start' ? 'Starting' : 'Restarting'} it now (${attempt} of ${perHour} within an hour)`,
    pause: (time) => (time === null ? 'Restarting it after a pause' : `Restarting it at ${time}, after a pause`),
    hold: {
      treatment_running: 'A restart is under way, waiting for its result',
      stop_in_progress: 'Somebody is stopping or restarting it, waiting',
      update_in_progress: 'It is being updated, waiting',
    },
    tell: {
      not_curable: 'A restart would not help; this needs you',
      out_of_budget: 'I have stopped restarting; this needs you',
      heal_off: 'Automatic restarts are off; this needs you',
      heal_ask: 'Whether to restart it is for you to say',
      kept_by_service: 'A service manager keeps it, so I leave it alone; this needs you',
    },
    nothing: { well: 'It looks well again, watching', waiting: 'Watching' },
  },
} satisfies Texts<Words>;

export const decisionText = (decision: Decision, locale: Locale, now: number): string => {
  const words: Words = WORDS[locale];
  switch (decision.act) {
    case 'treat':
      return words.treat(decision);
    case 'hold':
      return decision.why === 'pause'
        ? words.pause(decision.until === null ? null : formatTime(decision.until, locale, now))
        : words.hold[decision.why];
    case 'tell':
      return words.tell[decision.why];
    case 'nothing':
      return words.nothing[decision.why];
  }
};
