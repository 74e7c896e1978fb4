/** What the commands for those at the machine say beside what the phone is told. */
import type { Locale, Texts } from '../locale.ts';

const en = {
  /** A bot runs with this data folder. */
  runs: (since: string, time: string) => `Lifeline runs: for ${time}, since ${since}`,
  /** `at`: the last sign of life; null: there never was one. */
  runsNot: (at: string | null) =>
    `Lifeline does not run${at === null ? '' : ` (last sign of life ${at})`}: nobody watches, and there will be no alerts. Start it: lifeline run, or lifeline service install`,
  undelivered: (count: number) => `${count} ${count === 1 ? 'alert' : 'alerts'} not delivered yet`,
  channelDown: (name: string, since: string) => `${name} channel: down since ${since}`,
  inMemory: () => 'The data folder cannot be used; the data is in memory for now',
  /** The hint below a list of incidents. */
  more: () => 'One from its beginning to its end: lifeline incidents NUMBER',
  longer: (command: string) => `Further back: ${command}`,
  noSuchGateway: (name: string, near: string | null, known: readonly string[]) =>
    `There is no gateway "${name}". ${near === null ? `There are: ${known.join(', ')}.` : `Did you mean ${near}?`}`,
  whichGateway: (known: readonly string[]) => `Which gateway? Add its name: ${known.join(', ')}.`,
  noSuchWord: (word: string, near: string | null) =>
    `"${word}" is not understood. ${near === null ? 'Give the name of a gateway, a number of lines, or a level (debug, info, warning, error, critical); to search for text, use --grep.' : `Did you mean ${near}?`}`,
  badCount: (most: number) => `Give a number of lines from 1 to ${most}.`,
  badTime: (given: string) => `"${given}" is no time; write 30m, 2h or 7d.`,
  badIncident: (given: string) => `"${given}" is no number of an incident; write 12.`,
  noLines: (name: string) => `${name} has no such log lines.`,
  usedUp: (time: string, size: string) =>
    `The search has used up its time (${time} of computing) after ${size}, so it is not complete; a simpler pattern or plain text gets further.`,
  cutOff: (size: string) => `Only ${size} were searched; ask for less to get further back.`,
  following: (name: string) => `Following the log of ${name}; Ctrl-C ends it.`,
  /** The first words of a bot without a configuration. */
  watchingOnly: () => 'No configuration: watching only, nothing is restarted.',
  lastConfigUsed: () => 'Until it is mended, Lifeline runs with the configuration of its last start.',
};

const zh: typeof en = {
  runs: (since, time) => `Lifeline 正在运行：已 ${time}（${since} 起）`,
  runsNot: (at) =>
    `Lifeline 没有在运行${at === null ? '' : `（最后一次动静 ${at}）`}：没有人看护，也不会告警。启动：lifeline run，或 lifeline service install`,
  undelivered: (count) => `${count} 条告警还没送达`,
  channelDown: (name, since) => `通道 ${name}：断开（${since} 起）`,
  inMemory: () => '数据目录用不了，数据暂时存在内存里',
  more: () => '看一条的经过：lifeline incidents 编号',
  longer: (command) => `看更久：${command}`,
  noSuchGateway: (name, near, known) =>
    `没有网关「${name}」。${near === null ? `有：${known.join('、')}` : `是 ${near} 吗？`}`,
  whichGateway: (known) => `哪个网关？在命令后面写上：${known.join('、')}`,
  noSuchWord: (word, near) =>
    `看不懂「${word}」。${near === null ? '可以写网关名、行数、级别（debug、info、warning、error、critical）；要找文字，用 --grep' : `是 ${near} 吗？`}`,
  badCount: (most) => `行数要在 1 到 ${most} 之间`,
  badTime: (given) => `看不懂时间「${given}」，请写成 30m、2h、7d 这样`,
  badIncident: (given) => `「${given}」不是故障编号，请写成 12`,
  noLines: (name) => `${name} 没有符合的日志`,
  usedUp: (time, size) => `查找用完了时间（${time}计算），只查了 ${size}，结果不全；换简单些的正则或普通文字能查得更远`,
  cutOff: (size) => `只翻了 ${size}；加 --since 或更少的条件，再往前翻`,
  following: (name) => `接着看 ${name} 的日志，按 Ctrl-C 结束`,
  watchingOnly: () => '没有配置文件：只看护，不自动重启。',
  lastConfigUsed: () => '改好之前，Lifeline 用上次启动时的配置运行。',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const localText = (locale: Locale) => TEXTS[locale];
