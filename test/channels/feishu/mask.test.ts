import { expect, test } from 'vitest';
import { maskMessage } from '../../../src/channels/feishu/content/mask.ts';

test.each([
  ['call 13812345678 now', 'call *** now'],
  ['+86 138 1234 5678', '***'],
  ['138-1234-5678', '***'],
  ['+1 415 555 0132 x', '*** x'],
  ['010-62345678', '***'],
  ['mail a.b+c@corp.example.com, please', 'mail ***@***, please'],
  // What a person needs to read stays.
  ['pid 4242, close code 4008, 1760000000123 ms', 'pid 4242, close code 4008, 1760000000123 ms'],
  ['10.0.0.13812345678', '10.0.0.13812345678'],
  ['2026-11-21 10:31:05.123', '2026-11-21 10:31:05.123'],
])('%s becomes %s', (text, masked) => {
  const message = {
    tone: 'info',
    title: text,
    lines: [text],
    fields: [{ name: 'n', value: text }],
    code: [text],
    note: text,
  } as const;
  expect(maskMessage(message)).toEqual({
    tone: 'info',
    title: masked,
    lines: [masked],
    fields: [{ name: 'n', value: masked }],
    code: [masked],
    note: masked,
  });
});
