import { expect, it } from 'vitest';
import fc from 'fast-check';
import { entryPointOf } from '../../src/gateways/entry-point.ts';

it.each<[string, string | null, string[]]>([
  ['hermes gateway run', 'hermes', ['gateway', 'run']],
  ['/usr/local/bin/Hermes.exe gateway', 'hermes', ['gateway']],
  ['python3.11 -u -W ignore -X dev /opt/hermes/bin/hermes gateway run', 'hermes', ['gateway', 'run']],
  ['python -m hermes_cli.main -p ops gateway', 'hermes_cli.main', ['-p', 'ops', 'gateway']],
  ['python3 -um hermes_cli.main gateway', 'hermes_cli.main', ['gateway']],
  ['python -mhermes_cli.main gateway', 'hermes_cli.main', ['gateway']],
  ['python -c print(1) gateway run', null, []],
  ['python', null, []],
  ['node --max-old-space-size=8192 --require ./a.cjs dist/index.js gateway', 'index.js', ['gateway']],
  ['node -e 1 gateway', null, []],
  ['bun run openclaw.mjs gateway', 'openclaw.mjs', ['gateway']],
  ['vim /opt/hermes/gateway/run.py', 'vim', ['/opt/hermes/gateway/run.py']],
  ['ssh host hermes gateway run', 'ssh', ['host', 'hermes', 'gateway', 'run']],
])('of `%s` is %s', (line, name, words) => {
  const found = entryPointOf(line.split(' '));
  expect(found?.name ?? null).toBe(name);
  if (found) expect(found.words).toEqual(words);
});

it('is none of an empty command line, and never throws for any other', () => {
  expect(entryPointOf([])).toBeNull();
  expect(entryPointOf([''])).toBeNull();
  fc.assert(fc.property(fc.array(fc.string()), (argv) => void entryPointOf(argv)));
});
