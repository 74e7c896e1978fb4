import { describe, expect, test } from 'vitest';
import { hermesLogReader } from '../../src/gateways/hermes/log-reader.ts';
import { tellSame } from '../../src/gateways/line-evidence.ts';
import { openClawLogReader } from '../../src/gateways/openclaw/log-reader.ts';

describe('the text of a line’s evidence', () => {
  const SECRET = 'sk-proj-abcdefghijklmnop0123456789';
  const readers = [
    {
      read: (text: string) => hermesLogReader('gateway.log').line(text),
      line: `2026-11-21 10:00:00,123 WARNING gateway.platforms.qqbot.adapter: [QQBot:1] WebSocket error: ${SECRET}`,
    },
    {
      read: (text: string) => openClawLogReader('openclaw.log').line(text),
      line: `2026-11-21T10:00:00.123Z [qqbot] [default] Connection failed: ${SECRET}`,
    },
  ];
  test.each(readers)('is redacted in each form in which it can leave: $line', ({ read, line }) => {
    const evidence = read(line)?.evidence[0];
    expect(evidence?.text).toContain('***');
    expect(evidence && { ...evidence }.text).toBe(evidence?.text);
    expect((JSON.parse(JSON.stringify(evidence)) as typeof evidence)?.text).toBe(evidence?.text);
    expect(structuredClone(evidence)?.text).toBe(evidence?.text);
    expect(Object.keys(evidence ?? {})).toEqual(['at', 'source', 'text', 'link', 'fact']);
  });
  test.each(readers)('is the same of two copies: $line', ({ read, line }) => {
    const [one, copy, other] = [line, line, `${line} more`].map((text) => read(text)?.evidence[0]);
    expect(one && copy && tellSame(one, copy)).toBe(true);
    expect(one && tellSame(one, { ...one })).toBe(true);
    if (one && other) expect(tellSame(one, other)).toBe(false);
    expect(one && tellSame(one, { ...one, text: 'other' })).toBe(false);
  });
});
