import { expect, test } from 'vitest';
import { createLogger } from '../../src/base/logger.ts';

const logged = (fields: object): string => {
  const lines: string[] = [];
  createLogger('trace', { write: (line) => void lines.push(line) }).info(fields, 'said');
  return lines.join('');
};

test('a line stays JSON when a number in it looks like a bank card', () => {
  const line = logged({ incident: -57449259724353, text: 'token:***, and "quoted": ***', card: 4111111111111111 });
  expect(line).not.toContain('4111111111111111');
  expect(JSON.parse(line)).toMatchObject({ card: '***', text: 'token:***, and "quoted": ***' });
});

test('times and counts stay what they are', () => {
  expect(JSON.parse(logged({ from: 1795289366266, size: 4111111111111111 }))).toMatchObject({
    from: 1795289366266,
    size: 4111111111111111,
  });
});

test('the error of an error is told as well, without its secrets', () => {
  const line = logged({ err: new Error('failed', { cause: new Error('password=correct-horse-battery') }) });
  expect(line).not.toContain('correct-horse-battery');
  expect(JSON.parse(line)).toMatchObject({ err: { message: expect.stringContaining('failed') as string } });
});
