/**
 * Nothing opens a file by its name but `src/base/open-foreign.ts`: a pipe, a device, a link or another user's file in its
 * place holds up the bot or deceives it. Whoever opens one directly says here why that one is Lifeline's own, or the
 * kernel's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** The sandbox plays the outside world. */
const OUTSIDE = 'sandbox/';

/** `FILE FUNCTION`: why it opens the file itself. */
const OWN: Readonly<Record<string, string>> = {
  'src/base/write-whole.ts openSync': 'makes a new file (wx), through no link; opens its folder to sync it',
  'src/base/write-whole.ts writeFileSync': 'writes the file that it has opened',
  'src/base/open-foreign.ts open': 'is the one way',
  'src/base/open-foreign.ts openSync': 'is the one way',
  'src/base/account.ts readFileSync': "reads /etc/passwd and /etc/group, which are root's",
  'src/base/log-file.ts openSync': 'makes a new file (ax), through no link, or looks at what is there',
  'src/base/original-stack.ts readFileSync': "reads the maps of the program's own files",
  'src/base/keep-copy.ts writeFile': 'makes a new file (wx), through no link',
  'src/channels/local/socket-place.ts openSync':
    "opens the data folder, which is Lifeline's own (0700), and no file in it",
  'src/base/program-files.ts readFileSync': "reads the program's own files",
  'src/fleet/log-reader.ts writeFileSync': "writes the hub's copy of the log in its data folder (0700)",
  'src/fleet/log-writer.ts readFileSync': 'reads a copy that it has just made in the data folder',
  'src/sensors/kernel-text.ts open': 'reads files of /proc, which a test may have elsewhere',
  'src/sensors/kernel-text.ts openSync': 'reads files of /proc and /sys/fs/cgroup, which a test may have elsewhere',
  'src/sensors/network/listeners.ts readFile': 'reads /proc/net/tcp and tcp6',
  'src/sensors/resources/oom-kill.ts openSync': "reads /dev/kmsg, the kernel's log",
  'src/setup/flags.ts readFileSync':
    'reads what somebody at a terminal names, perhaps a pipe of their shell, and waits for',
  'src/store/copy.ts openSync': 'makes a new file (wx) in the data folder, then flushes and reads it',
  'src/store/database.ts openSync': 'makes the database in the data folder, when nothing is there',
  'src/store/locks.ts openSync': 'makes a new file (ax) in the data folder, through no link',
  'src/supervisors/launch.ts open': 'opens /dev/null',
  'src/supervisors/output-log.ts truncate': 'cuts a file that it holds open and has looked at',
  'src/supervisors/output-log.ts writeFile': 'makes a new file (wx) in the data folder',
};

const OPENERS = new Set(
  [
    'open',
    'readFile',
    'createReadStream',
    'createWriteStream',
    'writeFile',
    'appendFile',
    'copyFile',
    'cp',
    'truncate',
    'opendir',
    'watchFile',
  ].flatMap((name) => [name, `${name}Sync`]),
);
const MODULES = new Set(['node:fs', 'node:fs/promises', 'fs', 'fs/promises']);

interface Found {
  readonly key: string;
  readonly line: number;
}

/** @returns every direct opening of a file that is not plainly below /proc, and every import that would hide one. */
const directIn = (name: string, text: string): readonly Found[] => {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const names = new Map<string, string>();
  const note = (what: string, node: ts.Node): void =>
    void found.push({ key: `${name} ${what}`, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      if (!ts.isStringLiteral(node.moduleSpecifier) || !MODULES.has(node.moduleSpecifier.text)) return;
      const bindings = node.importClause?.namedBindings;
      if (node.importClause?.name || (bindings && ts.isNamespaceImport(bindings))) note('imports all of it', node);
      else if (bindings && ts.isNamedImports(bindings))
        for (const each of bindings.elements)
          if (OPENERS.has((each.propertyName ?? each.name).text))
            names.set(each.name.text, (each.propertyName ?? each.name).text);
      return;
    }
    if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      ts.isStringLiteralLike(node.arguments[0] ?? node) &&
      MODULES.has((node.arguments[0] as ts.StringLiteralLike).text)
    )
      note('imports all of it', node);
    if (ts.isIdentifier(node) && names.has(node.text) && isUse(node) && !isProc(node))
      note(names.get(node.text) ?? '', node);
    node.forEachChild(visit);
  };
  visit(source);
  return found;
};

/** A property or a method of that name is another thing. */
const isUse = ({ parent, text }: ts.Identifier): boolean =>
  !(ts.isPropertyAccessExpression(parent) && parent.name.text === text) &&
  !ts.isPropertyAssignment(parent) &&
  !ts.isPropertySignature(parent) &&
  !ts.isMethodSignature(parent) &&
  !ts.isMethodDeclaration(parent) &&
  !ts.isVariableDeclaration(parent) &&
  !ts.isBindingElement(parent) &&
  !ts.isParameter(parent);

const isProc = ({ parent }: ts.Identifier): boolean => {
  const first = ts.isCallExpression(parent) ? parent.arguments[0] : undefined;
  if (first === undefined) return false;
  return (
    (ts.isStringLiteralLike(first) && first.text.startsWith('/proc/')) ||
    (ts.isTemplateExpression(first) && first.head.text.startsWith('/proc/'))
  );
};

const sources = ['src', 'commands']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  )
  .filter((name) => !name.startsWith(OUTSIDE));
const found = sources.flatMap((name) => directIn(name, readFileSync(join(ROOT, name), 'utf8')));

describe('files that somebody else may have put there', () => {
  it('are opened in one way only', () => {
    expect(sources.length).toBeGreaterThan(300);
    expect(
      found
        .filter(({ key }) => !(key in OWN))
        .map(
          ({ key, line }) =>
            `${key} (line ${line}): use src/base/open-foreign.ts, or say in this test why it is Lifeline's own`,
        ),
    ).toEqual([]);
  });

  it('are not excused without a need', () => {
    const keys = new Set(found.map(({ key }) => key));
    expect(Object.keys(OWN).filter((key) => !keys.has(key))).toEqual([]);
  });

  it.each([
    ['import { readFile } from "node:fs/promises"; await readFile(path);', ['readFile']],
    ['import { readFile as read } from "node:fs/promises"; await read(path);', ['readFile']],
    ['import { openSync } from "node:fs"; [1].map(openSync);', ['openSync']],
    ['import * as fs from "node:fs"; fs.openSync(path);', ['imports all of it']],
    ['import fs from "fs";', ['imports all of it']],
    ['const { openSync } = await import("node:fs");', ['imports all of it']],
    [
      'import { readFile } from "node:fs/promises"; await readFile(`/proc/${pid}/stat`); await readFile("/proc/locks");',
      [],
    ],
    ['import { stat } from "node:fs/promises"; await stat(path);', []],
    ['import { open } from "node:fs/promises"; const it = { open: () => book.open() };', []],
  ])('would be found in: %s', (text, expected) => {
    expect(directIn('x.ts', text).map(({ key }) => key.slice('x.ts '.length))).toEqual(expected);
  });
});
