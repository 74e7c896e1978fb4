/**
 * Writes a record's lines as the gateways write them: what is quoted in full stays as it stands, the rest gets its
 * date, level and logger.
 */
import type { DatedLine } from './lines.ts';

const LEVEL = /^(DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL):? +/;
/** Hermes: loggers are dotted, or one of these. */
const LOGGER =
  /^(?:\[[^\]\s]*\] )?(?:[a-z_][\w-]*(?:\.[\w-]+)+|Lark|asyncio|root|run_agent|gateway|hermes_(?:logging|startup_watchdog)|aiohttp|websockets|telegram|discord): /i;
const FULL_HERMES = /^\S+ \S+ (?:DEBUG|INFO|WARNING|ERROR|CRITICAL)(?: \[[^\]]*\])? [^\s:]+: /;
/** The Lark SDK's own words. */
const SDK =
  /^(?:connected to wss|disconnected to |receive message loop exit|trying to reconnect|connect failed, err|ping failed, err|connect success)/;

/** Which logger says what begins like this, where the excerpt leaves it out. */
const LOGGERS: readonly (readonly [RegExp, string])[] = [
  [/^\[QQBot/, 'gateway.platforms.qqbot.adapter'],
  [/^\[(?:Feishu|Lark)\]/, 'gateway.platforms.feishu'],
  [SDK, 'Lark'],
  [/^\[Telegram/, 'gateway.platforms.telegram'],
  [/^\[Discord/, 'plugins.platforms.discord.adapter'],
  [/^\[Slack/, 'gateway.platforms.slack'],
  [/^\[Whatsapp/i, 'gateway.platforms.whatsapp'],
  [/^\[Weixin/, 'gateway.platforms.weixin'],
  [/^\[We[Cc]om/, 'gateway.platforms.wecom'],
  [/^\[DingTalk/i, 'gateway.platforms.dingtalk'],
  [/^\[Email/, 'gateway.platforms.email'],
  [/^Signal/, 'gateway.platforms.signal'],
  [/^Matrix/, 'gateway.platforms.matrix'],
  [/^Mattermost/, 'gateway.platforms.mattermost'],
  [/^Tool \S+ (?:returned|completed)/, 'agent.tool_executor'],
  [/^Shutdown watchdog|^Gateway event loop missed/, 'gateway.shutdown_watchdog'],
];
const loggerOf = (message: string): string =>
  LOGGERS.find(([beginning]) => beginning.test(message))?.[1] ?? 'gateway.run';

export interface Said {
  readonly level: string | null;
  readonly text: string;
}

/** @returns level and the rest of a line without its time. */
export const levelOf = (rest: string): Said => {
  const level = LEVEL.exec(rest)?.[1] ?? null;
  return level === null ? { level, text: rest } : { level, text: rest.replace(LEVEL, '') };
};

/** `2026-11-21 08:00:00,123`. */
export const asctime = (at: number): string =>
  new Date(at).toISOString().replace('T', ' ').replace('.', ',').replace('Z', '');

/** `2026-11-21 08:00:00,123 INFO gateway.run: …`. */
export const hermesLine = ({ at, rest, whole, below }: DatedLine): string => {
  if (whole !== null && FULL_HERMES.test(whole)) return [whole, ...below].join('\n');
  const { level, text } = levelOf(rest);
  const told = LOGGER.test(text) ? text : `${loggerOf(text)}: ${text}`;
  const named = { WARN: 'WARNING', FATAL: 'CRITICAL' }[level ?? ''] ?? level ?? 'INFO';
  return [`${asctime(at)} ${named} ${told}`, ...below].join('\n');
};

const SUBSYSTEM = /^\[([^\]\s]+)\] /;
const LEVEL_IDS: Readonly<Record<string, number>> = { DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };

/** `2026-11-21T08:00:00.123Z [feishu] …`, or the same as a line of OpenClaw's own file. */
export const openClawLine = ({ at, rest, whole, below }: DatedLine, format: 'console' | 'jsonl'): string => {
  // Of its own file only JSON is quoted as it stands; `openclaw logs` prints the same lines in another form.
  const asItStands = format === 'jsonl' ? /^\{/ : /^\{|^\S+T\S+(?:Z|[+-]\d\d:\d\d) /;
  if (whole !== null && asItStands.test(whole)) return [whole, ...below].join('\n');
  const { level, text } = levelOf(rest);
  const time = new Date(at).toISOString();
  if (format === 'console') return [`${time} ${text}`, ...below].join('\n');
  const subsystem = SUBSYSTEM.exec(text)?.[1];
  const message = [text.replace(SUBSYSTEM, ''), ...below].join('\n');
  const name = { WARNING: 'WARN', CRITICAL: 'FATAL' }[level ?? ''] ?? level ?? 'INFO';
  const meta = { runtime: 'node', date: time, logLevelId: LEVEL_IDS[name] ?? 3, logLevelName: name };
  return JSON.stringify(
    subsystem === undefined
      ? { 0: message, _meta: meta, time }
      : { 0: JSON.stringify({ subsystem }), 1: message, _meta: meta, time, message },
  );
};
