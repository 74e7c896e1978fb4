import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { IN_DEPTH } from '../../deep.ts';
import type { Command, GatewayPort } from '../../../src/chat/command/command.ts';
import { commands as builtIn } from '../../../commands/index.ts';
import { readProgramDeclaration } from '../../../src/chat/own-commands/declaration.ts';
import { ask, context, folderWith, load } from './helpers.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The examples of a document, as they stand in it. */
const examplesOf = (name: string) => {
  const text = readFileSync(join(ROOT, 'docs', name), 'utf8');
  const blocks = (language: string): readonly string[] =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
  const declared = blocks('yaml').flatMap(
    (block) => (parseYaml(block) as { readonly commands?: readonly object[] }).commands ?? [],
  );
  const [probe = '', oncall = '', ...more] = blocks('ts');
  return { text, declared, probe, oncall, more };
};

/** What a strict editor would say of these files in a folder of commands. */
const complaintsOf = (
  files: Readonly<Record<string, string>>,
): readonly { readonly file: string; readonly text: string }[] => {
  const folder = folderWith({ ...files, 'package.json': '{ "type": "module" }' });
  const program = ts.createProgram(
    Object.keys(files).map((name) => join(folder, name)),
    {
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths: { 'gateway-lifeline/commands': [join(ROOT, 'src/chat/own-commands/types.ts')] },
    },
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => ({
    file: basename(file?.fileName ?? ''),
    text: ts.flattenDiagnosticMessageText(messageText, '\n'),
  }));
};

const named = (commands: readonly Command[], id: string): Command => {
  const found = commands.find((command) => command.id === id);
  if (!found) throw new Error(`no /${id}`);
  return found;
};

describe.each(['commands.md', 'commands.zh-CN.md'])('the examples of docs/%s', (name) => {
  const { declared, probe, oncall, more } = examplesOf(name);

  it('all load beside the built-in commands', async () => {
    expect([declared.length, more]).toEqual([2, []]);
    const { commands, problems } = await load(
      declared,
      folderWith({ 'probe.ts': probe, 'oncall.ts': oncall }),
      {},
      builtIn,
    );
    expect(problems).toEqual([]);
    expect(commands.map(({ id, role, effects }) => `${id} ${role} ${effects}`)).toEqual([
      'disk viewer reads',
      'nginx-restart admin interrupts',
      'oncall viewer reads',
      'probe viewer reads',
    ]);
  });

  it('do what the text says', async () => {
    const { commands } = await load(declared);
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
    const { commands } = await load(
      [],
      folderWith({ 'probe.ts': probe.replace('https://example.com/', here).replace('https://api.example.com/', here) }),
    );
    expect(await ask(named(commands, 'probe'))).toMatchObject({
      tone: 'good',
      title: expect.stringMatching(/^home: HTTP 200, \d+ ms$/) as string,
    });
    expect(await ask(named(commands, 'probe'), 'api')).toMatchObject({
      tone: 'warning',
      title: expect.stringMatching(/^api: HTTP 503, \d+ ms$/) as string,
    });
  });

  it('tell who is on call', async () => {
    const { commands } = await load([], folderWith({ 'oncall.ts': oncall }));
    const gateway = {
      name: 'main',
      report: () => Promise.reject(new Error('cannot be looked at')),
    } as unknown as GatewayPort;
    // The 46th week after the first.
    const here = { gateways: [gateway], now: Date.parse('2026-11-25T10:00:00+08:00') };
    expect(await ask(named(commands, 'oncall'), '', context(here))).toEqual({
      tone: 'info',
      title: 'Wang is on call',
      fields: [{ name: 'main', value: 'unknown' }],
    });
    expect((await ask(named(commands, 'oncall'), '', context({ ...here, locale: 'zh-CN' }))).title).toBe(
      '本周值班：Wang',
    );
  });
});

it.runIf(IN_DEPTH)('the examples fit the published types, and a slip does not', () => {
  const files = Object.fromEntries(
    ['commands.md', 'commands.zh-CN.md'].flatMap((name, index) => [
      [`probe${index}.ts`, examplesOf(name).probe],
      [`oncall${index}.ts`, examplesOf(name).oncall],
    ]),
  );
  const { probe, oncall } = examplesOf('commands.md');
  const slips = {
    'word.ts': probe.replace("'api'], default", "'apy'], default"),
    'key.ts': oncall.replace('timeout', 'timeuot'),
    'answer.ts': oncall.replace('title:', 'titel:'),
    'params.ts': probe.replace(/ {2}params.*\n/, ''),
  };
  // Both at once: the types of Node take seconds to read.
  const complaints = complaintsOf({ ...files, ...slips });
  expect(complaints.filter(({ file }) => file in files)).toEqual([]);
  expect([...new Set(complaints.map(({ file }) => file))].sort()).toEqual(Object.keys(slips).sort());
});

it('the two languages have the same examples and explain the same keys', () => {
  const [en, zh] = [examplesOf('commands.md'), examplesOf('commands.zh-CN.md')];
  const withoutComments = (text: string): string => text.replaceAll(/\/\*\*.*\*\//g, '');
  expect(zh.declared).toEqual(en.declared);
  expect([zh.probe, withoutComments(zh.oncall)]).toEqual([en.probe, withoutComments(en.oncall)]);
  const keysOf = ({ text }: { readonly text: string }): readonly string[] =>
    [...(text.split('## TypeScript')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, key = '']) => key);
  expect(keysOf(zh)).toEqual(keysOf(en));
  // Each of them is a key, and no other is.
  for (const key of keysOf(en)) {
    const read = readProgramDeclaration({ name: 'x', run: ['df'], [key]: Symbol('no value at all') }, 'x');
    expect(JSON.stringify(read), key).not.toContain('is not a known key');
  }
  expect(keysOf(en)).toHaveLength(11);
});
