/** What is said on one channel of another that is down. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  down: (channel: string) => `Lifeline's own ${channel} channel is down`,
  since: (time: string, duration: string) => `Since ${time}, for ${duration}`,
  goesOn: 'Alerts take the other channels; I keep reconnecting',
  back: (channel: string) => `Lifeline's own ${channel} channel is back`,
  away: (duration: string, from: string, to: string) => `Out for ${duration} (${from} – ${to})`,
};

const zh: typeof en = {
  down: (channel) => `Lifeline 自己的${channel}通道断了`,
  since: (time, duration) => `${time} 起，已 ${duration}`,
  goesOn: '告警改走其他通道，我会一直重连',
  back: (channel) => `Lifeline 自己的${channel}通道已恢复`,
  away: (duration, from, to) => `中断 ${duration}（${from} – ${to}）`,
};

const WORDS: Texts<typeof en> = { 'zh-CN': zh, en };

export const channelWatchText = (locale: Locale) => WORDS[locale];
