/** What is said once when a newer Lifeline judges links that the one before did not. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  title: (count: number) =>
    count === 1 ? 'One more link is watched from now on' : `${count} more links are watched from now on`,
  line: (gateway: string, links: readonly string[]) => `${gateway}: ${links.join(', ')}`,
  note: 'You are told when one of them is lost; the gateway is not restarted for it. To leave some out, set "links" in the configuration',
};

const zh: typeof en = {
  title: (count) => `从现在起多看 ${count} 个连接`,
  line: (gateway, links) => `${gateway}：${links.join('、')}`,
  note: '其中哪个断了会告诉你，不会为它重启网关。不想看的，在配置里用 links 列出要看的',
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const newLinksText = (locale: Locale): typeof en => WORDS[locale];
