import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trimEndOf, withoutComment, withoutSlashes } from '../../src/base/trim-end.ts';

const letters = fc.string({ unit: fc.constantFrom('a', '/', '#', ' ', '\t', '0', '.'), maxLength: 12 });

test('does what the patterns do that take long', () => {
  fc.assert(
    fc.property(letters, (text) => {
      expect(trimEndOf(text, '/')).toBe(text.replace(/\/+$/, ''));
      expect(trimEndOf(text, '0.')).toBe(text.replace(/[0.]+$/, ''));
      expect(withoutSlashes(text)).toBe(text.replace(/(.)\/+$/, '$1').replace(/^\/+$/, '/'));
      expect(withoutComment(text)).toBe(text.replace(/(?:^|\s)#.*$/, ''));
    }),
  );
});
