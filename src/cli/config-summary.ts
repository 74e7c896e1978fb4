/**
 * What a valid configuration comes to, in a few lines: what is watched, when, over which channels, and who commands.
 */
import { homedir } from 'node:os';
import { hostOf } from '../base/endpoint.ts';
import type { Config } from '../config/config.ts';
import { clockHours } from '../config/show.ts';
import { nextBeginning } from '../healing/maintenance.ts';
import type { PairedOperator } from '../store/operators.ts';
import { configCheckText } from '../text/cli/config-check.ts';
import { formatDuration, formatTime } from '../text/common/time.ts';
import { nextOf, scheduleWords } from './config-schedule.ts';
import { isoWithOffset } from './verdict-json.ts';

interface Facts {
  readonly config: Config;
  readonly paired: readonly PairedOperator[];
  readonly isPingReachable: boolean;
  readonly now: number;
}

export const summaryLines = ({ config, paired, isPingReachable, now }: Facts): readonly string[] => {
  const { locale, gateways, watch, timezone, alerts } = config;
  const text = configCheckText(locale);
  const nextText = (next: number | null): string | null =>
    next === null ? null : formatTime(next, locale, now).replace(/:00$/, '');
  const zone = timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const channels = channelNames(config);
  const people = [
    ...config.operators.map(({ name, role }) => text.person(name, role, false)),
    ...paired.map(({ name, role }) => text.person(name, role, true)),
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
    ...(alerts.quiet ? [['quiet', clockHours(alerts.quiet)] as const] : []),
    ...(pingHost !== null && isPingReachable ? [['ping', text.reachable(pingHost)] as const] : []),
  ];
  const width = Math.max(...lines.map(([label]) => columns(text.labels[label])));
  return lines.map(
    ([label, words]) => `  ${text.labels[label]}${' '.repeat(width - columns(text.labels[label]))}  ${words}`,
  );
};

/** Returns the same summary for scripts. */
export const summaryJson = ({
  config: { gateways, watch, timezone, alerts, operators, ...config },
  paired,
  now,
}: Pick<Facts, 'config' | 'paired' | 'now'>): object => ({
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
  channels: channelNames({ channels: config.channels }),
  alerts: alerts.order,
  operators: [
    ...operators.map(({ name, role }) => ({ name, role, paired: false })),
    ...paired.map(({ name, role }) => ({ name, role, paired: true })),
  ],
});

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
  path.startsWith(`${homedir()}/`) ? `~${path.slice(homedir().length)}` : path;
