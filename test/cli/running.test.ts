/** What a running Lifeline is asked by the system and by its operators. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { createLogger } from '../../src/base/logger.ts';
import { createOwnLog } from '../../src/cli/run/own-log.ts';
import { readableLine } from '../../src/cli/run/readable-line.ts';
import { readAnew } from '../../src/cli/run/reload-config.ts';
import { meaningOfHangup } from '../../src/cli/run/signals.ts';
import { createWishes } from '../../src/cli/run/next-action.ts';
import { parse, valid } from '../config/helpers.ts';
import { ownFolder } from '../store/helpers.ts';

test.each([
  ['a service with a configuration', 'none', true, 'reload'],
  ['a terminal with a configuration, asked by kill -HUP', 'there', true, 'reload'],
  ['a terminal that is closed, with a configuration', 'gone', true, 'stop'],
  ['a console without a configuration', 'there', false, 'stop'],
  ['a console that is closed', 'gone', false, 'stop'],
  ['no terminal and no configuration', 'none', false, 'stop'],
] as const)('SIGHUP to %s', (_who, terminal, fromFile, meaning) => {
  expect(meaningOfHangup(terminal, fromFile)).toBe(meaning);
});

const config = (text = ''): ReturnType<typeof parse> => ({ ...parse(valid(text)), file: '/home/me/config.yaml' });

test('a file with mistakes is told with its name alone, and with its path for the log', () => {
  const read = readAnew(config(), (file) => {
    throw new UserError('CONFIG_INVALID', `${file}:3:5: heal: must be auto\n${file}:9:1: is not a known key`);
  });
  expect(read).toEqual({
    kind: 'bad',
    problems: ['config.yaml:3:5: heal: must be auto', 'config.yaml:9:1: is not a known key'],
    text: '/home/me/config.yaml:3:5: heal: must be auto\n/home/me/config.yaml:9:1: is not a known key',
  });
});

test('the data folder holds for as long as the process lives', () => {
  expect(readAnew(config(), () => config('data_dir: /elsewhere\n'))).toEqual({ kind: 'fixed', keys: ['data_dir'] });
});

test('a good file is taken with what is new in it', () => {
  expect(readAnew(config(), () => config('log_level: debug\n'))).toMatchObject({
    kind: 'good',
    changes: ['log_level: info → debug'],
  });
});

test('the end comes before a reload that nobody has taken yet', async () => {
  const wishes = createWishes();
  const next = wishes.next();
  wishes.reload({ config: config(), changes: [] });
  expect(wishes.busy()).toBe(true);
  expect(await next).toMatchObject({ changes: [] });
  expect(wishes.busy()).toBe(false);
  wishes.reload({ config: config(), changes: ['a'] });
  wishes.reload({ config: config(), changes: ['b'] });
  expect(await wishes.next()).toMatchObject({ changes: ['b'] });
  wishes.reload({ config: config(), changes: [] });
  wishes.stop();
  expect(await wishes.next()).toBe('stop');
  expect(wishes.busy()).toBe(true);
});

test('the log changes its place and its level while it is in use, and loses no line', async () => {
  const dir = ownFolder();
  const err: string[] = [];
  const log = createOwnLog({ level: 'info', file: null }, { write: (line) => void err.push(line) });
  const { logger } = log;
  logger.info('on stderr');
  log.use({ level: 'debug', file: join(dir, 'a.log') });
  logger.debug('in a');
  log.use({ level: 'info', file: join(dir, 'b.log') });
  logger.debug('nowhere');
  logger.info('in b');
  await log.close();
  logger.info('after the end');
  const said = (text: string): readonly unknown[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { msg: unknown }).msg);
  expect(said(err.join(''))).toEqual(['on stderr', 'after the end']);
  await expect.poll(() => said(readFileSync(join(dir, 'a.log'), 'utf8')), { timeout: 60_000 }).toEqual(['in a']);
  expect(said(readFileSync(join(dir, 'b.log'), 'utf8'))).toEqual(['in b']);
});

describe('a line of the log on a terminal', () => {
  const lineOf = (log: (logger: ReturnType<typeof createLogger>) => void): string => {
    let said = '';
    log(createLogger('debug', { write: (line) => void (said += line) }));
    return said;
  };

  test('has the time, the level, what happened, and its figures; no event name', () => {
    const line = lineOf((logger) => logger.warn({ event: 'store.lost', folder: '/data', tries: 3 }, 'it is lost'));
    expect(readableLine(line, false)).toMatch(/^\d\d:\d\d:\d\d warn {2}it is lost {2}folder=\/data {2}tries=3\n$/);
    expect(readableLine(line, true)).toContain('\u001b[33m');
  });

  test('has of an error what it says, without its stack', () => {
    const line = lineOf((logger) => logger.error({ err: new Error('no room') }, 'it failed'));
    expect(readableLine(line, false)).toMatch(/error it failed {2}err=no room\n$/);
  });

  test('cannot move the cursor, and stays one line', () => {
    const line = lineOf((logger) => logger.info({ text: 'a\nb\u001b[2J' }, 'said'));
    const [only = '', ...more] = readableLine(line, false).trimEnd().split('\n');
    expect(more).toEqual([]);
    expect(only).not.toContain('\u001b');
  });

  test('that is no JSON stays as it is', () => {
    expect(readableLine('not json\n', true)).toBe('not json\n');
  });
});
