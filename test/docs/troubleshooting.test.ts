/** Every code of an error for people has its row in the pages about trouble, and no other has. */
import { describe, expect, it } from 'vitest';
import { errorCodes } from './error-codes.ts';
import { codes, read, rowsOf } from './markdown.ts';

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const { codes: known, unreadable } = errorCodes();

describe('the sources', () => {
  it('name the code where the error is made, so that it can be found', () => {
    expect(unreadable).toEqual([]);
    expect(known.length).toBeGreaterThan(50);
    expect(known).toEqual(
      expect.arrayContaining(['CONFIG_INVALID', 'SUPERVISOR_TOOL_MISSING', 'MISSING_ARGUMENT', 'STORE_TOO_NEW']),
    );
  });
});

describe.each(['docs/troubleshooting.md', 'docs/troubleshooting.zh-CN.md'])('%s', (name) => {
  const rows = rowsOf(read(name)).filter(([first = '']) => CODE.test(codes(first)[0] ?? ''));
  const listed = rows.flatMap(([first = '']) => codes(first).filter((code) => CODE.test(code)));

  it('has a row for each code', () => {
    expect(known.filter((code) => !listed.includes(code))).toEqual([]);
  });

  it('has each code once, and none that is no longer there', () => {
    expect([...listed].sort()).toEqual([...new Set(listed)].filter((code) => known.includes(code)).sort());
  });

  it('says of each what it means and what to do', () => {
    for (const [first = '', why = '', cure = ''] of rows)
      expect([first, why.length > 3, cure.length > 1]).toEqual([first, true, true]);
  });
});
