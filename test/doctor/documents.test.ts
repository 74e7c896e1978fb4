/** Every check has its row in both documents, and every code of the sources stands in one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_CHECKS, SELF_CHECKS } from '../../src/doctor/checks/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAMES = [...ALL_CHECKS, ...SELF_CHECKS].map(({ name }) => name);
/** In calls of `finding`, and in what they are given. */
const CODE = /\bfinding\(\s*[\w.]+,\s*[^,]+,\s*'([a-z_]+)'|\bcode: '([a-z_]+)'/g;
const codesOf = (file: string): readonly string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(CODE)].map(([, made, given]) => made ?? given ?? '');

const FILES = readdirSync(join(ROOT, 'src/doctor/checks')).map((name) => `src/doctor/checks/${name}`);
const CODES = new Set(
  [...FILES, 'src/doctor/check.ts', 'src/gateways/setting-fault.ts', 'src/gateways/symptom.ts'].flatMap(codesOf),
);

describe.each(['doctor.md', 'doctor.zh-CN.md'])('docs/%s', (file) => {
  const rows = [...readFileSync(join(ROOT, 'docs', file), 'utf8').matchAll(/^\| `([a-z][a-z-]*)` \| /gm)];

  it('has one row for each check, and no other', () => {
    expect(rows.map(([, name]) => name).toSorted()).toEqual(NAMES.toSorted());
  });

  it('names every code, and no other', () => {
    const named = [...readFileSync(join(ROOT, 'docs', file), 'utf8').matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(
      ([, code = '']) => code,
    );
    // `duplicates` is the name of its check, too.
    expect([...new Set(named)].toSorted()).toEqual([...CODES].filter((code) => code !== 'duplicates').toSorted());
  });
});

it('has each check only once', () => expect(new Set(NAMES).size).toBe(NAMES.length));
