/** What `/bind` says. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  title: () => 'Who of these in the QQ group is you?',
  nobody: () => 'Nobody unknown has mentioned me in the last 10 minutes',
  said: (time: string, group: string, words: string, id: string) => `${time} in ${group}: “${words}” (${id})`,
  notAlone: () => ': somebody else wrote the same, so nobody can be chosen',
  bound: (group: string, id: string, time: string) => `You are known in ${group} as ${id}, since ${time}`,
  howTo: () => 'Mention me in the group with a few words that nobody else would write, then tap “Look again”.',
  choose: () => 'Choose only your own message: whoever wrote it gets your rights in that group.',
  me: (index: number) => `${index}: me`,
  again: () => 'Look again',
  forget: () => 'Unbind',
  noGroup: () => 'There is no QQ group to be known in',
  noGroupNote: () => 'List it under groups in the configuration first. On Feishu a person has one id everywhere.',
  inPrivate: () => 'That is done in our private chat',
  gone: () => 'That message cannot be chosen any more',
  question: (group: string) => `Did you write this in ${group}?`,
  gets: (role: string) => `Whoever wrote it may do there what you may: ${role}`,
  copied: () => 'Only a message that mentions me reaches me. If yours did not, this is somebody who copied you.',
  yes: () => 'It was me',
  done: (group: string, name: string) => `In ${group} you are ${name} now`,
  doneNote: () => 'If you chose the wrong one, unbind at once.',
  forgotten: () => 'Unbound: in that group you are nobody now',
  notBound: () => 'You are not bound there',
};

const zh: typeof en = {
  title: () => 'QQ 群里哪个是你？',
  nobody: () => '最近 10 分钟，没有不认识的人在群里 @ 我',
  said: (time, group, words, id) => `${time} ${group}：「${words}」（${id}）`,
  notAlone: () => '：有两个人说了同样的话，不能选',
  bound: (group, id, time) => `你在 ${group} 已绑定为 ${id}，${time} 起`,
  howTo: () => '先在群里 @ 我，说一句别人不会说的话，再点「再看看」。',
  choose: () => '只选你自己那句：选了谁，谁在这个群里就有你的权限。',
  me: (index) => `${index} 是我`,
  again: () => '再看看',
  forget: () => '解绑',
  noGroup: () => '没有可以绑定的 QQ 群',
  noGroupNote: () => '先在配置的 groups 里写上这个群。飞书上一个人到处是同一个 id，不用绑定。',
  inPrivate: () => '请在私聊里绑定',
  gone: () => '这句话已经不能选了',
  question: (group) => `${group} 里这句话是你说的吗？`,
  gets: (role) => `说这句话的人，在群里会有你的权限：${role}`,
  copied: () => '@ 了我的话我才收得到。如果你那句没有 @ 我，这就是别人照抄的。',
  yes: () => '是我说的',
  done: (group, name) => `在 ${group} 里你现在是 ${name}`,
  doneNote: () => '选错了就马上解绑。',
  forgotten: () => '已解绑：在那个群里不再认得你',
  notBound: () => '你没有绑定在那里',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const bindText = (locale: Locale) => TEXTS[locale];

export const BIND_HELP: Texts<string> = {
  'zh-CN': '让 QQ 群里也认得你（私聊里用）',
  en: 'be known in a QQ group, too (in private)',
};
