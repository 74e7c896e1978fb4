/**
 * Errors of Lifeline's inner parts are worded where they arise, in English, for they also stand in logs and on the
 * terminal. To a person on the phone the first line says in their language what it means; the details follow as they
 * are.
 */
import type { Locale } from '../locale.ts';

const UNREACHABLE = '管理它的服务现在问不到';

/** Of every code that a command may meet, but those that commands word themselves. */
export const CHINESE: Readonly<Record<string, string>> = {
  LOG_MISSING: '没有日志文件，这个网关在这台机器上运行过吗？',
  CONTAINER_UNKNOWN: '网关之前在一个容器里运行，看不出是哪个；请启动那个容器，我不会在容器外面启动它',
  LOG_MOVED_ON: '日志已经轮换或截断，请从最新的重新查',
  END_GATEWAY: '这个进程就是网关本身，要重启它请发 /restart',
  END_UNKNOWN: '这个进程不在看起来像网关的进程里',
  BAD_PATTERN: '这个正则表达式没法用来查找',
  SUPERVISOR_TOOL_MISSING: UNREACHABLE,
  SUPERVISOR_UNREACHABLE: UNREACHABLE,
  SYSTEMD_MISSING: UNREACHABLE,
  SYSTEMD_NOT_RUNNING: UNREACHABLE,
  SYSTEMD_NO_BUS: UNREACHABLE,
  SYSTEMD_NO_RUNUSER: UNREACHABLE,
  SYSTEMD_NO_USER_MANAGER: UNREACHABLE,
  SYSTEMD_OTHER_USER: UNREACHABLE,
  SYSTEMD_REFUSED: UNREACHABLE,
  SYSTEMD_UNIT: UNREACHABLE,
};

/** @returns what goes before an error's own words; null where those are in the reader's language. */
export const errorHead = (code: string, message: string, locale: Locale): string | null =>
  locale === 'zh-CN' && !/\p{Script=Han}/u.test(message) ? (CHINESE[code] ?? null) : null;
