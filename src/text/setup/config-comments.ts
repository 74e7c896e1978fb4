/** The comments in a configuration that `lifeline init` writes. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  head: (): readonly string[] => [
    "Lifeline's configuration, written by lifeline init. Change it by hand as you like: comments stay.",
    'lifeline config check says whether it is right.',
  ],
  locale: () => 'language on the phone: zh-CN or en',
  dataDir: () => "Lifeline's memory; two must never share one",
  gateways: () => 'what to watch',
  heal: () => 'auto: restart it when that helps; ask, off: only tell',
  channels: () => "Lifeline's own bots, never the gateway's",
  secret: () => 'a file beside this one that only you can read',
  operators: () => 'who may command; who was paired: lifeline operators',
  digest: () => 'daily or weekly: that all was well, and what was healed silently',
  ping: () => 'pinged after each round; alarms when the pings end',
  more: (): readonly string[] => [
    'All else has its default: how often it looks, graces, the budget of restarts, quiet hours, a dead',
    "man's switch… config.example.yaml has every key.",
  ],
};

const zh: typeof en = {
  head: () => ['Lifeline 的配置，由 lifeline init 写成。可以手改，注释会保留；改完用 lifeline config check 检查。'],
  locale: () => '手机上的语言：zh-CN 或 en',
  dataDir: () => 'Lifeline 的记忆；两个 Lifeline 不能共用',
  gateways: () => '看护谁',
  heal: () => 'auto：有用就重启；ask、off：只告诉你',
  channels: () => 'Lifeline 自己的机器人，不是网关的',
  secret: () => '只有你能读的文件，和本文件在一起',
  operators: () => '谁能发命令；配对的人不写在这里，见 lifeline operators',
  digest: () => 'daily 或 weekly：报平安，和悄悄恢复了什么',
  ping: () => '每轮检查后发一次心跳；收不到就报警',
  more: () => ['其他都用默认值：检查的间隔、宽限、重启的预算、免打扰、外部心跳……', '全部的键见 config.example.yaml。'],
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const setupFileText = (locale: Locale) => TEXTS[locale];
