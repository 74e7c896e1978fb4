/** One gateway that serves several profiles, each with a bot of its own (docs/facts/hermes.md 3.1). */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kindAt } from '../../src/gateways/index.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lifeline-profiles-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
};

const QQ = 'gateway.platforms.qqbot.adapter';
const said = (logger: string, text: string): readonly string[] =>
  (
    kindAt('hermes', home).newLogReader('gateway.log').line(`2026-11-21 10:00:00,000 INFO ${logger}: ${text}`)
      ?.evidence ?? []
  )
    .filter(({ link }) => link !== null)
    .map(({ link, fact }) => `${link ?? ''} ${fact.kind}`);

const ROWS: readonly (readonly [logger: string, text: string, one: readonly string[], several: readonly string[]])[] = [
  [QQ, '[QQBot:1001] Session resumed', ['qqbot link-login'], ['qqbot link-login']],
  [QQ, '[QQBot] Session resumed', ['qqbot link-login'], ['qqbot link-login']],
  [QQ, '[QQBot:1002] Session resumed', ['qqbot link-login'], ['qqbot:ops link-login']],
  [QQ, '[QQBot:1003] Session resumed', ['qqbot link-login'], ['qqbot:1003 link-login']],
  [QQ, '[QQBot:1002] Bot is banned. Check QQ Open Platform.', ['qqbot link-rejected'], ['qqbot:ops link-rejected']],
  [QQ, '[QQBot:1002] C2C message: id=x', ['qqbot link-traffic'], ['qqbot:ops link-traffic']],
  ['gateway.run', 'inbound message: platform=qqbot user=x chat=c', ['qqbot link-traffic'], []],
  ['gateway.run', '✓ qqbot connected', ['qqbot link-open'], ['qqbot link-open']],
  ['gateway.run', '✓ qqbot connected (profile: ops)', ['qqbot:ops link-open'], ['qqbot:ops link-open']],
  [
    'gateway.run',
    '✗ qqbot failed to connect (profile: ops)',
    ['qqbot:ops link-retry-failed'],
    ['qqbot:ops link-retry-failed'],
  ],
  [
    'gateway.run',
    '✗ qqbot error (profile: ops): boom',
    ['qqbot:ops link-retry-failed'],
    ['qqbot:ops link-retry-failed'],
  ],
  [
    'gateway.run',
    'Fatal qqbot adapter error for multiplexed profile ops (qq_banned)',
    ['qqbot:ops link-lost'],
    ['qqbot:ops link-lost'],
  ],
  [
    'gateway.run',
    'Fatal telegram adapter error for multiplexed profile ops (telegram_token_conflict)',
    ['telegram:ops link-lost'],
    ['telegram:ops link-lost'],
  ],
];

test.each(ROWS)('%s: %s', async (logger, text, one, several) => {
  await put('.env', 'QQ_APP_ID=1001\n');
  await put('profiles/ops/.env', 'QQ_APP_ID=1002\n');
  await put('config.yaml', 'gateway:\n  multiplex_profiles: false\n');
  expect(said(logger, text)).toEqual(one);
  await put('config.yaml', 'gateway:\n  multiplex_profiles: true\n');
  expect(said(logger, text)).toEqual(several);
});

test('is one bot like any other where the gateway’s own app is not known', async () => {
  await put('config.yaml', 'gateway:\n  multiplex_profiles: true\n');
  expect(said(QQ, '[QQBot:1002] Session resumed')).toEqual(['qqbot link-login']);
});
