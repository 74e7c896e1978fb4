/** Texts of several lines, tables, and what this process itself must not show. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neverShow, redact } from '../../../src/base/redact/redact.ts';
import { extent } from '../../deep.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const NAMES = ['password', 'db_password', 'token', 'app_secret', 'API_KEY', 'client_secret', '密码'] as const;

/** Each holds the secret once. */
const FORMS: readonly ((secret: string, name: string) => string)[] = [
  (secret, name) => `${name}:\n${secret}`,
  (secret, name) => `${name}:\n  ${secret}`,
  (secret, name) => `${name} =\n  "${secret}"`,
  (secret, name) => `"${name}":\n    "${secret}",\n  "next": 1`,
  (secret, name) => `a:\n  ${name}: |\n    ${secret}\n  b: 1`,
  (secret, name) => `a:\n  ${name}: |-\n    first line\n\n    ${secret} and more\n  b: 1`,
  (secret, name) => `${name}: >+  # kept\n  of several ${secret} words\nnext: 1`,
  (secret, name) => `${name}:\n  - ${secret}`,
  (secret, name) => `${name}:\n  - another1value\n  - "${secret}"\nb: 1`,
  (secret, name) => `${name} = """${secret}"""`,
  (secret, name) => `${name} = '''\nfirst\n${secret}\n'''\nb = 1`,
  (secret, name) => `${name}: """\n${secret}`,
  (secret, name) => `user,${name},role\nann,${secret},admin`,
  (secret, name) => `user,role,${name}\n"ann, bob",admin,"${secret}"\n`,
  (secret, name) => `${name};user\nother2secret;bob\n${secret};ann`,
  (secret, name) => `user\t${name}\nann\t${secret}`,
  (secret, name) => `| user | ${name} |\n|------|------|\n| ann | x |\n| bob | ${secret} |`,
  (secret, name) => `USER    ${name}    ROLE\nann     ${secret}    admin`,
  (secret) => `WIFI:S:office;T:WPA;P:${secret};;`,
  (secret) => `WIFI:T:WPA;S:a\\;b;H:true;P:${secret};;`,
  (secret) => `http_proxy=ann:${secret}@proxy.corp.example:3128`,
  (secret) => `using proxy ann:${secret}@proxy:8080 for QQ`,
  (secret) => `socks5h://ann:${secret}@10.0.0.1:1080`,
  (secret) => `https://api.example/v1?sk=${secret}`,
  (secret) => `sk=${secret}`,
  (secret) => `sk: "${secret}"`,
];

const filler = fc.constantFrom('', '2026-11-21 10:00:00,123 INFO gateway.run: hello', 'next: 1', '  at x (y.js:1:2)');
const secrets = fc
  .tuple(
    fc.constantFrom('x7', 'Q2', '9a'),
    fc.string({
      unit: fc.constantFrom(...'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'),
      minLength: 10,
      maxLength: 40,
    }),
  )
  .map(([begin, rest]) => `${begin}${rest}k3`);

describe('a secret of a text with several lines', () => {
  test('does not survive in whatever form it stands, and the lines stay', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.constantFrom(...NAMES),
        fc.constantFrom(...FORMS),
        fc.array(filler, { maxLength: 3 }),
        fc.array(filler, { maxLength: 3 }),
        fc.constantFrom('\n', '\r\n'),
        (secret, name, form, before, behind, end) => {
          const text = [...before, form(secret, name), ...behind].join('\n').replaceAll('\n', end);
          const shown = redact(text);
          expect(shown).not.toContain(secret);
          expect(shown.split('\n')).toHaveLength(text.split('\n').length);
        },
      ),
      { numRuns: extent(3_000, 600) },
    );
  });

  test.each(['O', 'A', 'U', 'N', 'X', 'C'])('a seed of NATS, S%s…, does not survive', (kind) => {
    const seed = `S${kind}${Array.from({ length: 56 }, (_, n) => BASE32[(n * 7 + 3) % 32]).join('')}`;
    expect(redact(`seed ${seed} of the host`)).toBe(`seed S${kind}*** of the host`);
  });

  test.each([
    'token:\n  name: x\n  kind: y',
    'Error: invalid token:\n    at Foo (file.js:1:2)',
    'the password:\n2026-11-21 10:00:00,123 INFO gateway.run: hello',
    'model,prompt_tokens,completion_tokens\nx,12,3456',
    'secrets:\n  app:\n    name: x',
    'a, b\nc, d',
    'Checking credentials:\n  [ok]',
  ])('other lines stay: %j', (text) => {
    expect(redact(text)).toBe(text);
  });

  test.each([
    ['password:\n', 'x7aaaa\n'],
    ['password: |\n', '  x\n'],
    ['password = """', 'x"" \n'],
    ['user,password\n', 'a,bbbbb1\n'],
    ['password:\n- ', 'abcdef1\n- '],
    ['WIFI:', 'S:;P'],
    ['ann:', 'a@b.c:1'],
  ])('a long text of %j takes no time', (begin, more) => {
    const text = `${begin}${more.repeat(20_000)}${begin.repeat(2_000)}`;
    expect(redact(text).split('\n')).toHaveLength(text.split('\n').length);
  });
});

test('a secret of this process is hidden wherever it stands, whatever it looks like', () => {
  const secret = 'correct"horse/battery';
  expect(redact(`it says ${secret}.`)).toContain(secret);
  neverShow(secret);
  for (const text of [`it says ${secret}.`, JSON.stringify({ it: secret }), `x?y=${encodeURIComponent(secret)}`])
    expect(redact(text)).toMatch(/\*{3}/);
  expect(redact(`a${secret}b`)).toBe('a***b');
});
