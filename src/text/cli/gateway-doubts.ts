/** What `lifeline config check` says of settings that cannot do what they seem to be for. */
import type { Texts } from '../locale.ts';

interface Words {
  readonly what: string;
  readonly todo: string;
}

const en = {
  warn_above_restart: {
    what: 'it is restarted before anybody is warned: warn is not below restart',
    todo: 'set warn below restart, or warn: off',
  },
  when_without_restart: {
    what: 'nothing is restarted for its memory, so "when" has no effect',
    todo: 'set memory.restart too, or leave "when" out',
  },
  restart_beyond_machine: {
    what: 'this machine has less memory than that: the restart would never come',
    todo: 'set less than the machine has',
  },
  idle_unknown: {
    what: 'nobody can tell when a generic gateway is idle: it would never be restarted for its memory',
    todo: 'set memory.when to a duration such as 30m',
  },
  unknown_link: {
    what: 'the gateway has no such link: this patience is never used',
    todo: 'write the name as /status shows it, or leave it out',
  },
  hour_above_day: {
    what: 'more restarts an hour than a day: the limit of the hour is never reached',
    todo: 'set per_hour no higher than per_day',
  },
  short_window: {
    what: 'the maintenance lasts less than a minute: it is over before a look may come',
    todo: 'give it a minute or more, such as 30m',
  },
} satisfies Readonly<Record<string, Words>>;

export type GatewayDoubt = keyof typeof en;

const zh: Readonly<Record<GatewayDoubt, Words>> = {
  warn_above_restart: {
    what: '还没提醒就先重启了：warn 不比 restart 低',
    todo: '把 warn 设得比 restart 低，或者 warn: off',
  },
  when_without_restart: {
    what: '没有设 restart，不会因为内存重启，when 不起作用',
    todo: '加上 memory.restart，或者去掉 when',
  },
  restart_beyond_machine: { what: '这台机器没有这么多内存：永远到不了，不会重启', todo: '设得比机器的内存少' },
  idle_unknown: {
    what: 'generic 网关什么时候空闲看不出来：永远不会因为内存重启',
    todo: '把 memory.when 设成一段时间，例如 30m',
  },
  unknown_link: { what: '网关没有这个连接：这个时间用不上', todo: '按 /status 显示的名字写，或者去掉' },
  hour_above_day: { what: '每小时的重启次数比每天的还多：每小时的上限永远到不了', todo: '让 per_hour 不超过 per_day' },
  short_window: { what: '维护不到一分钟：可能还没看一眼就结束了', todo: '设一分钟以上，例如 30m' },
};

const TEXTS: Texts<Readonly<Record<GatewayDoubt, Words>>> = { 'zh-CN': zh, en };

export const gatewayDoubtText = (locale: keyof typeof TEXTS) => TEXTS[locale];
