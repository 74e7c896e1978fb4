import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Command } from '../../../src/chat/command/command.ts';
import { commands as builtIn } from '../../../commands/index.ts';
import { readDeclaration } from '../../../src/chat/own-commands/declaration.ts';
import { ask, folderWith, load } from './helpers.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The examples of a document, as they stand in it. */
const examplesOf = (name: string) => {
  const text = readFileSync(join(ROOT, 'docs', name), 'utf8');
  const blocks = (language: string): readonly string[] =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
  const declared = blocks('yaml').flatMap(
    (block) => (parseYaml(block) as { readonly commands?: readonly object[] }).commands ?? [],
  );
  const probe = blocks('yaml').at(-1) ?? '';
  const [script = '', ...more] = blocks('ts');
  return { text, declared, probe, script, more };
};

const named = (commands: readonly Command[], id: string): Command => {
  const found = commands.find((command) => command.id === id);
  if (!found) throw new Error(`no /${id}`);
  return found;
};

describe.each(['commands.md', 'commands.zh-CN.md'])('the examples of docs/%s', (name) => {
  const { declared, probe, script, more } = examplesOf(name);

  it('all load beside the built-in commands', () => {
    expect([declared.length, more]).toEqual([2, []]);
    const { commands, problems } = load(declared, folderWith({ 'probe.yaml': probe, 'probe.ts': script }), {}, builtIn);
    expect(problems).toEqual([]);
    expect(commands.map(({ id, role, effects }) => `${id} ${role} ${effects}`)).toEqual([
      'disk viewer reads',
      'nginx-restart admin interrupts',
      'probe viewer reads',
    ]);
  });

  it('do what the text says', async () => {
    const { commands } = load(declared);
    const disk = named(commands, 'disk');
    expect((await ask(disk)).title).toMatch(/^\/disk done/);
    expect((await ask(disk, '/dev')).title).toMatch(/^\/disk done/);
    await expect(ask(disk, '-x')).rejects.toThrow('must match');
    expect(await ask(named(commands, 'nginx-restart'))).toMatchObject({
      title: 'Run /nginx-restart?',
      code: ['sudo -n systemctl restart nginx'],
    });
  });

  it('probe a site', async () => {
    const server = createServer((request, response) => response.writeHead(request.url === '/health' ? 503 : 200).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { commands } = load(
      [],
      folderWith({
        'probe.yaml': probe.replace('[node,', `[${process.execPath},`),
        'probe.ts': script.replace('https://example.com/', here).replace('https://api.example.com/', here),
      }),
    );
    expect(await ask(named(commands, 'probe'))).toMatchObject({
      tone: 'good',
      code: [expect.stringMatching(/^home: HTTP 200, \d+ ms$/) as string],
    });
    expect(await ask(named(commands, 'probe'), 'api')).toMatchObject({
      tone: 'warning',
      title: expect.stringMatching(/^\/probe failed: exit code 1 /) as string,
      code: ['— output —', expect.stringMatching(/^api: HTTP 503, \d+ ms$/) as string],
    });
  });
});

it('the two languages have the same examples and explain the same keys', () => {
  const [en, zh] = [examplesOf('commands.md'), examplesOf('commands.zh-CN.md')];
  expect([zh.declared, zh.probe, zh.script]).toEqual([en.declared, en.probe, en.script]);
  const keysOf = ({ text }: { readonly text: string }): readonly string[] =>
    [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, key = '']) => key);
  expect(keysOf(zh)).toEqual(keysOf(en));
  // Each of them is a key, and no other is.
  for (const key of keysOf(en)) {
    const read = readDeclaration({ name: 'x', run: ['df'], [key]: Symbol('no value at all') }, 'x');
    expect(JSON.stringify(read), key).not.toContain('is not a known key');
  }
  expect(keysOf(en)).toHaveLength(11);
});
