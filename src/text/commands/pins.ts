/** The words of `/status pin`. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  pinned: () => 'The next card stays true: I change it when something changes',
  unpinned: () => 'The status card is no longer changed',
  notPinned: () => 'There is no status card that I change',
  cannot: () => 'A message that was sent cannot be changed here',
  cannotNote: () => 'On Feishu it can: send /status pin there. Here: /status',
  inPrivate: () => 'A status card is kept in a private chat: send /status pin there',
  changedAt: (time: string) =>
    `As of ${time}. It is changed when something changes, at most once a minute; not while Lifeline stands still.`,
  silent: (kind: 'mute' | 'maintenance', gateway: string | null, until: string) =>
    `${kind === 'mute' ? '🔕 muted' : '🛠 maintenance'} until ${until}${gateway === null ? '' : ` (${gateway})`}`,
  details: () => 'Details',
  unpin: () => 'Stop',
  goesOn: () => 'This goes on in the newer status card',
  stopped: () => 'No longer changed. For now: /status',
};

const zh: typeof en = {
  pinned: () => '下面这张卡片会一直更新：状态一变就改',
  unpinned: () => '状态卡不再更新',
  notPinned: () => '没有在更新的状态卡',
  cannot: () => '这里发出的消息改不了',
  cannotNote: () => '飞书可以：在飞书上发 /status pin。这里用 /status',
  inPrivate: () => '状态卡只放在单聊里：请在单聊里发 /status pin',
  changedAt: (time) => `${time} 的状态。有变化才更新，最多一分钟一次；Lifeline 停着时不会更新。`,
  silent: (kind, gateway, until) =>
    `${kind === 'mute' ? '🔕 静音' : '🛠 维护'}到 ${until}${gateway === null ? '' : `（${gateway}）`}`,
  details: () => '详细',
  unpin: () => '不再更新',
  goesOn: () => '后续见新的状态卡',
  stopped: () => '不再更新。现在的状态：/status',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const pinText = (locale: Locale) => TEXTS[locale];
