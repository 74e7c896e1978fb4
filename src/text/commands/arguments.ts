/** What is said of the arguments of a command: how they are written, and what is wrong with those that were. */
import type { Locale, Texts } from '../locale.ts';
import { formatDuration } from '../common/time.ts';

/** The labels, by the name that the schema gives the argument. */
const NAMES = {
  'zh-CN': {
    gateway: '网关',
    n: '条数',
    count: '条数',
    lines: '行数',
    level: '级别',
    since: '时长',
    duration: '时长',
    for: '时长',
    time: '时长',
    window: '时长',
    text: '文字或 /正则/',
    command: '命令',
    id: '编号',
    incident: '编号',
    name: '名字',
    operator: '名字',
    mode: 'dry',
    modeOrLink: 'dry 或连接',
    pid: '进程号',
    start: '23:00',
  },
  en: {
    gateway: 'gateway',
    n: 'n',
    count: 'n',
    lines: 'lines',
    level: 'level',
    since: 'duration',
    duration: 'duration',
    for: 'duration',
    time: 'duration',
    window: 'duration',
    text: 'text or /regex/',
    command: 'command',
    id: 'number',
    incident: 'number',
    name: 'name',
    operator: 'name',
    mode: 'dry',
    modeOrLink: 'dry or link',
    pid: 'pid',
    start: '23:00',
  },
} satisfies Texts<Readonly<Record<string, string>>>;

const nameOf = (locale: Locale, name: string): string | null =>
  Object.hasOwn(NAMES[locale], name) ? ((NAMES[locale] as Readonly<Record<string, string>>)[name] ?? null) : null;

const en = {
  /** The name of an argument in help: `gateway` → `网关`; null where its schema says it better. */
  name: (name: string): string | null => nameOf('en', name),
  usage: (line: string) => `Usage: ${line}`,
  example: (line: string) => `For example: ${line}`,
  didYouMean: (words: readonly string[]) => `Did you mean ${words.join(' or ')}?`,

  noGateways: () => 'No gateway is configured',
  whichGateway: () => 'Which gateway?',
  whichNote: (example: string) => `Tap a button, or send ${example}`,
  noSuchGateway: (typed: string) => `No gateway is called "${typed}"`,
  thereAre: (names: readonly string[]) => `There are: ${names.join(', ')}`,
  severalGateways: (typed: string, names: readonly string[]) => `"${typed}" could be ${names.join(' or ')}`,
  tooMany: (typed: string) => `"${typed}" is one too many`,
  missing: (name: string) => `Missing: ${name}`,
  badCount: (typed: string, least: number, most: number) =>
    `The number must be from ${least} to ${most}, not "${typed}"`,
  /** A number that was meant as text. */
  quoteIt: (line: string) => `To search for that number, quote it: ${line}`,
  badDuration: (typed: string, leastMs: number, mostMs: number) =>
    `The time must be from ${formatDuration(leastMs, 'en')} to ${formatDuration(mostMs, 'en')}, such as 30m, 2h or 1d, not "${typed}"`,
  badWord: (typed: string) => `"${typed}" is not understood here`,
  badIncident: (typed: string) => `An incident has a number, such as 12, not "${typed}"`,
  badPattern: (typed: string, rule: string) => `"${typed}" must ${rule}`,
  noSuchCommand: (typed: string) => `There is no command /${typed}`,
};

const zh: typeof en = {
  name: (name) => nameOf('zh-CN', name),
  usage: (line) => `用法：${line}`,
  example: (line) => `例如：${line}`,
  didYouMean: (words) => `是不是 ${words.join(' 或 ')}？`,

  noGateways: () => '没有配置任何网关',
  whichGateway: () => '哪个网关？',
  whichNote: (example) => `点按钮，或者发 ${example}`,
  noSuchGateway: (typed) => `没有叫「${typed}」的网关`,
  thereAre: (names) => `现有：${names.join('、')}`,
  severalGateways: (typed, names) => `「${typed}」不止一个：${names.join('、')}`,
  tooMany: (typed) => `多了「${typed}」`,
  missing: (name) => `还缺：${name}`,
  badCount: (typed, least, most) => `数量要在 ${least} 到 ${most} 之间，不能是「${typed}」`,
  quoteIt: (line) => `要搜这个数字，加引号：${line}`,
  badDuration: (typed, leastMs, mostMs) =>
    `时长要在 ${formatDuration(leastMs, 'zh-CN')}到 ${formatDuration(mostMs, 'zh-CN')}之间，例如 30m、2h、1天，不能是「${typed}」`,
  badWord: (typed) => `不认识「${typed}」`,
  badIncident: (typed) => `故障编号是一个数字，例如 12，不能是「${typed}」`,
  badPattern: (typed, rule) => `「${typed}」不行：${rule}`,
  noSuchCommand: (typed) => `没有 /${typed} 这个命令`,
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const argumentText = (locale: Locale) => TEXTS[locale];
