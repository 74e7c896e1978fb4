/** The codes of all errors for people, as the sources name them. */
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { ROOT } from './markdown.ts';

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

const isErrorClass = (name: string, known: ReadonlySet<string>): boolean => name === 'UserError' || known.has(name);

/** All words in capitals anywhere in the expression: a code may be chosen between two. */
const wordsIn = (node: ts.Node): readonly string[] => {
  const found: string[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isStringLiteralLike(at) && CODE.test(at.text)) found.push(at.text);
    ts.forEachChild(at, visit);
  };
  visit(node);
  return found;
};

/** Of a class that always has the same: `super('CODE', …)`. */
const ownCodes = (node: ts.ClassDeclaration): readonly string[] => {
  const found: string[] = [];
  const visit = (at: ts.Node): void => {
    const [first] = ts.isCallExpression(at) && at.expression.kind === ts.SyntaxKind.SuperKeyword ? at.arguments : [];
    if (first) found.push(...wordsIn(first));
    ts.forEachChild(at, visit);
  };
  visit(node);
  return found;
};

const installArea = (why: string): string => {
  if (why === 'usage') return 'USAGE';
  return why === 'secrets' || why === 'no_config' ? 'CONFIG' : 'SERVICE';
};

/** Files that put a code together from a word, and how: what else does so is `unreadable`. */
const COMPOSED: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'src/setup/flags.ts': (text) => [...text.matchAll(/fail\('([A-Z_]+)'/g)].map(([, word]) => `USAGE_${word}`),
  'src/service/install-plan.ts': (text) =>
    [...text.matchAll(/why: '([a-z_]+)'/g)].map(([, why = '']) => `${installArea(why)}_${why.toUpperCase()}`),
};

interface Found {
  readonly codes: readonly string[];
  /** `file:line` of errors whose code is not written where they are made, and of no type that lists the codes. */
  readonly unreadable: readonly string[];
}

/**
 * `new UserError('CODE', …)` wherever it stands. A class that extends it, and a factory whose first parameter is a
 * code, name theirs in a type such as `type ArgumentCode = 'A_B' | 'C_D'`.
 */
export const errorCodes = (): Found => {
  const files = globSync(['src/**/*.ts', 'sandbox/**/*.ts', 'commands/**/*.ts'], { cwd: ROOT }).map((name) => ({
    name,
    tree: ts.createSourceFile(name, readFileSync(`${ROOT}${name}`, 'utf8'), ts.ScriptTarget.Latest, true),
  }));
  const classes = new Set<string>();
  const codeTypes = new Map<string, readonly string[]>();
  const codes = new Set<string>();
  const unreadable: string[] = [];
  const each = (visit: (node: ts.Node, file: string, tree: ts.SourceFile) => void): void => {
    for (const { name, tree } of files) {
      const walk = (node: ts.Node): void => {
        visit(node, name, tree);
        ts.forEachChild(node, walk);
      };
      walk(tree);
    }
  };
  each((node) => {
    if (
      ts.isClassDeclaration(node) &&
      node.name &&
      node.heritageClauses?.some(({ types }) => types.some(({ expression }) => expression.getText() === 'UserError'))
    ) {
      const own = ownCodes(node);
      for (const code of own) codes.add(code);
      if (own.length === 0) classes.add(node.name.text);
    }
    if (ts.isTypeAliasDeclaration(node) && node.name.text.endsWith('Code') && wordsIn(node.type).length > 0)
      codeTypes.set(node.name.text, wordsIn(node.type));
  });
  for (const code of [...codeTypes.values()].flat()) codes.add(code);
  each((node, file, tree) => {
    if (!ts.isNewExpression(node) || !isErrorClass(node.expression.getText(), classes)) return;
    const [first] = node.arguments ?? [];
    if (!first) return;
    const words = wordsIn(first);
    for (const word of words) codes.add(word);
    // A code handed on: `error.code`, or a parameter of one of the types above.
    const isHandedOn =
      first.getText().endsWith('.code') || (ts.isIdentifier(first) && codeTypes.size > 0 && /code/i.test(first.text));
    if (words.length > 0 || isHandedOn) return;
    const composed = COMPOSED[file]?.(tree.text) ?? [];
    for (const word of composed) codes.add(word);
    if (composed.length === 0)
      unreadable.push(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
  });
  return { codes: [...codes].sort(), unreadable };
};
