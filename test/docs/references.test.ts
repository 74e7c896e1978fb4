/**
 * The lint of references sees what leads nowhere. The references of this file are put together, so that the lint takes
 * none of them for its own.
 */
import { describe, expect, it } from 'vitest';
import { problemsIn, searchedFiles, sectionsOf } from './references.ts';

const FACTS = ['docs', 'facts'].join('/');
const DOCS = `${'do'}cs`;

const PAGE = `# Title

## 1. First

1. a point
2. another

### 1.2 Within

| # | what |
|---|---|
| 7 | a row |
| R5 | another |

\`\`\`
## 9. In a fence
\`\`\`

## Unnumbered

3. a point of no section
`;

const problems = (text: string, file = 'src/x.ts'): readonly string[] => problemsIn(file, text);

describe('the sections of a page', () => {
  it('are its numbered headings, with the points and rows directly in them', () => {
    expect([...sectionsOf(PAGE)]).toEqual(['1', '1.1', '1.2', '1.2.7', '1.2.R5']);
  });
});

describe('a reference', () => {
  it.each([
    `/** Frames (${FACTS}/qq.md 2.2). */`,
    `// ${FACTS}/qq.md 4.4, 4.5 and 5`,
    `// ${FACTS}/hermes.md 9.10 to 9.15`,
    `// ${FACTS}/qq.md.`,
    ` * as it says (${FACTS}/feishu.md\n * 1.2)`,
    `// ${DOCS}/architecture.md#promises`,
    `// ${DOCS}/configuration*.md`,
    '// website/docs/somebody-elses.md',
    '[qq.md](facts/qq.md)',
  ])('that leads somewhere is none of its business: %j', (text) => {
    expect(problems(text)).toEqual([]);
  });

  it.each([
    [`// ${FACTS}/nowhere.md`, `src/x.ts:1: there is no ${FACTS}/nowhere.md`],
    [`\n// ${FACTS}/qq.md 77.1`, `src/x.ts:2: ${FACTS}/qq.md has no section 77.1`],
    [`// ${FACTS}/qq.md 2.2, 77.1`, `src/x.ts:1: ${FACTS}/qq.md has no section 77.1`],
    [` * (${FACTS}/qq.md\n * 77.1)`, `src/x.ts:1: ${FACTS}/qq.md has no section 77.1`],
    [`// ${FACTS}/hermes.md 9.10 to 9.99`, `src/x.ts:1: ${FACTS}/hermes.md has no section 9.99`],
    [`'see ${DOCS}/architecture.md#nothing'`, `src/x.ts:1: ${DOCS}/architecture.md has no heading for #nothing`],
    [`// ${DOCS}/nothing*.md`, `src/x.ts:1: there is no ${DOCS}/nothing*.md`],
    [
      `// ${DOCS}/configuration*.md 1`,
      `src/x.ts:1: ${DOCS}/configuration*.md is several files: name the one that has the section`,
    ],
  ])('that leads nowhere is told, with its line: %j', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it.each([
    `${'fac'}ts/qq.md 4.5`,
    `${FACTS}/qq.md ${'§'}4.5`,
    `${FACTS}/qq.md,${' '}section 4`,
    `the facts${' '}sheet`,
    `the words are DESIGN${'.md'}'s`,
  ])('has one form: %j', (text) => {
    expect(problems(`// ${text}`)).toHaveLength(1);
  });

  it('within a page of facts leads to a section of that page', () => {
    expect(problems('as in §2.2', `${FACTS}/qq.md`)).toEqual([]);
    expect(problems('as in §77', `${FACTS}/qq.md`)).toEqual([`${FACTS}/qq.md:1: ${FACTS}/qq.md has no section 77`]);
  });
});

describe('the name of a source file', () => {
  /** Between ticks. */
  const named = (name: string): readonly string[] => problems(`// see ${'`'}${name}${'`'}`);

  it.each([
    'src/notify/hold.ts',
    'notify/hold.ts',
    'hold.ts',
    './hold.ts',
    'src/notify/',
    'test/real/run',
    'commands/*.ts',
    'killed-*.test.ts',
    'src/gateways/openclaw/{link,gateway}-grammar.ts',
    'src/diagnosis/rules/NAME.ts',
    'dist/src/app.js',
    'commands/probe.ts',
    '.ts',
    'Node.js runs it',
    '${name}.ts',
  ])('that there is, or that is none of ours, is left alone: %s', (name) => {
    expect(named(name)).toEqual([]);
  });

  it.each([
    'src/notify/desk.ts',
    'healing/hold.ts',
    'nowhere.ts',
    './nowhere.ts',
    'src/watch/',
    'test/real/walk',
    'nowhere-*.ts',
    'src/gateways/openclaw/{nowhere,nothing}-grammar.ts',
    'src/nowhere/NAME.ts',
    'dist/src/nowhere.js',
  ])('that there is not is told: %s', (name) => {
    expect(named(name)).toEqual([`src/x.ts:1: there is no ${name}`]);
  });
});

describe('the files that are searched', () => {
  it('are sources, tests, commands, documents and settings', () => {
    const files = searchedFiles();
    for (const file of [
      'README.md',
      'docs/facts/qq.md',
      'src/app.ts',
      'commands/why.ts',
      'test/docs/references.ts',
      '.ci/run',
      'Dockerfile',
    ])
      expect(files).toContain(file);
    expect(files.filter((file) => file.startsWith('node_modules/'))).toEqual([]);
  });
});
