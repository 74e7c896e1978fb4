/**
 * A gateway may be restarted for a platform only where a real run, or five excerpts of public threads, showed its loss
 * and its return (docs/platforms.md).
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { LinkFact } from '../../src/diagnosis/evidence.ts';
import { platformOf } from '../../src/diagnosis/link-name.ts';
import { kindAt } from '../../src/gateways/index.ts';
import { PLATFORMS } from '../../src/gateways/platforms/index.ts';
import { generate } from './generate.ts';
import { loadPart, type IssueRecord } from './record.ts';

/** Lost and back against the real gateways in `test/real`. */
const SEEN_FOR_REAL: ReadonlySet<string> = new Set([
  'qqbot of hermes',
  'qqbot of openclaw',
  'feishu of hermes',
  'feishu of openclaw',
]);
const ENOUGH = 5;

/** Threads that quote both the loss and the return; what their records name as `added` does not count. */
const THREADS: Readonly<Record<string, readonly string[]>> = {
  'whatsapp of openclaw': ['openclaw#9737', 'openclaw#11290', 'openclaw#25591', 'openclaw#46188', 'openclaw#56648'],
};

const LOSSES: ReadonlySet<LinkFact['kind']> = new Set(['link-lost', 'link-gave-up', 'link-retry-failed']);

/** @returns what the excerpt itself tells of the links of a platform. */
const toldIn = (record: IssueRecord, platform: string): ReadonlySet<LinkFact['kind']> => {
  const { files } = generate({ ...record, before: undefined });
  const kinds = [...files]
    .filter(([path]) => path.startsWith('logs/'))
    .flatMap(([path, text]) => {
      const reader = kindAt(record.kind, '/nowhere').newLogReader(basename(path));
      return text.split('\n').flatMap((line) => reader.line(line)?.evidence ?? []);
    })
    .flatMap((evidence) =>
      evidence.link !== null && platformOf(evidence.link) === platform ? [evidence.fact.kind] : [],
    );
  return new Set(kinds);
};

test.each(
  PLATFORMS.flatMap(({ link, restarts }) => restarts.map((kind) => [link, kind] as const)).filter(
    ([link, kind]) => !SEEN_FOR_REAL.has(`${link} of ${kind}`),
  ),
)('%s of %s was seen lost and back in enough threads, which the documents name', (link, kind) => {
  const threads = THREADS[`${link} of ${kind}`] ?? [];
  const { records } = loadPart('main');
  const both = threads.filter((thread) =>
    records
      .filter((record) => basename(record.thread) === thread)
      .map((record) => toldIn(record, link))
      .some((told) => told.has('link-login') && [...told].some((each) => LOSSES.has(each))),
  );
  expect(both).toEqual(threads);
  expect(threads.length).toBeGreaterThanOrEqual(ENOUGH);
  for (const page of ['platforms.md', 'platforms.zh-CN.md']) {
    const text = readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8');
    for (const thread of threads) expect(text, `${page}: ${thread}`).toContain(`#${thread.split('#')[1] ?? ''}`);
  }
});
