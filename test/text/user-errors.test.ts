import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { userErrorReply } from '../../src/chat/bus/replies.ts';
import { CHINESE, errorHead } from '../../src/text/chat/user-errors.ts';

const titled = (code: string, message: string, locale: 'zh-CN' | 'en') =>
  userErrorReply(message, errorHead(code, message, locale));

test('an error that is worded in English begins with what it means, for who reads Chinese', () => {
  expect(titled('LOG_MOVED_ON', 'The log has been rotated away.', 'zh-CN')).toEqual({
    tone: 'warning',
    title: '日志已经轮换或截断，请从最新的重新查',
    lines: ['The log has been rotated away.'],
  });
  expect(titled('LOG_MOVED_ON', 'The log has been rotated away.', 'en')).toEqual({
    tone: 'warning',
    title: 'The log has been rotated away.',
  });
});

test('one that is worded in the language of its reader is left as it is, and so is one that nobody knows', () => {
  expect(titled('BAD_PATTERN', '「(」不是正则', 'zh-CN')).toEqual({ tone: 'warning', title: '「(」不是正则' });
  expect(titled('SOMETHING', 'x', 'zh-CN')).toEqual({ tone: 'warning', title: 'x' });
});

/** What commands reach through the port of a gateway. */
const INNER = ['monitor', 'supervisors', 'sensors', 'healing', 'gateways'];
/** The command knows them by their code, and words them itself. */
const WORDED_BY_COMMANDS = ['BAD_POSITION', 'LINK_ALONE', 'LINK_UNKNOWN'];

test('every error of the inner parts has its Chinese, and no other has', () => {
  const files = INNER.flatMap((folder) =>
    readdirSync(new URL(`../../src/${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => new URL(`../../src/${folder}/${name}`, import.meta.url)),
  );
  const codes = new Set(
    files
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/new UserError\(([^,]+),/g)])
      .flatMap(([, code = '']) => [...code.matchAll(/'([A-Z_]+)'/g)].map(([, name = '']) => name)),
  );
  expect([...codes].filter((code) => !WORDED_BY_COMMANDS.includes(code)).sort()).toEqual(Object.keys(CHINESE).sort());
});
