/** `lifeline send-test`: the message, and what became of it. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  title: () => 'A test message',
  colon: () => ': ',
  from: (host: string, time: string) => `Lifeline on ${host}, ${time}`,
  note: () => 'Nothing to do: it has arrived',
  arrived: (person: string | null) => (person === null ? 'sent' : `sent to ${person}`),
  refused: (person: string | null, reason: string) => `not sent${person === null ? '' : ` to ${person}`}. ${reason}`,
  later: (person: string | null, reason: string) =>
    `not sent${person === null ? '' : ` to ${person}`} yet; the platform says to try again later. ${reason}`,
  nobody: () => 'nobody is on this channel: lifeline pair lets somebody in',
  unusable: (reason: string) => `cannot be used. ${reason}`,
  unreached: (name: string) =>
    `${name} has no id on any channel that is set up, and gets no alert: lifeline pair --name ${name}`,
  nothing: () => 'There is no channel to send on: run lifeline init',
  webhook: () => 'webhook',
  sendsOnly: () =>
    'Only sent: no connection was opened, and a Lifeline that runs is not disturbed. Buttons are tried by lifeline init when it pairs a phone',
};

const zh: typeof en = {
  title: () => '测试消息',
  colon: () => '：',
  from: (host, time) => `${host} 上的 Lifeline，${time}`,
  note: () => '收到就好，不用处理',
  arrived: (person) => (person === null ? '已发出' : `${person} 已发出`),
  refused: (person, reason) => `${person === null ? '' : `${person} `}没能发出。${reason}`,
  later: (person, reason) => `${person === null ? '' : `${person} `}暂时没能发出，平台说等等再试。${reason}`,
  nobody: () => '没有人在这个通道上：运行 lifeline pair 配对',
  unusable: (reason) => `不能用。${reason}`,
  unreached: (name) => `${name} 在已设置的通道上都没有 id，收不到任何提醒：运行 lifeline pair --name ${name}`,
  nothing: () => '没有可以发的通道：运行 lifeline init',
  webhook: () => '群机器人',
  sendsOnly: () =>
    '只发不收，没有另开连接，不影响正在运行的 Lifeline。按钮和命令是否好用：lifeline init 里再配对或换凭证时会试',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const sendTestText = (locale: Locale) => TEXTS[locale];
