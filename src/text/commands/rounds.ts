/** What `/check` and `/doctor` say around what they find. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  checking: (count: number) => (count === 1 ? 'Checking…' : `Checking ${count} gateways…`),
  /** What is wrong, why, and since when. */
  trouble: (words: string, cause: string, at: string, ago: string) => `${words}: ${cause} (${at}, ${ago})`,
  /** Several troubles in one line. */
  and: (troubles: readonly string[]) => troubles.join('; '),
  more: (count: number) => `${count} more; send /check and a name`,
  whyButton: () => 'Why',

  examining: (count: number) => (count === 1 ? 'Examining…' : `Examining ${count} gateways…`),
  sound: (name: string | null, count: number) =>
    name === null ? `Nothing found wrong with any of ${count} gateways` : `${name}: nothing found wrong`,
  findings: (name: string | null, count: number) =>
    `${name === null ? '' : `${name}: `}${count} ${count === 1 ? 'finding' : 'findings'}`,
  /** Nothing is wrong, but something could be better. */
  hints: (name: string | null, count: number) =>
    `${name === null ? 'Nothing' : `${name}: nothing`} wrong, ${count} ${count === 1 ? 'hint' : 'hints'}`,
  cannotExamine: (problem: string | null) =>
    problem === null ? 'no result in time' : `could not be examined: ${problem}`,
  notExamined: (count: number) => `${count} gateways could not be examined`,
  onTheMachine: () => "Mend it on the gateway's machine, with the commands above",
  /** The hint that the terminal shows everything. */
  seeTerminal: () => 'lifeline doctor on that machine shows all of it',
};

const zh: typeof en = {
  checking: (count) => (count === 1 ? '正在检查…' : `正在检查 ${count} 个网关…`),
  trouble: (words, cause, at, ago) => `${words}，${cause}（${at}，${ago}）`,
  and: (troubles) => troubles.join('；'),
  more: (count) => `还有 ${count} 个没列出，发 /check 加网关名看`,
  whyButton: () => '为什么',

  examining: (count) => (count === 1 ? '正在体检…' : `正在体检 ${count} 个网关…`),
  sound: (name, count) => (name === null ? `${count} 个网关都没有发现隐患` : `${name}：没有发现隐患`),
  findings: (name, count) => `${name === null ? '' : `${name}：`}发现 ${count} 个隐患`,
  hints: (name, count) => `${name === null ? '' : `${name}：`}没有隐患，有 ${count} 条建议`,
  cannotExamine: (problem) => (problem === null ? '体检超时，没有结果' : `体检失败：${problem}`),
  notExamined: (count) => `${count} 个网关没能体检`,
  onTheMachine: () => '在装有网关的机器上处理，命令如上',
  seeTerminal: () => '在那台机器上运行 lifeline doctor 看全部',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const roundText = (locale: Locale) => TEXTS[locale];

/** What each of these commands does, in one line of help. */
export const ROUND_HELP = {
  check: { 'zh-CN': '现在就检查一遍', en: 'look at everything now' },
  doctor: {
    'zh-CN': '体检：网关和 Lifeline 有没有隐患',
    en: 'what is wrong with the gateways and Lifeline, or will be one day',
  },
} satisfies Record<string, Texts<string>>;
