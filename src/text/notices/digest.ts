/** The daily or weekly word that all is well. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  /** @param open those that are not over. */
  title: (length: string, incidents: number, open: number) => {
    if (incidents === 0) return `All well for ${length}`;
    const count = incidents === 1 ? 'one incident' : `${incidents} incidents`;
    return open === 0 ? `The last ${length}: ${count}, all over` : `The last ${length}: ${count}, ${open} still open`;
  },
  well: (gateway: string, percent: string) => `${gateway}: well ${percent}`,
  unwatched: (gateway: string) => `${gateway}: nobody watched it in that time`,
  unwatchedTitle: (length: string) => `Lifeline did not run for ${length}: nobody knows how it was`,
  healed: (count: number) => `Lifeline healed ${count === 1 ? 'one' : count} of them by itself`,
  note: () => 'alerts.digest in the configuration says how often this comes',
};

const zh: typeof en = {
  title: (length, incidents, open) => {
    if (incidents === 0) return `最近 ${length}一切正常`;
    return `最近 ${length}：${incidents} 次故障，${open === 0 ? '都已恢复' : `${open} 次还没恢复`}`;
  },
  well: (gateway, percent) => `${gateway}：正常 ${percent}`,
  unwatched: (gateway) => `${gateway}：这段时间没有看护`,
  unwatchedTitle: (length) => `Lifeline 停了 ${length}，这段时间的情况不清楚`,
  healed: (count) => `其中 ${count} 次由 Lifeline 自动恢复`,
  note: () => '多久发一次，由配置里的 alerts.digest 决定',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const digestTexts = (locale: Locale) => TEXTS[locale];
