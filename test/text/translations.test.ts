/** Walks every table of texts in the source: each has both languages, and neither is a copy of the other. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** What is called the same in every language. */
const NAMES = /\b(?:QQ|Lark|Telegram|Discord|Lifeline|Node|dry)\b/g;
const HAN = /\p{Script=Han}/u;

interface Pair {
  readonly where: string;
  readonly zh: string | null;
  readonly en: string | null;
  /** The letters of the Chinese one that are no name. */
  readonly words: string;
}

const nameOf = (property: ts.ObjectLiteralElementLike): string | null =>
  property.name && (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name)) ? property.name.text : null;

/** @returns the value without the type that it satisfies. */
const unwrapped = (node: ts.Expression): ts.Expression => (ts.isSatisfiesExpression(node) ? node.expression : node);

const propertiesOf = (node: ts.ObjectLiteralExpression): ReadonlyMap<string, ts.Node> =>
  new Map(
    node.properties.flatMap((property) => {
      const name = nameOf(property);
      return name === null
        ? []
        : [[name, ts.isPropertyAssignment(property) ? unwrapped(property.initializer) : property] as const];
    }),
  );

/** Every text by itself: a table that holds tables is walked down. */
const pairsOf = (where: string, zh: ts.Node | undefined, en: ts.Node | undefined): readonly Pair[] => {
  if (zh && en && ts.isObjectLiteralExpression(zh) && ts.isObjectLiteralExpression(en)) {
    const [own, other] = [propertiesOf(zh), propertiesOf(en)];
    return [...new Set([...own.keys(), ...other.keys()])].flatMap((name) =>
      pairsOf(`${where}.${name}`, own.get(name), other.get(name)),
    );
  }
  return [
    { where, zh: zh?.getText() ?? null, en: en?.getText() ?? null, words: zh ? wordsIn(zh).replaceAll(NAMES, '') : '' },
  ];
};

/** What of it people read: without what is filled in. */
const wordsIn = (node: ts.Node): string => {
  const own =
    ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node) ? node.text : '';
  const inner: string[] = [];
  ts.forEachChild(node, (child) => void inner.push(wordsIn(child)));
  return [own, ...inner].join(' ');
};

/** The objects that a file names: a table holds one a language. */
const constantsOf = (tree: ts.SourceFile): ReadonlyMap<string, ts.Node> =>
  new Map(
    tree.statements.flatMap((statement) =>
      ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.flatMap(({ name, initializer }) =>
            ts.isIdentifier(name) && initializer && ts.isObjectLiteralExpression(initializer)
              ? [[name.text, initializer] as const]
              : [],
          )
        : [],
    ),
  );

/** @returns the object that a name stands for; anything else as it is. */
const resolved = (node: ts.Node | undefined, constants: ReadonlyMap<string, ts.Node>): ts.Node | undefined => {
  const name = node && (ts.isShorthandPropertyAssignment(node) ? node.name : node);
  return name && ts.isIdentifier(name) ? (constants.get(name.text) ?? node) : node;
};

const tablesIn = (file: string, source: string): readonly Pair[] => {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: Pair[] = [];
  const constants = constantsOf(tree);
  const walk = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const properties = propertiesOf(node);
      if (properties.has('zh-CN') || properties.has('en')) {
        found.push(
          ...pairsOf(
            `${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`,
            resolved(properties.get('zh-CN'), constants),
            resolved(properties.get('en'), constants),
          ),
        );
        return;
      }
    }
    ts.forEachChild(node, walk);
  };
  walk(tree);
  return found;
};

const PAIRS = globSync(['src/**/*.ts', 'commands/**/*.ts'], { cwd: ROOT })
  .sort()
  .flatMap((file) => tablesIn(file, readFileSync(join(ROOT, file), 'utf8')));

/** What QQ itself writes on its page. */
const QUOTED = '允许主动发送';

it('finds the tables', () => {
  expect(PAIRS.length).toBeGreaterThan(400);
  expect(PAIRS.map(({ where }) => where.replace(/:\d+.*/, ''))).toEqual(
    expect.arrayContaining([
      'src/text/chat/bus.ts',
      'src/text/commands/commands.ts',
      'src/text/common/conditions.ts',
      'src/channels/qq/qq-text.ts',
    ]),
  );
});

test.each([
  ["const A = { 'zh-CN': { a: '一' }, en: { a: 'one', b: 'two' } };", ['f:1.b']],
  ["const A = { 'zh-CN': { a: () => '一' }, en: { } };", ['f:1.a']],
  ["const A = { 'zh-CN': { a: '一' } };", ['f:1']],
  ["const en = { a: 'one', b: 'two' }; const zh = { a: '一' }; const A = { 'zh-CN': zh, en };", ['f:1.b']],
])('would find what is missing in %s', (source, missing) => {
  expect(
    tablesIn('f', source)
      .filter(({ zh, en }) => zh === null || en === null)
      .map(({ where }) => where),
  ).toEqual(missing);
});

it('has every text in both languages', () => {
  // English may leave out what reads the same as its key.
  const OPTIONAL = /^src\/text\/commands\/commands\.ts:\d+\.(connected|connecting|stopped)$/;
  expect(PAIRS.filter(({ where, zh, en }) => (zh === null || en === null) && !OPTIONAL.test(where))).toEqual([]);
});

const untranslated = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter(({ zh, en, words }) => zh === en && /\p{L}/u.test(words));

test.each([
  ["const A = { 'zh-CN': { a: 'one' }, en: { a: 'one' } };", 1],
  ["const A = { 'zh-CN': { a: (n) => `${n} lines` }, en: { a: (n) => `${n} lines` } };", 1],
  ["const A = { 'zh-CN': { a: (n) => `QQ ${n}.` }, en: { a: (n) => `QQ ${n}.` } };", 0],
  ["const A = { 'zh-CN': read(value), en: read(value) };", 0],
  ["const en = { a: 'one' }; const zh = { a: 'one' }; const A = { 'zh-CN': zh, en };", 1],
])('would find what was not translated in %s', (source, count) =>
  expect(untranslated(tablesIn('f', source))).toHaveLength(count),
);

it('has no text that was not translated', () => {
  expect(untranslated(PAIRS)).toEqual([]);
});

it('has no Chinese in English', () => {
  expect(PAIRS.filter(({ en }) => en !== null && HAN.test(en.replace(QUOTED, '')))).toEqual([]);
});
