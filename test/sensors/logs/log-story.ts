/** A log that is written, rotated, truncated and followed over restarts, and the lines that a follower must give. */
import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { OWN_FILES } from '../../../src/base/open-foreign.ts';
import type { LogCursor } from '../../../src/sensors/logs/log-cursor.ts';
import { createLogFollower, type LogFollower } from '../../../src/sensors/logs/log-follower.ts';

export type Step =
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  | { readonly kind: 'end-line'; readonly crlf: boolean }
  /** `gap`: the new file is there only when the next thing is written. */
  | { readonly kind: 'rotate'; readonly gap: boolean }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'look' }
  /** Lifeline ends and comes back; what follows up to the next look happens while it is away. */
  | { readonly kind: 'restart' };

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((written) => Buffer.from(written));
const anyBytes = fc.uint8Array({ maxLength: 12 });
const oddBytes = fc.constantFrom(
  ...['\r', '\0', '\0\0\0\r', '\xff\xfe', '\xe4\xbd'].map((odd) => Buffer.from(odd, 'latin1')),
);

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      bytes: fc.oneof(text, anyBytes, oddBytes).map((bytes) => bytes.filter((byte) => byte !== 0x0a)),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('end-line' as const), crlf: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rotate' as const), gap: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'truncate' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'look' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

/** More than a gateway keeps cannot be followed by anyone. */
const MOST_ROTATIONS = 9;

export const playStory = async (
  path: string,
  steps: readonly Step[],
): Promise<{ readonly seen: string[]; readonly expected: string[] }> => {
  const seen: string[] = [];
  const expected: string[] = [];
  let follower: LogFollower = createLogFollower(path, { trust: OWN_FILES });
  let half = Buffer.alloc(0);
  let lines = 0;
  let rotations = 0;
  const look = async (): Promise<void> => void seen.push(...(await follower.read()));
  const write = async (bytes: Uint8Array): Promise<void> => {
    await appendFile(path, bytes);
    half = Buffer.concat([half, bytes]);
  };
  const endLine = async (crlf: boolean): Promise<void> => {
    // A number makes each line unlike every other, as the time does in a real log.
    lines += 1;
    await write(Buffer.from(`#${lines}${crlf ? '\r' : ''}`));
    expected.push(lineOf(half));
    await appendFile(path, '\n');
    half = Buffer.alloc(0);
  };
  await writeFile(path, '');
  await look();
  for (const step of steps) {
    switch (step.kind) {
      case 'write':
        await write(step.bytes);
        break;
      case 'end-line':
        await endLine(step.crlf);
        break;
      case 'rotate':
        if (rotations === MOST_ROTATIONS) break;
        rotations += 1;
        if (half.length > 0) expected.push(lineOf(half));
        half = Buffer.alloc(0);
        for (let n = MOST_ROTATIONS - 1; n >= 1; n -= 1)
          await rename(`${path}.${n}`, `${path}.${n + 1}`).catch(() => undefined);
        await rename(path, `${path}.1`).catch(() => undefined);
        if (!step.gap) await writeFile(path, '');
        break;
      case 'truncate':
        // What was never read is gone for everyone.
        await look();
        await truncate(path).catch(() => undefined);
        half = Buffer.alloc(0);
        break;
      case 'look':
        await look();
        break;
      case 'restart': {
        const cursor = JSON.parse(JSON.stringify(follower.cursor())) as LogCursor | null;
        await follower.close();
        follower = createLogFollower(path, { trust: OWN_FILES, cursor });
        break;
      }
    }
  }
  await endLine(false);
  await look();
  await follower.close();
  return { seen, expected };
};

/** Independent of the splitter: as a reader of the whole file would show the line. */
const lineOf = (bytes: Buffer): string => {
  const shown = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.filter((byte) => byte !== 0));
  return shown.endsWith('\r') ? shown.slice(0, -1) : shown;
};
