import { describe, expect, test } from 'vitest';
import { redact } from '../../src/base/redact.ts';

describe('redaction', () => {
  test.each([
    ['https://ann:hunter2@example.com/x', 'hunter2'],
    ['Authorization: Bearer abcdefghijkl', 'abcdefghijkl'],
    ['token=QQBot 0123456789abcdef', '0123456789abcdef'],
    ['{"app_secret":"kR5tGh8Jk2"}', 'kR5tGh8Jk2'],
    ["client_secret='kR5tGh8Jk2'", 'kR5tGh8Jk2'],
    ['connected to wss://x/ws?device_id=1&access_key=aaaa1111&ticket=bbbb2222', 'bbbb2222'],
    ['OPENAI_API_KEY=sk-proj-abcdefghijklmnop', 'abcdefghijklmnop'],
    ['using sk-proj-abcdefghijklmnop now', 'abcdefghijklmnop'],
    ['jwt eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.sflKxwRJSMeKKF', 'sflKxwRJSMeKKF'],
    ['password: correct-horse', 'correct-horse'],
  ])('hides the secret in %s', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('***');
  });

  test.each(['WebSocket closed: code=4009 reason=Session timed out', 'Ready, session_id=abc', 'Access token refreshed, expires in 7200s', 'pid 123'])('leaves %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});
