/** A test alert to everybody on every channel: who got it, and what is to be done where it was refused. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Channel, SendResult } from '../channels/channel.ts';
import { openCheckedChannels } from '../channels/open.ts';
import { createAccess } from '../chat/access/access.ts';
import type { ChannelName, Config } from '../config/config.ts';
import { openDatabase } from '../store/database.ts';
import { databaseIn } from '../store/files.ts';
import { createPairedOperators } from '../store/operators.ts';
import type { Locale } from '../text/locale.ts';
import { fixText } from '../text/channels/fixes.ts';
import { sendTestText } from '../text/cli/send-test.ts';
import { formatTime } from '../text/common/time.ts';
import { linkName } from '../text/common/conditions.ts';
import { ownApps } from '../monitor/own-apps.ts';
import { sendWithRetries } from './send-with-retries.ts';

export interface TestResult {
  readonly channel: ChannelName;
  /** null: nobody in particular. */
  readonly person: string | null;
  readonly result:
    SendResult | { readonly outcome: 'nobody' } | { readonly outcome: 'unusable'; readonly reason: string };
}

export interface TestOptions {
  /** null: all that are set up. */
  readonly channel: ChannelName | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Sends only, and with the memory of the bot that may run beside it: no connection is opened, so nothing is taken away
 * from that one.
 */
export const testEverybody = async (
  config: Config,
  { channel: only, clock, logger, signal }: TestOptions,
): Promise<readonly TestResult[]> => {
  const db = openDatabase(databaseIn(config.dataDir));
  try {
    const people = createAccess({
      configured: config.operators,
      paired: createPairedOperators(db),
      clock,
      logger,
    }).everybody();
    const apps = await ownApps(config.gateways, logger);
    const names = (['feishu', 'qq', 'webhook'] as const).filter(
      (name) => config.channels[name] !== undefined && (only === null || only === name),
    );
    const key = randomUUID();
    const testOne = async (name: ChannelName): Promise<readonly TestResult[]> => {
      const channel = await open(
        { ...config, channels: { [name]: config.channels[name] } },
        { db, apps, logger, onMayPush: () => undefined, isKnown: () => true },
      );
      if (typeof channel === 'string')
        return [{ channel: name, person: null, result: { outcome: 'unusable', reason: channel } }];
      const to =
        name === 'webhook'
          ? [{ person: null, user: 'webhook' }]
          : people.flatMap(({ name: person, ids }) => (ids[name] === undefined ? [] : [{ person, user: ids[name] }]));
      if (to.length === 0) return [{ channel: name, person: null, result: { outcome: 'nobody' } }];
      try {
        const results: TestResult[] = [];
        // One after another: the platforms count.
        for (const [index, { person, user }] of to.entries())
          results.push({
            channel: name,
            person,
            result: await sendWithRetries(
              channel,
              { user },
              testMessage(config.locale, clock),
              `test ${key} ${index}`,
              signal,
            ),
          });
        return results;
      } finally {
        await channel.stop();
      }
    };
    return (await Promise.all(names.map(testOne))).flat();
  } finally {
    db.close();
  }
};

const open = async (config: Config, tools: Parameters<typeof openCheckedChannels>[1]): Promise<Channel | string> => {
  try {
    const [channel] = await openCheckedChannels(config, tools);
    return channel ?? 'there is no such channel';
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
};

const testMessage = (locale: Locale, clock: Clock) => {
  const text = sendTestText(locale);
  return {
    tone: 'info',
    title: text.title(),
    lines: [text.from(hostname(), formatTime(clock.now(), locale, clock.now()))],
    note: text.note(),
  } as const;
};

export const arrived = ({ result }: TestResult): boolean => result.outcome === 'ok';

/** Returns the result of one alert in words, with the remedy where a person can do something. */
export const resultText = ({ channel, person, result }: TestResult, locale: Locale): string => {
  const text = sendTestText(locale);
  const on = channel === 'webhook' ? text.webhook() : linkName(channel, locale);
  return `${on}${text.colon()}${became(result, person, locale)}`;
};

const became = (result: TestResult['result'], person: string | null, locale: Locale): string => {
  const text = sendTestText(locale);
  switch (result.outcome) {
    case 'ok':
      return text.arrived(person);
    case 'refused':
      return text.refused(person, result.fix ? `${fixText(result.fix, locale)} (${result.reason})` : result.reason);
    case 'retry':
      return text.later(person, result.reason);
    case 'nobody':
      return text.nobody();
    case 'unusable':
      return text.unusable(result.reason);
  }
};
