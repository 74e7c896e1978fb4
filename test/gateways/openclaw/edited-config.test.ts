import { expect, it } from 'vitest';
import { EDITED_CONFIG } from '../../../src/gateways/openclaw/edited-config.ts';
import { instant } from '../../instant.ts';

it.each([
  ['not there', null, null, 0],
  ['edited just now: it may yet be refused', '{}', 90_000, 0],
  ['edited a while ago', '{}', 60_000, 1],
] as const)('a configuration that is %s', (_what, text, modifiedAt, count) => {
  const found = EDITED_CONFIG.read(text, {
    now: instant(100_000),
    modifiedAt: modifiedAt === null ? null : instant(modifiedAt),
  });
  expect(found).toHaveLength(count);
  if (found[0]) expect(found[0]).toMatchObject({ at: modifiedAt, fact: { kind: 'config-taken', silently: true } });
});
