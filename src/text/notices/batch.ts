/** What is said above several messages that come as one. */
import { clockText, localTimeOf } from '../../base/local-time.ts';
import type { Locale, Texts } from '../locale.ts';

/** More names than a lock screen shows help nobody. */
const MOST_NAMES = 5;

const en = {
  /** The title of messages that come late. */
  late: (count: number, from: string, to: string) => `${count} messages while I could not reach you (${from} – ${to})`,
  /** The title of messages that waited for the end of the quiet hours. Times are `23:10`: the night is clear. */
  quiet: (count: number, from: string, to: string) => `${count} messages from the quiet hours (${from} – ${to})`,
  /** The title when several gateways are in trouble at once: each with its own, or all with the same. */
  ill: (gateways: readonly string[]) =>
    `${gateways.length} gateways in trouble at once: ${names(gateways, ', ', ', …')}`,
  illAlike: (count: number, cause: string) => `${count} gateways: ${cause.charAt(0).toLowerCase()}${cause.slice(1)}`,
  well: (gateways: readonly string[]) => `${gateways.length} gateways recovered: ${names(gateways, ', ', ', …')}`,
  because: (lines: readonly string[]) => `: ${lines.join('; ')}`,
  /** How many more gateways there are than lines. */
  more: (gateways: readonly string[]) => `${gateways.length} more: ${names(gateways, ', ', ', …')}`,
  /** Messages that have no line, of gateways that have one. */
  further: (count: number) => `${count} more of these gateways: /history`,
  /** The title of many messages of one gateway that come at once. */
  ofOne: (count: number, gateway: string) => `${count} messages of ${gateway} at once`,
  note: () => 'Times are those of the events. /status says how it is now',
  statusNote: () => '/status says how it is now',
  /** The hint in the place of buttons, which a batch does not have. */
  illNote: () => '/status says how it is now, /ack that you have seen it',
  /** The note below a single message that waited. */
  waited: (time: string) => `Written at ${time}, held back in the quiet hours. /status says how it is now`,
};

const zh: typeof en = {
  late: (count, from, to) => `有 ${count} 条消息之前没能送到你这里（${from} – ${to}）`,
  quiet: (count, from, to) => `静音时段里有 ${count} 条消息（${from} – ${to}）`,
  ill: (gateways) => `${gateways.length} 个网关同时出问题：${names(gateways, '、', ' 等')}`,
  illAlike: (count, cause) => `${count} 个网关：${cause}`,
  well: (gateways) => `${gateways.length} 个网关已恢复：${names(gateways, '、', ' 等')}`,
  because: (lines) => `：${lines.join('；')}`,
  more: (gateways) => `还有 ${gateways.length} 个网关：${names(gateways, '、', ' 等')}`,
  further: (count) => `这些网关另有 ${count} 条：发 /history`,
  ofOne: (count, gateway) => `${gateway} 一下子来了 ${count} 条消息`,
  note: () => '时间是当时的。现在的情况发 /status 看',
  statusNote: () => '现在的情况发 /status 看',
  illNote: () => '现在的情况发 /status 看。都知道了，发 /ack',
  waited: (time) => `写于 ${time}，静音时段里没有马上发。现在的情况发 /status 看`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

const names = (all: readonly string[], comma: string, more: string): string =>
  `${all.slice(0, MOST_NAMES).join(comma)}${all.length > MOST_NAMES ? more : ''}`;

/** @returns `23:10` */
export const formatMinute = (at: number): string => clockText(localTimeOf(at).minuteOfDay);

export const batchText = (locale: Locale) => TEXTS[locale];
