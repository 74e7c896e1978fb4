/** What Lifeline says about a message itself: refusals, hints, failures. Commands have their own texts. */
import type { Locale, Texts } from '../locale.ts';

const NOT_CONFIRMED = {
  'zh-CN': {
    unknown: '没有这个确认码，没有执行',
    expired: '确认码已过期，没有执行',
    used: '已经确认过了，没有再执行一次',
    too_many: '确认码错了太多次，没有执行，请等一分钟',
  },
  en: {
    unknown: 'Nothing waits for this word; nothing was done',
    expired: 'Too late to confirm; nothing was done',
    used: 'Confirmed already; nothing more was done',
    too_many: 'Too many wrong words; nothing was done. Wait a minute',
  },
} satisfies Texts<Record<'unknown' | 'expired' | 'used' | 'too_many', string>>;

const en = {
  stranger: () => "You are not on Lifeline's list of operators",
  /** The sender's own id, which an operator needs to let the sender in. */
  strangerId: (channel: string, id: string) =>
    `An admin can add this under operators in the configuration:\n${channel}: ${id}`,
  role: (command: string, needed: string) => `Not allowed: /${command} needs the role ${needed}`,
  /** The command is for those who have all gateways. */
  bounds: (command: string, gateways: readonly string[]) =>
    `Not allowed: /${command} concerns all gateways, and yours are ${gateways.join(', ')}`,
  stale: (age: string) => `This message was sent ${age} ago; too old, nothing was done`,
  /** The message has no time, or one that cannot be read. */
  undated: () => 'When this message was sent cannot be told; nothing was done',
  /** The message is older than the data folder. */
  beforeStore: () =>
    "This message is older than Lifeline's data and may have been carried out before; nothing was done now",
  staleNote: () => 'Send it again if you still want it',
  unknown: (name: string) => `There is no command /${name}`,
  didYouMean: (name: string) => `Did you mean /${name}?`,
  seeHelp: () => '/help shows all commands',
  tooLong: (most: number) => `Too long; nothing was done (at most ${most} characters)`,
  tooManyArguments: (most: number) => `Too many arguments; nothing was done (at most ${most})`,
  openQuote: () => 'A quote is not closed; nothing was done',
  notACommand: () => 'I only take commands; /help shows them all',
  needsSlash: (name: string) => `Commands begin with a slash: /${name}`,
  /** Above the button of a command that was probably meant. */
  youMean: (command: string) => `Did you mean ${command}?`,
  whichOne: () => 'Which one did you mean?',
  tapOrSend: () => 'Tap the button, or send the command',
  /** Below a message on the way to an answer that could not be sent at once. */
  late: (time: string) => `This comes late: it was written at ${time}`,
  /** Asked before a tap counts. */
  runIt: (command: string) => `Run ${command}?`,
  /** What somebody asked for, for the sentences below; `text` empty: a tap. */
  asked: (text: string, time: string) => (text ? `"${text}" of ${time}` : `Your tap of ${time}`),
  notCarriedOut: (asked: string) => `${asked} was not carried out`,
  perhapsCarriedOut: (asked: string) => `${asked} may or may not have been carried out`,
  perhapsAnswered: (asked: string) => `${asked} may not have been answered`,
  notConfirmedInTime: (asked: string) => `${asked} was not carried out: not confirmed in time`,
  restartedSendAgain: () => 'Lifeline itself was restarted meanwhile. Send it again if you still want it',
  restartedLookFirst: () => 'Lifeline itself was restarted meanwhile. Look first, then send it again if need be',
  restartedAskAgain: () => 'Lifeline itself was restarted meanwhile. Send it again if you have no answer',
  /** The note below an answer that may have arrived before. */
  answerAgain: () => 'Lifeline itself was restarted meanwhile; you may have this answer already',
  /** The words before the title of an answer that comes late or to another chat. */
  answerTo: (asked: string, title: string) => `Answer to ${asked}: ${title}`,
  deadButton: () => 'This button has expired; nothing was done',
  typeInstead: () => 'Send the command instead; /help shows them all',
  usedButton: () => 'This button was tapped before; nothing more was done',
  sendAgain: (command: string) => `To do it again, send /${command}`,
  failed: () => 'Something unexpected went wrong; not completed',
  seeLog: () => "See Lifeline's own log",
  /** How a question is answered: by this word, or by its button. */
  confirmHow: (nonce: string, seconds: number) => `Reply ${nonce} within ${seconds} seconds to confirm`,
  notConfirmed: (why: 'unknown' | 'expired' | 'used' | 'too_many') => NOT_CONFIRMED.en[why],
  /** Said in a group. */
  answeredApart: (name: string) => `${name}: the answer is in our private chat`,
  firstLineOnly: () => 'Only the first line of a message is carried out',
};

const zh: typeof en = {
  stranger: () => '你不在 Lifeline 的操作员名单里',
  strangerId: (channel, id) => `让管理员把这一项加进配置的 operators：\n${channel}: ${id}`,
  role: (command, needed) => `没有权限：/${command} 需要 ${needed} 角色`,
  bounds: (command, gateways) => `没有权限：/${command} 涉及全部网关，你只管 ${gateways.join('、')}`,
  stale: (age) => `这条消息是 ${age}前发的，已经过期，没有执行`,
  undated: () => '看不出这条消息是什么时候发的，没有执行',
  beforeStore: () => '这条消息比 Lifeline 现有的数据还早，可能已经执行过，没有再执行',
  staleNote: () => '还需要的话请再发一次',
  unknown: (name) => `没有 /${name} 这个命令`,
  didYouMean: (name) => `是不是 /${name}？`,
  seeHelp: () => '发 /help 看全部命令',
  tooLong: (most) => `命令太长，没有执行（最多 ${most} 个字符）`,
  tooManyArguments: (most) => `参数太多，没有执行（最多 ${most} 个）`,
  openQuote: () => '引号没有成对，没有执行',
  notACommand: () => '我只听命令，发 /help 看全部命令',
  needsSlash: (name) => `命令前面要加斜杠：/${name}`,
  youMean: (command) => `是要 ${command} 吗？`,
  whichOne: () => '你要的是哪一个？',
  tapOrSend: () => '点按钮，或者直接发命令',
  late: (time) => `这条送晚了，写于 ${time}`,
  runIt: (command) => `执行 ${command}？`,
  asked: (text, time) => (text ? `${time} 的「${text}」` : `${time} 按的按钮`),
  notCarriedOut: (asked) => `${asked}没有执行`,
  perhapsCarriedOut: (asked) => `${asked}不知道有没有执行完`,
  perhapsAnswered: (asked) => `${asked}可能还没有答复`,
  notConfirmedInTime: (asked) => `${asked}没有执行：没有及时确认`,
  restartedSendAgain: () => 'Lifeline 中途重启了。还需要的话请再发一次',
  restartedLookFirst: () => 'Lifeline 中途重启了。先看看结果，需要时再发一次',
  restartedAskAgain: () => 'Lifeline 中途重启了。没有收到答复的话请再发一次',
  answerAgain: () => 'Lifeline 中途重启了，这条答复可能是重复的',
  answerTo: (asked, title) => `答复${asked}：${title}`,
  deadButton: () => '这个按钮已经失效，没有执行',
  typeInstead: () => '还需要的话请直接发命令，/help 看全部命令',
  usedButton: () => '这个按钮已经按过了，没有再执行一次',
  sendAgain: (command) => `要再来一次，发 /${command}`,
  failed: () => '出了意外的错误，没有完成',
  seeLog: () => '详情见 Lifeline 自己的日志',
  confirmHow: (nonce, seconds) => `回复 ${nonce} 确认，${seconds} 秒内有效`,
  notConfirmed: (why) => NOT_CONFIRMED['zh-CN'][why],
  answeredApart: (name) => `${name}：答复发到私聊了`,
  firstLineOnly: () => '一条消息只执行第一行',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const chatText = (locale: Locale) => TEXTS[locale];
