import { processClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { silentLogger } from '../base/logger.ts';
import { suggest } from '../base/suggest.ts';
import { createAccess } from '../chat/access/access.ts';
import { CHANNELS, type ChannelName, type Config } from '../config/config.ts';
import { pairedIn } from '../setup/save.ts';
import { arrived, resultText, testEverybody } from '../setup/test-everybody.ts';
import { sendTestText } from '../text/cli/send-test.ts';
import { findConfig } from './config/find-config.ts';
import { applyTimezone } from './timezone.ts';

/**
 * `lifeline send-test`: a test message to everybody on every channel, or on one. Leaves the exit code 0 only when all
 * that should get it got it.
 * @throws UserError for an invalid configuration, or a channel that is not set up.
 */
export const sendTest = async ({ config: file, channel }: { config?: string; channel?: string }): Promise<void> => {
  const { config } = findConfig(file);
  applyTimezone(config);
  const { locale } = config;
  const text = sendTestText(locale);
  const only = channel === undefined ? null : readChannel(channel, config);
  if (Object.keys(config.channels).length === 0) throw new UserError('CONFIG_NO_CHANNEL', text.nothing());
  const stop = new AbortController();
  const leave = (): void => stop.abort();
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    const results = await testEverybody(config, {
      channel: only,
      clock: processClock(),
      logger: silentLogger(),
      signal: stop.signal,
    });
    const unreached = only === null ? unreachedIn(config) : [];
    for (const result of results) print(`${arrived(result) ? '✓' : '✗'} ${resultText(result, locale)}`);
    for (const name of unreached) print(`✗ ${text.unreached(name)}`);
    print(text.sendsOnly());
    if (!results.every(arrived) || unreached.length > 0) process.exitCode = 1;
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
};

const readChannel = (given: string, { file, channels }: Config): ChannelName => {
  const found = CHANNELS.find((name) => name === given);
  if (found === undefined) {
    const near = suggest(given, CHANNELS);
    throw new UserError(
      'USAGE_CHANNEL',
      `There is no channel "${given}". Known: ${CHANNELS.join(', ')}.${near ? ` Did you mean ${near}?` : ''}`,
    );
  }
  if (channels[found] === undefined)
    throw new UserError('USAGE_CHANNEL', `The channel ${found} is not set up in ${file}. lifeline init adds it.`);
  return found;
};

/** Lists the people without an id on any channel that is set up: they never hear anything. */
const unreachedIn = (config: Config): readonly string[] => {
  const everybody = createAccess({
    configured: config.operators,
    paired: { find: () => null, list: () => pairedIn(config.dataDir) },
    clock: processClock(),
    logger: silentLogger(),
  }).everybody();
  return everybody
    .filter(({ ids }) => Object.keys(ids).every((name) => config.channels[name as ChannelName] === undefined))
    .map(({ name }) => name);
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
