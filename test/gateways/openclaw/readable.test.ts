import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import { parseHead } from '../../../src/gateways/openclaw/log-line.ts';
import { searchLogs } from '../../../src/sensors/logs/log-search.ts';

const line = (message: string, level = 'INFO'): string =>
  JSON.stringify({
    0: '{"subsystem":"channels/feishu"}',
    1: message,
    _meta: { runtime: 'node', date: '2026-11-21T02:30:46.931Z', logLevelName: level },
    time: '2026-11-21T02:30:46.931+00:00',
    message,
  });

describe('a line of the JSON log, for people', () => {
  it('has time, level, where it comes from, and what it says', () => {
    expect(parseHead(line('connect ECONNREFUSED', 'WARN'))?.text).toMatch(
      /^2026-11-2\d \d\d:30:46 WARNING channels\/feishu: connect ECONNREFUSED$/,
    );
  });

  it('is one line, whatever it says', () => {
    expect(parseHead(line('[warn]: [\n  "[ws]",\r\n  "no pong"\n]'))?.text).toMatch(
      /channels\/feishu: \[warn\]: \[ ⏎ "\[ws\]", ⏎ "no pong" ⏎ \]$/,
    );
  });

  it('is left as it is where it is written for people', () => {
    expect(parseHead('2026-11-21T02:30:46.931+00:00 [gateway] ready')?.text).toBeUndefined();
  });

  it('is what a search looks at and shows, without its secrets', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lifeline-readable-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const log = join(folder, 'openclaw.log');
    const written = [line('connect \u001b[31mECONNREFUSED token=abcdefgh12345678\u0007'), line('all is well')];
    writeFileSync(log, written.join('\n'));
    const page = await searchLogs(
      [log],
      { count: 10, least: null, since: null, text: 'ECONNREFUSED', pattern: null, context: 0, before: null },
      parseHead,
      { trust: OWN_FILES },
    );
    expect(page.lines.map(({ text }) => text)).toEqual([
      expect.stringMatching(/channels\/feishu: connect ECONNREFUSED token=\*\*\*$/),
    ]);
  });
});
