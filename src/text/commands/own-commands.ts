/** What the operators' own commands answer. */
import type { Locale, Texts } from '../locale.ts';
import { formatDuration } from '../common/time.ts';

/** How a program ended that did not end well. */
type Failure =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'timeout' | 'called_off'; readonly ended: boolean }
  | { readonly kind: 'not_found' | 'not_allowed' | 'no_folder' }
  | { readonly kind: 'not_started'; readonly why: string };

interface Ran {
  readonly name: string;
  readonly program: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly tookMs: number;
}

/** Returns the duration; short ones to a tenth of a second. */
const took = (ms: number, locale: Locale): string => {
  if (ms >= 10_000) return formatDuration(ms, locale);
  const seconds = (Math.max(100, ms) / 1_000).toFixed(1);
  return locale === 'en' ? `${seconds} s` : `${seconds} 秒`;
};

const en = {
  /** The help line of a command that declares none. */
  runs: (words: string) => `Runs ${words}`,
  /** What a value must be; ends the sentence of the complaint. */
  rule: (pattern: string) => `match ${pattern}`,
  badValue: (parameter: string) => `The value of ${parameter} is not allowed; nothing was done`,
  dashValue: (parameter: string) => `${parameter} must not begin with -; nothing was done`,

  question: (name: string) => `Run /${name}?`,
  confirmLabel: () => 'Run',
  runsAlready: (name: string, since: string) => `/${name} is running already (for ${since}); it was not run again`,
  runsAlreadyNote: () => 'Send it again when it is done',
  tooMany: (names: readonly string[]) => `${names.length} own commands are running: ${names.join(', ')}`,
  tooManyNote: () => 'Nothing was done; send it again when one of them is done',
  stillRunning: (name: string, limit: string) => `/${name} is still running; it has ${limit} at most`,

  done: (name: string, ms: number) => `/${name} done (${took(ms, 'en')})`,
  noOutput: () => 'No output',
  failure: (
    failure: Failure,
    { name, program, cwd, timeoutMs, tookMs }: Ran,
  ): { readonly title: string; readonly todo: string | null } => {
    switch (failure.kind) {
      case 'exit':
        return { title: `/${name} failed: exit code ${failure.code} (${took(tookMs, 'en')})`, todo: null };
      case 'signal':
        return {
          title: `/${name} was ended by ${failure.signal} (${took(tookMs, 'en')})`,
          todo:
            failure.signal === 'SIGKILL' || failure.signal === 'SIGABRT' ? 'Perhaps there was not enough memory' : null,
        };
      case 'timeout':
        return {
          title: failure.ended
            ? `/${name} took longer than ${formatDuration(timeoutMs, 'en')} and was ended`
            : `/${name} took longer than ${formatDuration(timeoutMs, 'en')} and cannot be ended`,
          todo: failure.ended
            ? 'If it needs longer, raise its timeout in the configuration (5m at most)'
            : 'It may wait for a disk or network storage; have a look at the machine',
        };
      case 'called_off':
        return {
          title: `/${name} was not completed: Lifeline is stopping`,
          todo: 'Send it again when Lifeline is back',
        };
      case 'not_found':
        return {
          title: `/${name} was not run: there is no program ${program}`,
          todo: 'Install it, or write its whole path in run',
        };
      case 'not_allowed':
        return {
          title: `/${name} was not run: ${program} may not be executed`,
          todo: 'Check its permissions, for instance chmod +x',
        };
      case 'no_folder':
        return { title: `/${name} was not run: there is no folder ${cwd}`, todo: 'Make it, or change cwd' };
      case 'not_started':
        return {
          title: `/${name} was not run: ${program} could not be started`,
          todo: failure.why === '' ? null : failure.why,
        };
    }
  },
  stderr: () => '— errors —',
  stdout: () => '— output —',
  leftOut: (size: string) => `… (${size} left out) …`,
  linesLeftOut: (count: number) => `… (${count} lines left out) …`,

  notTrusted: (name: string) => `/${name} was not run: others could have changed its file`,
  notRun: (name: string) => `/${name} was not run`,
  broken: (name: string) => `/${name} failed in an unexpected way`,
  seeLog: () => "See Lifeline's own log",
};

const zh: typeof en = {
  runs: (words) => `运行 ${words}`,
  rule: (pattern) => `要符合 ${pattern}`,
  badValue: (parameter) => `参数 ${parameter} 的值不合要求，没有执行`,
  dashValue: (parameter) => `参数 ${parameter} 不能以 - 开头，没有执行`,

  question: (name) => `确定要执行 /${name} 吗？`,
  confirmLabel: () => '确认执行',
  runsAlready: (name, since) => `/${name} 正在运行（已 ${since}），没有再执行一次`,
  runsAlreadyNote: () => '等它结束后再发',
  tooMany: (names) => `已有 ${names.length} 个自定义命令在运行：${names.join('、')}`,
  tooManyNote: () => '没有执行，等其中一个结束后再发',
  stillRunning: (name, limit) => `/${name} 还在运行，最多等 ${limit}`,

  done: (name, ms) => `/${name} 完成（${took(ms, 'zh-CN')}）`,
  noOutput: () => '没有输出',
  failure: (failure, { name, program, cwd, timeoutMs, tookMs }) => {
    switch (failure.kind) {
      case 'exit':
        return { title: `/${name} 失败：退出码 ${failure.code}（${took(tookMs, 'zh-CN')}）`, todo: null };
      case 'signal':
        return {
          title: `/${name} 中途被 ${failure.signal} 结束（${took(tookMs, 'zh-CN')}）`,
          todo: failure.signal === 'SIGKILL' || failure.signal === 'SIGABRT' ? '可能是内存不够' : null,
        };
      case 'timeout':
        return {
          title: failure.ended
            ? `/${name} 超过 ${formatDuration(timeoutMs, 'zh-CN')}，已强制结束`
            : `/${name} 超过 ${formatDuration(timeoutMs, 'zh-CN')}，而且结束不了`,
          todo: failure.ended
            ? '需要更久的话，把配置里的 timeout 调大（最多 5m）'
            : '进程可能卡在磁盘或网络存储上，请登录机器查看',
        };
      case 'called_off':
        return { title: `/${name} 没有完成：Lifeline 正在停止`, todo: 'Lifeline 回来后再发一次' };
      case 'not_found':
        return { title: `/${name} 没有执行：找不到程序 ${program}`, todo: '装上它，或者在 run 里写完整路径' };
      case 'not_allowed':
        return { title: `/${name} 没有执行：${program} 没有执行权限`, todo: '检查它的权限，例如 chmod +x' };
      case 'no_folder':
        return { title: `/${name} 没有执行：没有目录 ${cwd}`, todo: '建好它，或者改 cwd' };
      case 'not_started':
        return { title: `/${name} 没有执行：启动不了 ${program}`, todo: failure.why === '' ? null : failure.why };
    }
  },
  stderr: () => '—— 错误输出 ——',
  stdout: () => '—— 输出 ——',
  leftOut: (size) => `……（省略 ${size}）……`,
  linesLeftOut: (count) => `……（省略 ${count} 行）……`,

  notTrusted: (name) => `/${name} 没有执行：别人可能改过这个文件`,
  notRun: (name) => `/${name} 没有执行`,
  broken: (name) => `/${name} 出了意外的错误`,
  seeLog: () => '详情见 Lifeline 自己的日志',
};

const TEXTS: Texts<typeof en> = { 'zh-CN': zh, en };

export const ownCommandText = (locale: Locale) => TEXTS[locale];
