/** Builds what tells of Lifeline's own failures: the dead man's switch outside, and the alarm about itself. */
import { scaledClock } from '../base/clock.ts';
import { event } from '../base/events.ts';
import type { Logger } from '../base/logger.ts';
import type { Config } from '../config/config.ts';
import { createPing, type Ping } from '../monitor/ping/ping.ts';
import { createSelfAlarm, type SelfAlarm } from '../monitor/self-alarm.ts';
import type { Channels } from './channels.ts';
import type { Shutdown } from './shutdown.ts';

export interface AlarmOptions {
  readonly version: string;
  readonly channels: Pick<Channels, 'all' | 'people'>;
  /** Writes where whoever runs Lifeline reads. */
  readonly say: (text: string) => void;
  readonly logger: Logger;
}

export interface Alarm {
  /** null: nobody outside is told. */
  readonly ping: Ping | null;
  readonly alarm: SelfAlarm;
}

export const buildAlarm = (
  { alerts, gateways, locale }: Config,
  { version, channels, say, logger }: AlarmOptions,
  shutdown: Shutdown,
): Alarm => {
  const { pingUrl } = alerts;
  const ping =
    pingUrl === null ? null : createPing({ url: pingUrl.reveal(), clock: scaledClock(0, 1), logger, version });
  shutdown.add('at_once', 'ping', () => ping?.stop());
  const alarm = createSelfAlarm({
    gateways: gateways.map(({ name }) => name),
    channels: channels.all,
    people: channels.people,
    ping: (text) => void ping?.fail(text),
    print: say,
    onTold: (stages, fail) => {
      if (fail) logger.error({ ...event('stage.failing'), stages }, "stages of Lifeline's own work fail");
      else logger.warn({ ...event('stage.working'), stages }, 'they work again');
    },
    locale,
  });
  shutdown.add('at_once', 'alarm', () => alarm.stop());
  return { ping, alarm };
};
