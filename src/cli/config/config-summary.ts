/**
 * What a valid configuration comes to, in a few lines: what is watched, when, over which channels, and who commands.
 */
import { userHome } from '../../base/account.ts';
import { hostOf } from '../../base/endpoint.ts';
import type { Config } from '../../config/config.ts';
import { clockHours } from '../../config/fields.ts';
import { nextBeginning } from '../../healing/maintenance.ts';
import { withPaired } from '../../chat/access/access.ts';
import { isBounded } from '../../chat/access/bounds.ts';
import type { urgentUse } from '../../notify/escalation/escalation-store.ts';
import { routingTable, type RoutedAlert } from '../../notify/recipients/routes.ts';
import type { PairedOperator } from '../../store/operators.ts';
import { configCheckText } from '../../text/cli/config-check.ts';
import { formatDuration, formatTime } from '../../text/common/time.ts';
import { nextOf, scheduleWords } from './config-schedule.ts';
import { isoWithOffset } from '../verdict-json.ts';

interface Facts {
  readonly config: Config;
  readonly paired: readonly PairedOperator[];
  /** What was used of Feishu's paid quota this month; null: nobody knows. */
  readonly urgent: ReturnType<typeof urgentUse> | null;
  readonly isPingReachable: boolean;
  readonly now: number;
}

export const summaryLines = ({ config, paired, urgent, isPingReachable, now }: Facts): readonly string[] => {
  const { locale, gateways, watch, timezone, alerts } = config;
  const text = configCheckText(locale);
  const nextText = (next: number | null): string | null =>
    next === null ? null : formatTime(next, locale, now).replace(/:00$/, '');
  const zone = timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const channels = channelNames(config);
  const people = [
    ...config.operators.map(({ name, role, gateways }) => text.person(name, role, false, gateways)),
    ...paired.map(({ name, role }) =>
      text.person(name, role, true, config.operators.find((each) => each.name === name)?.gateways),
    ),
  ];
  const pingHost = alerts.pingUrl && hostOf(alerts.pingUrl.reveal());
  const lines: (readonly [keyof typeof text.labels, string])[] = [
    ...gateways.flatMap(({ name, home, heal, maintenance }) => [
      ['gateway', text.named(name, text.and([withTilde(home), text.heal(heal)]))] as const,
      ...maintenance.map(
        ({ schedule, durationMs }) =>
          [
            'maintenance',
            text.named(
              name,
              text.window(
                scheduleWords(schedule, locale),
                formatDuration(durationMs, locale),
                nextText(nextBeginning(schedule, now)),
              ),
            ),
          ] as const,
      ),
    ]),
    [
      'round',
      `${text.schedule(scheduleWords(watch.schedule, locale), nextText(nextOf(watch.schedule)))}${text.zone(zone)}`,
    ],
    [
      'channels',
      channels.length === 0
        ? text.nobody()
        : text.and([...channels, ...(alerts.order.length > 1 ? [text.alerts(alerts.order)] : [])]),
    ],
    ['operators', people.length === 0 ? text.nobody() : text.and(people)],
    ...(config.groups.length > 0
      ? [['groups', text.and(config.groups.map(({ name, channel }) => `${name} (${channel})`))] as const]
      : []),
    ...(config.fleet === null
      ? []
      : [['fleet', text.fleetRole(config.fleet.host, config.fleet.hub, config.fleet.access.servers)] as const]),
    ...routesOf(config, paired).map(
      ({ gateway, severity, to, why }) =>
        ['routes', text.named(gateway, text.routed(text.severity(severity), to, why))] as const,
    ),
    ...(alerts.escalation === null
      ? []
      : [
          [
            'escalation',
            text.escalation(
              formatDuration(alerts.escalation.afterMs, locale),
              alerts.escalation.steps.map((step) => ('to' in step ? step.to.join(', ') : text.urgent(step.urgent))),
            ),
          ] as const,
          ...(urgent === null || !alerts.escalation.steps.some((step) => 'urgent' in step && step.urgent !== 'app')
            ? []
            : [['escalation', text.urgentUse(urgent.sms, urgent.phone, urgent.refused)] as const]),
        ]),
    ...(alerts.quiet ? [['quiet', clockHours(alerts.quiet)] as const] : []),
    ...(pingHost !== null && isPingReachable ? [['ping', text.reachable(pingHost)] as const] : []),
  ];
  const width = Math.max(...lines.map(([label]) => columns(text.labels[label])));
  return lines.map(
    ([label, words]) => `  ${text.labels[label]}${' '.repeat(width - columns(text.labels[label]))}  ${words}`,
  );
};

/** Who is told of what, where that is not simply everybody. */
const routesOf = (config: Config, paired: readonly PairedOperator[]): readonly RoutedAlert[] => {
  const operators = withPaired(config.operators, paired);
  const isPlain = config.alerts.routes.length === 0 && !operators.some(isBounded);
  return isPlain || operators.length === 0 ? [] : routingTable(config, operators);
};

/** Returns the same summary for scripts. */
export const summaryJson = ({ config, paired, now }: Pick<Facts, 'config' | 'paired' | 'now'>): object => {
  const { gateways, watch, timezone, alerts, operators, groups } = config;
  return {
    gateways: gateways.map(({ name, kind, home, heal, maintenance }) => ({
      name,
      kind,
      home,
      heal,
      maintenance: maintenance.map(({ schedule, durationMs }) => ({
        ...scheduleJson(schedule, nextBeginning(schedule, now)),
        durationMs,
      })),
    })),
    round: scheduleJson(watch.schedule, nextOf(watch.schedule)),
    timezone,
    channels: channelNames(config),
    alerts: alerts.order,
    operators: [
      ...operators.map(({ name, role, gateways: only }) => ({
        name,
        role,
        paired: false,
        ...(only === undefined ? {} : { gateways: only }),
      })),
      ...paired.map(({ name, role }) => ({ name, role, paired: true })),
    ],
    groups: groups.map(({ name, channel }) => ({ name, channel })),
    routes: routesOf(config, paired),
  };
};

const scheduleJson = (schedule: string, next: number | null): object => ({
  schedule,
  words: { 'zh-CN': scheduleWords(schedule, 'zh-CN'), en: scheduleWords(schedule, 'en') },
  next: next === null ? null : isoWithOffset(next),
});

const channelNames = ({ channels }: Pick<Config, 'channels'>): readonly string[] => Object.keys(channels);

/** A Chinese character takes two columns of a terminal. */
const columns = (text: string): number =>
  [...text].reduce((width, char) => width + (/\p{Script=Han}/u.test(char) ? 2 : 1), 0);

const withTilde = (path: string): string =>
  path.startsWith(`${userHome()}/`) ? `~${path.slice(userHome().length)}` : path;
