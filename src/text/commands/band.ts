/** What stands beside the band of the last 24 hours. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  day: () => '24 h',
  band: (band: string) => `${band} 24 h`,
  /** `watched` null: all the time. */
  part: (window: string, percent: string, watched: string | null) =>
    `${window} ${percent}${watched === null ? '' : ` (of ${watched} watched)`}`,
  uptime: (parts: readonly string[]) => `Well: ${parts.join(', ')}`,
  state: { well: 'well', mostly: 'out for a while', hardly: 'mostly out', out: 'out', unwatched: 'not watched' },
  legend: () => '▇ well ▅▂ partly out ▁ out ░ not watched, one sign an hour',
};

const zh: typeof en = {
  day: () => '24 小时',
  band: (band) => `${band} 24 小时`,
  part: (window, percent, watched) => `${window} ${percent}${watched === null ? '' : `（看护了 ${watched}）`}`,
  uptime: (parts) => `正常：${parts.join('，')}`,
  state: { well: '正常', mostly: '断过', hardly: '多半中断', out: '中断', unwatched: '没有看护' },
  legend: () => '▇ 正常 ▅▂ 断过 ▁ 中断 ░ 没有看护，一格一小时',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const bandText = (locale: Locale) => TEXTS[locale];
