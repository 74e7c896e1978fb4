/** What is said on one channel of another that is down. */
import type { Locale, Texts } from '../locale.ts';

export interface ChannelWatchText {
  readonly down: (channel: string) => string;
  readonly since: (time: string, duration: string) => string;
  readonly goesOn: string;
  readonly back: (channel: string) => string;
  readonly away: (duration: string, from: string, to: string) => string;
}

const WORDS: Texts<ChannelWatchText> = {
  'zh-CN': {
    down: (channel) => `Lifeline 自己的${channel}通道断了`,
    since: (time, duration) => `${time} 起，已 ${duration}`,
    goesOn: '告警改走其他通道，我会一直重连',
    back: (channel) => `Lifeline 自己的${channel}通道已恢复`,
    away: (duration, from, to) => `中断 ${duration}（${from} – ${to}）`,
  },
  en: {
    down: (channel) => `Lifeline's own ${channel} channel is down`,
    since: (time, duration) => `Since ${time}, for ${duration}`,
    goesOn: 'Alerts take the other channels; I keep reconnecting',
    back: (channel) => `Lifeline's own ${channel} channel is back`,
    away: (duration, from, to) => `Out for ${duration} (${from} – ${to})`,
  },
};

export const channelWatchText = (locale: Locale): ChannelWatchText => WORDS[locale];
