/** What `/bind` says. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  write: (word: string) => `Mention me in the QQ group with exactly this: ${word}`,
  validUntil: (time: string) => `It is valid until ${time}, for you alone, and once`,
  thenTap: () => 'Then tap “I have written it”.',
  written: () => 'I have written it',
  copied: () => 'Two people have written the last word, so it is void. Here is a new one.',
  bound: (group: string, id: string, time: string) => `You are known in ${group} as ${id}, since ${time}`,
  again: () => 'Start again',
  forget: () => 'Unbind',
  noGroup: () => 'There is no QQ group to be known in',
  noGroupNote: () => 'List it under groups in the configuration first. On Feishu a person has one id everywhere.',
  inPrivate: () => 'That is done in our private chat',
  gone: () => 'That word is no longer valid',
  question: (group: string, time: string) => `Your word was written in ${group} at ${time}. Was that you?`,
  gets: (role: string) => `Whoever wrote it may do there what you may: ${role}`,
  onlyIfMentioned: () =>
    'Only messages that mention me reach me. If yours did not mention me, this is another person who copied it: do not confirm.',
  yes: () => 'It was me',
  done: (group: string, name: string) => `In ${group} you are ${name} now`,
  doneNote: () => 'If that was a mistake, unbind at once.',
  forgotten: () => 'Unbound: in that group you are nobody now',
  notBound: () => 'You are not bound there',
};

const zh: typeof en = {
  write: (word) => `在 QQ 群里 @ 我，只发这个词：${word}`,
  validUntil: (time) => `${time} 前有效，只对你有效，只能用一次`,
  thenTap: () => '发完点「发好了」。',
  written: () => '发好了',
  copied: () => '有两个人发了刚才那个词，它已作废。这是新的。',
  bound: (group, id, time) => `你在 ${group} 已绑定为 ${id}，${time} 起`,
  again: () => '重新开始',
  forget: () => '解绑',
  noGroup: () => '没有可以绑定的 QQ 群',
  noGroupNote: () => '先在配置的 groups 里写上这个群。飞书上一个人到处是同一个 id，不用绑定。',
  inPrivate: () => '请在私聊里绑定',
  gone: () => '这个词已经失效',
  question: (group, time) => `${time} ${group} 里有人发了你的词，是你吗？`,
  gets: (role) => `发这个词的人，在群里会有你的权限：${role}`,
  onlyIfMentioned: () => '@ 了我的消息我才收得到。如果你发的那条没有 @ 我，这就是别人照抄的，不要确认。',
  yes: () => '是我发的',
  done: (group, name) => `在 ${group} 里你现在是 ${name}`,
  doneNote: () => '弄错了就马上解绑。',
  forgotten: () => '已解绑：在那个群里不再认得你',
  notBound: () => '你没有绑定在那里',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const bindText = (locale: Locale) => TEXTS[locale];

export const BIND_HELP: Texts<string> = {
  'zh-CN': '让 QQ 群里也认得你（私聊里用）',
  en: 'be known in a QQ group, too (in private)',
};
