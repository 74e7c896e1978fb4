import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../src/base/redact.ts';

/** Far more than a slow machine needs for what is linear; what is not would take hours, and cannot be stopped otherwise. */
const LIMIT_MS = 50_000;

const endsFor = (text: string): string => {
  (globalThis as Record<string, unknown>)['__redacted'] = () => redact(text);
  return String(vm.runInThisContext('globalThis.__redacted()', { timeout: LIMIT_MS }));
};

/** What each rule begins with, what may repeat in it and what it looks for at its end. */
const PIECES = [
  'a', '1', '-', '_', '.', '/', ':', '@', '+', '=', '%', '\\', '"', "'", '`', '<', '>', '&', ',', ';', ' ', '\t', '\n', '\r', '*', '(', '[', '{', '|', '$', '\0', '密码', '：', '😀', '\ud800',
  'token', 'secret=', '"password":"', '\\"token\\":\\"', 'token: ', "token='", 'api_key=[', 'cookies={', 'Cookie: ', 'authorization: ', '--token ', '--a-', '<token>', '</key>', '<string>', 'key: >-\n ',
  '%22', '%3D', '%253A', '&quot;', '\\u0022', 'Bearer ', 'Basic ', 'QQBot ', 'Bot 1234567.', 'Digest ', 'eyJ', 'eyJaaaaaaaaaa.', 'sk-', 'ghp_', 'xoxb-', 'SG.', 't-', '1234567:', 'abcdef0123456789', 'LTAI',
  '-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '-----BEGIN ', '://', '://a:', '%3A%2F%2F', '-u ', 'sshpass -p ', '?key=', '&sig=', '<Cookie a=', 'open-apis/bot/v2/hook/', 'hooks.slack.com/a/',
  'a@', 'a@b.', 'a@b.com', '%40', '+1', '+1 ', '+86 ', '138', '13812345678', '13812345678 ', '010-', '4111 ', '4111111111111111', '110105194912310', '20', 'ts=', 'seq: ', ' ms', '2026-11-21', 'null', '***',
  'docker login ', ' -p ', 'ldapsearch ', ' -w ', 'zip ', ' -P ', 'htpasswd -b a ', 'echo ', '| sudo -S', 'requirepass ', "PASSWORD '", 'AUTH PLAIN ', '@tcp(', 'a:b@tcp(', 'machine a login b password ', 'login ', 'a:5432:b:c:', 'sqlplus a/', '"auth":"', "auth=('", 'net user a ',
  'user a pass ', 'login a/', '账密 a/', 'changed from ', ' to ', '→', ' -> ', '改成', '***, ', 'recovery codes: ', 'a1b2-3c4d ', '" value="', '<value>', 'name="token"', 'passphrase "', '密码是一', 'A1', '授权码 ', 'abcd ', 'ｐ', '卡号 6222 ', 'cvv ', '密码短语',
  'password is ', 'is ', 'for x ', 'has been set to ', '密码是', '密码 ', '已改为', '「', '验证码', '482913 ', 'is your login code', 'mnemonic: ', 'api key ', 'AKIA0123456789ABCDEF ', 'AKIA***', '$2b$12$', '.atlasv1.', '-us6', 'LS0tLS1CRUdJTi', '8Q~', 'hvs.', 'shpat_', 'ATATT3', 'pat', 'SEC',
  '\u001b[', '\u001b]', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj', '-----END PRIVATE KEY-----\n', 'ssh a@b.com ',
] as const;

const hostile = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) }), { maxLength: 14 })
  .map((pieces) => pieces.join(''));

describe('redaction of anything', () => {
  test('is done when it is done: once more changes nothing, and no line is lost', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const hidden = redact(text);
        expect(redact(hidden)).toBe(hidden);
        expect(hidden.split('\n')).toHaveLength(text.split('\n').length);
      }),
      { numRuns: 5_000 },
    );
  });

  test('takes linear time for what repeats', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (before, unit, after) => {
        expect(typeof endsFor(`${before}${unit.repeat(20_000 / Math.max(1, unit.length))}${after}`)).toBe('string');
      }),
      { numRuns: 150 },
    );
  });

  test.each(PIECES.map((piece) => [piece]))('takes linear time for much of %j', (piece) => {
    expect(typeof endsFor(piece.repeat(200_000 / piece.length))).toBe('string');
  });

  test.each([
    ['a-', '='], ['a.', '://'], ['eyJ-', '.'], ['eyJaaaaaaaa.', '!'], ['://a:b', '!'], ['token="', ''], ["token='a\\", ''], ['token=%22', ''], ['+1 1', 'x'], ['1 ', 'x'], ['4111 ', 'x'], ['a@a.', '!'], ['a@a.bc.service', ''],
    ['-----BEGIN PRIVATE KEY-----\n', ''], ['--a', ' '], ['cookie: a', ''], ['cookies={', ''], ['secret:', ''], ['Bearer a', '!'], ['a%40', ''], ['token=null,', ''], ['key=&', ''], ['redis-cli -', ''], ['mysql -', ''], ['aaaaaaaaaaaaaaaaaaaaaaaaa.', ''],
    ['docker login ', ' -p x'], ['ldapsearch ', ' -w x'], ['htpasswd -b a ', ''], ['echo ', '| sudo -S'], ['a:', '@tcp('], ['a:a@', 'tcp('], ['login a ', 'password'], ['a:5432:b:c:', ' '], ['a.', ':5432:a:b:c'], ['password is ', ''], ['password for x ', 'is y'], ['is ', 'password'], ['密码', 'a1'], ['密码是', ''], ['密码 ', ''], ['password is a', ''], ['1234 ', 'is your login code'], ['mnemonic: ', ''],
    ['AKIA0123456789ABCDEF ', ''], ['AKIA***', 'a'], ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n', ''], ['A1a', ''], ['A1a', ' '], ['-----END PRIVATE KEY-----\n', ''], ['$2b$', ''], ['\u001b]', ''], ['ssh a@b.com ', ''], ['a', '@b.com'],
    ['password from ', ' to'], ['password from a1', ''], ['密码 *** ', '→A1b2c3'], ['passwords ***, ', ''], ['recovery codes: ', ''], ['recovery codes:a1b2 ', ''], ['密码是一a', ''], ['密码', '是一'], ['login a', '/'], ['user a ', 'pass '], ['name="token" ', 'value'], ['value="a" ', 'key="token'], ['password for a ', 'is'], ['passphrase "a ', ''], ['secret_base', ' '], ['卡号 ', '6'],
    ['a:a', '@10.0.0.1'], ['a:', '@localhost'], ['PIN is ', '1234'], ['密 ', '码'], ['password (a', ''], ['password (a) ', ':'], ['.login("a", "', ''], ['openssl enc ', ' -k x'], ['secret A', ''],
  ])('takes linear time for a megabyte of %j that ends with %j', (unit, end) => {
    expect(typeof endsFor(`${unit.repeat(1_000_000 / unit.length)}${end}`)).toBe('string');
  });
});
