/** Finds settings of a gateway that are valid and cannot do what they seem to be for. */
import { totalmem } from 'node:os';
import type { GatewayConfig } from '../../config/config.ts';
import type { Amount } from '../../diagnosis/memory-rules.ts';
import { LINK_NAMES } from '../../gateways/platforms/index.ts';
import type { Texts } from '../../text/locale.ts';
import type { ConfigFinding, Path } from './config-finding.ts';

const LEAST_WINDOW_MS = 60_000;

/** Every gateway has a patience with these two, whether it has the links or not. */
const ALWAYS: readonly string[] = ['qqbot', 'feishu'];

/** @param path the gateway's own key. */
export const gatewayDoubts = (
  { kind, links, memory, grace, healing, maintenance }: GatewayConfig,
  path: Path,
  machineBytes = totalmem(),
): readonly ConfigFinding[] => {
  const found: ConfigFinding[] = [];
  const doubt = (below: Path, what: Texts<string>, todo: Texts<string>): void =>
    void found.push({ code: 'gateway_doubt', path: [...path, ...below], what, todo });
  const { warn, restart, restartBusyMs } = memory;
  if (restart !== null && isAbove(warn, restart))
    doubt(
      ['memory', 'warn'],
      {
        'zh-CN': '还没提醒就先重启了：warn 不比 restart 低',
        en: 'it is restarted before anybody is warned: warn is not below restart',
      },
      { 'zh-CN': '把 warn 设得比 restart 低，或者 warn: off', en: 'set warn below restart, or warn: off' },
    );
  if (restart === null && restartBusyMs !== null)
    doubt(
      ['memory', 'when'],
      {
        'zh-CN': '没有设 restart，不会因为内存重启，when 不起作用',
        en: 'nothing is restarted for its memory, so "when" has no effect',
      },
      { 'zh-CN': '加上 memory.restart，或者去掉 when', en: 'set memory.restart too, or leave "when" out' },
    );
  if (restart !== null && 'bytes' in restart && restart.bytes > machineBytes)
    doubt(
      ['memory', 'restart'],
      {
        'zh-CN': '这台机器没有这么多内存：永远到不了，不会重启',
        en: 'this machine has less memory than that: the restart would never come',
      },
      { 'zh-CN': '设得比机器的内存少', en: 'set less than the machine has' },
    );
  if (restart !== null && restartBusyMs === null && kind === 'generic')
    doubt(
      ['memory', 'when'],
      {
        'zh-CN': 'generic 网关什么时候空闲看不出来：永远不会因为内存重启',
        en: 'nobody can tell when a generic gateway is idle: it would never be restarted for its memory',
      },
      { 'zh-CN': '把 memory.when 设成一段时间，例如 30m', en: 'set memory.when to a duration such as 30m' },
    );
  const isKnown = (link: string): boolean => {
    const [platform = link] = link.split(':');
    return links === 'auto' ? LINK_NAMES.includes(platform) : links.includes(link) || links.includes(platform);
  };
  for (const link of Object.keys(grace.linkGraceMs))
    if (kind !== 'generic' && !ALWAYS.includes(link) && !isKnown(link))
      doubt(
        ['grace', 'links', link],
        {
          'zh-CN': '网关没有这个连接：这个时间用不上',
          en: 'the gateway has no such link: this patience is never used',
        },
        {
          'zh-CN': '按 /status 显示的名字写，或者去掉',
          en: 'write the name as /status shows it, or leave it out',
        },
      );
  if (healing.perHour > healing.perDay)
    doubt(
      ['healing', 'per_hour'],
      {
        'zh-CN': '每小时的重启次数比每天的还多：每小时的上限永远到不了',
        en: 'more restarts an hour than a day: the limit of the hour is never reached',
      },
      { 'zh-CN': '让 per_hour 不超过 per_day', en: 'set per_hour no higher than per_day' },
    );
  for (const [index, { durationMs }] of maintenance.entries())
    if (durationMs < LEAST_WINDOW_MS)
      doubt(
        ['maintenance', index, 'duration'],
        {
          'zh-CN': '维护不到一分钟：可能还没看一眼就结束了',
          en: 'the maintenance lasts less than a minute: it is over before a look may come',
        },
        { 'zh-CN': '设一分钟以上，例如 30m', en: 'give it a minute or more, such as 30m' },
      );
  return found;
};

/** A share and a size cannot be told apart without the machine's limits. */
const isAbove = (warn: Amount | null, restart: Amount): boolean => {
  if (warn === null) return false;
  if ('bytes' in warn) return 'bytes' in restart && warn.bytes >= restart.bytes;
  return 'share' in restart && warn.share >= restart.share;
};
