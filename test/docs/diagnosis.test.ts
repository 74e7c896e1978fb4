/**
 * The pages of decision rules name every rule, condition and cause that the sources have, in their order, and no other.
 */
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/diagnosis/policy.ts';
import { GATEWAY_RULES, LINK_RULES } from '../../src/diagnosis/rules/index.ts';
import { codes, read, ROOT, rowsOf, section } from './markdown.ts';

const parse = (name: string): ts.SourceFile =>
  ts.createSourceFile(name, readFileSync(`${ROOT}${name}`, 'utf8'), ts.ScriptTarget.Latest, true);

const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
};

const stringsIn = (node: ts.Node): readonly string[] => {
  const found: string[] = [];
  walk(node, (at) => {
    if (ts.isStringLiteral(at)) found.push(at.text);
  });
  return found;
};

/** The words of `type NAME = 'a' | 'b'` in the verdict's file. */
const wordsOf = (name: string): readonly string[] => {
  const found: string[] = [];
  walk(parse('src/diagnosis/verdict.ts'), (node) => {
    if (ts.isTypeAliasDeclaration(node) && node.name.text === name) found.push(...stringsIn(node.type));
  });
  return found;
};

interface Row {
  readonly conditions: readonly string[];
  readonly causes: readonly string[];
  readonly rules: readonly string[];
  readonly when: string;
}

const tableOf = (page: string, heading: RegExp): readonly Row[] =>
  rowsOf(section(page, heading)).map(([condition = '', cause = '', when = '', , rule = '']) => ({
    conditions: codes(condition),
    causes: codes(cause),
    rules: codes(rule),
    when,
  }));

const PAGES = [
  ['docs/diagnosis.md', /^## The gateway$/, /^## A link$/],
  ['docs/diagnosis.zh-CN.md', /^## 网关$/, /^## 连接$/],
] as const;

const once = (words: readonly string[]): readonly string[] => words.filter((word, index) => word !== words[index - 1]);

/**
 * Condition and cause of every verdict that a rule's file spells out; where the cause is worked out elsewhere, none.
 */
const spelledOut = (): readonly (readonly [string, string, string])[] => {
  const found: (readonly [string, string, string])[] = [];
  for (const file of globSync('src/diagnosis/rules/*.ts', { cwd: ROOT })) {
    walk(parse(file), (node) => {
      if (!ts.isObjectLiteralExpression(node)) return;
      const value = (name: string): ts.Node | null =>
        node.properties.find((property) => ts.isPropertyAssignment(property) && property.name.getText() === name) ??
        null;
      const [condition, cause] = [value('condition'), value('cause')];
      if (condition && cause)
        for (const one of stringsIn(condition)) for (const why of stringsIn(cause)) found.push([file, one, why]);
    });
  }
  return found;
};

describe.each(PAGES)('%s', (name, gatewayHeading, linkHeading) => {
  const page = read(name);
  const gateway = tableOf(page, gatewayHeading);
  const link = tableOf(page, linkHeading);

  it('has the rules in the order in which they are asked', () => {
    expect(once(gateway.flatMap(({ rules }) => rules))).toEqual(GATEWAY_RULES.map((rule) => rule.name));
    expect(once(link.flatMap(({ rules }) => rules))).toEqual(LINK_RULES.map((rule) => rule.name));
  });

  it('has every condition, and no other', () => {
    expect([...new Set(gateway.flatMap(({ conditions }) => conditions))].sort()).toEqual(
      [...wordsOf('GatewayCondition')].sort(),
    );
    expect([...new Set(link.flatMap(({ conditions }) => conditions))].sort()).toEqual(
      [...wordsOf('LinkCondition')].sort(),
    );
  });

  it('has every cause, and no other', () => {
    const named = [...gateway, ...link].flatMap(({ causes }) => causes);
    expect([...new Set([...named, 'loop_blocked'])].sort()).toEqual([...wordsOf('Cause')].sort());
    expect(page).toContain('`loop_blocked`');
  });

  it('has each pair of condition and cause that a rule concludes', () => {
    const rows = [...gateway, ...link];
    const pairs = spelledOut();
    expect(pairs.length).toBeGreaterThan(25);
    expect(
      pairs.filter(
        ([, condition, cause]) =>
          !rows.some(({ conditions, causes }) => conditions.includes(condition) && causes.includes(cause)),
      ),
    ).toEqual([]);
  });

  it('has the default times', () => {
    const seconds = (ms: number): string => String(ms / 1_000);
    const all = [...gateway, ...link].map(({ when }) => when).join('\n');
    for (const [ms, word] of [
      [DEFAULT_POLICY.goneGraceMs, 'gone'],
      [DEFAULT_POLICY.startGraceMs, 'start'],
      [DEFAULT_POLICY.networkGraceMs, 'network'],
    ] as const) {
      expect(all).toMatch(new RegExp(`\`${word}\` ?[（(]${seconds(ms)} (?:s|秒)[）)]`));
    }
    expect(all).toMatch(new RegExp(`${DEFAULT_POLICY.flapping.losses} (?:losses|次)`));
    expect(all).toContain(seconds(DEFAULT_POLICY.retryHorizonMs));
    expect(all).toContain(`${DEFAULT_POLICY.updateGraceMs / 60_000} `);
    for (const [name, ms] of Object.entries(DEFAULT_POLICY.linkGraceMs))
      expect(section(page, linkHeading)).toMatch(new RegExp(`\`${name}\` ${seconds(ms)} (?:s|秒)`));
  });
});

describe('the two languages', () => {
  it('have the same rows', () => {
    const bare = (row: Row): unknown => ({ ...row, when: codes(row.when) });
    const [english, chinese] = PAGES.map(([name, gateway, link]) =>
      [...tableOf(read(name), gateway), ...tableOf(read(name), link)].map(bare),
    );
    expect(chinese).toEqual(english);
  });
});
