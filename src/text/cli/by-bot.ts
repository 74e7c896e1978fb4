/** What `lifeline restart` and the like say beside what the bot answers. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  noBot: () =>
    'No Lifeline runs with this configuration, so nothing was done. Start it (lifeline run, or lifeline service install) and try again',
  /** `problem`: the system's own word. */
  unreachable: (problem: string) => `The Lifeline that runs here cannot be reached, and nothing was done: ${problem}`,
  /** `pid`: null where the system does not say it. */
  noSocket: (pid: number | null, path: string) =>
    `Lifeline runs${pid === null ? '' : ` (pid ${pid})`}, but its socket ${path} is not there or is something else, so nothing was done. ` +
    'It makes the socket anew within seconds once nothing is in its place; its log says what is in the way',
  hub: () =>
    'This is the configuration of a hub, which takes commands by phone only. At the machine of a gateway the same command works. Nothing was done',
  stillWaiting: () => 'Still waiting for Lifeline to answer; Ctrl-C leaves, and what it has begun goes on',
  notUnderstood: () =>
    'What answered is no Lifeline of this version. Whether anything was carried out, lifeline audit and lifeline incidents tell',
  otherUser: (folder: string) =>
    `The data folder ${folder} belongs to another user: run this as that user, or as root. Nothing was done`,
  left: () =>
    'Lifeline ended before it answered. Whether it was carried out, lifeline audit and lifeline incidents tell',
  noDuration: () => 'For how long? Add a time such as 30m or 2h',
  howLong: (gateway: string) => `For how long? Add a time: lifeline mute ${gateway} 2h`,
  /** `likely`: what may be meant. */
  noSuchTime: (given: string, likely: readonly string[]) =>
    `"${given}" is no time. ${likely.length === 0 ? 'Write it like 30m or 2h' : `Did you mean ${likely.join(' or ')}?`}`,
  badDuration: (given: string) => `A mute lasts from 1m to 7d, not ${given}`,
  confirm: () => 'Go on? [y/N] ',
  notConfirmed: () => 'Nothing was done',
  needsYes: () => 'It asks first, and there is no terminal to answer on: add --yes. Nothing was done',
};

const zh: typeof en = {
  noBot: () =>
    '没有 Lifeline 在用这份配置运行，什么都没有做。先启动它（lifeline run，或 lifeline service install）再试',
  unreachable: (problem) => `联系不上正在运行的 Lifeline，什么都没有做：${problem}`,
  noSocket: (pid, path) =>
    `Lifeline 正在运行${pid === null ? '' : `（pid ${pid}）`}，但它的套接字 ${path} 不在，或者被别的东西占了，什么都没有做。` +
    '位置空出来后，它几秒内会重新建好；被什么占了，看它的日志',
  hub: () => '这是中枢的配置，中枢只在手机上接受命令；在网关所在的机器上可以用同样的命令。什么都没有做',
  stillWaiting: () => '还在等 Lifeline 回答；按 Ctrl-C 可以离开，已经开始的会继续',
  notUnderstood: () => '回答的不是这个版本的 Lifeline。有没有执行，看 lifeline audit 和 lifeline incidents',
  otherUser: (folder) => `数据目录 ${folder} 属于另一个用户：用那个用户或 root 运行。什么都没有做`,
  left: () => 'Lifeline 还没有回答就退出了。有没有执行，看 lifeline audit 和 lifeline incidents',
  noDuration: () => '要多久？在后面写上时间，比如 30m 或 2h',
  howLong: (gateway) => `要多久？在后面写上时间：lifeline mute ${gateway} 2h`,
  noSuchTime: (given, likely) =>
    `「${given}」不是时间。${likely.length === 0 ? '写成 30m 或 2h 这样' : `是 ${likely.join(' 还是 ')}？`}`,
  badDuration: (given) => `静音从 1m 到 7d，不能是 ${given}`,
  confirm: () => '继续吗？[y/N] ',
  notConfirmed: () => '什么都没有做',
  needsYes: () => '执行前要确认，但这里没有终端可以回答：加上 --yes。什么都没有做',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const byBotText = (locale: Locale) => TEXTS[locale];
