/** Lifeline's own disk fails, under the real program: the gateway is watched, healed and told of all the same. */
import { rmSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { IN_DEPTH, sample } from '../deep.ts';
import { fallbackFolder } from '../../src/store/recovery/fallback-folder.ts';
import { storePath } from '../../src/store/store.ts';
import { canMount, smallDisk, type SmallDisk } from '../store/small-disk.ts';
import { age, isAtRest, openBook } from './fixtures/chaos-book.ts';
import { askForStatus, dieAndBeHealed, inTheBook, told } from './fixtures/chaos-outage.ts';
import { canHaveFaultyDisk, openFaultyDisk } from './fixtures/chaos-disk.ts';
import { openLane, type Lane } from './fixtures/chaos-lane.ts';

const LIMIT = { timeout: 600_000 };

const FULL = /^🔴 Lifeline 的数据目录所在磁盘满了/;
const READ_ONLY = /^🔴 Lifeline 的数据目录变成只读了/;
const BACK = /^🟢 Lifeline 的数据目录恢复了/;
const DAMAGED = /^🟠 Lifeline 的数据库损坏，已换成新的/;

const inLane = async (
  dataDir: string | undefined,
  play: (lane: Lane, folder: string) => Promise<void>,
): Promise<void> => {
  const lane = await openLane(dataDir === undefined ? {} : { dataDir });
  const folder = dirname(lane.book);
  try {
    await play(lane, folder);
  } finally {
    await lane.end();
    rmSync(fallbackFolder(folder), { recursive: true, force: true });
  }
};

const start = async (lane: Lane): Promise<void> => {
  lane.launch();
  await lane.until('Lifeline to connect', () => lane.isConnected());
};

/** The next trouble counts as one of its own, and nothing is held back for those before. */
const later = (folder: string): void => void age(storePath(folder));

const times = (lane: Lane, text: RegExp): number =>
  lane.rings.filter((ring) => ring.phone === 'feishu' && text.test(ring.text)).length;

/** Everything that was written elsewhere is on the disk, and only there. */
const expectOnDisk = async (lane: Lane, folder: string, incidents: number): Promise<void> => {
  await lane.until(
    'the incidents to be on the disk',
    () => storePath(folder) === lane.book && inTheBook(lane.book).incidents === incidents,
  );
  expect(inTheBook(lane.book)).toEqual({ incidents, treatments: incidents });
};

describe.skipIf(!canMount).concurrent('the disk of the data folder (needs root and mount for a small one)', () => {
  const onSmallDisk =
    (play: (lane: Lane, folder: string, disk: SmallDisk) => Promise<void>) =>
    ({ onTestFinished }: TestContext): Promise<void> => {
      const disk = smallDisk('24m', (undo) => onTestFinished(undo));
      return inLane(join(disk.path, 'data'), (lane, folder) => play(lane, folder, disk));
    };

  test(
    'is full while Lifeline runs, and the gateway dies at once: all goes on in memory and is on the disk when there is room',
    LIMIT,
    onSmallDisk(async (lane, folder, disk) => {
      await start(lane);
      disk.fill();
      await dieAndBeHealed(lane);
      await told(lane, FULL, 0);
      later(folder);
      await dieAndBeHealed(lane);
      await askForStatus(lane);
      // A Lifeline that is killed meanwhile finds it again.
      await lane.kill();
      await start(lane);
      await askForStatus(lane);
      disk.free();
      await told(lane, BACK, 0);
      await expectOnDisk(lane, folder, 2);
      expect([times(lane, FULL), times(lane, BACK)]).toEqual([1, 1]);
      expect(lane.ownEnds).toEqual([]);
    }),
  );

  test.runIf(IN_DEPTH)(
    'is read-only when Lifeline starts',
    LIMIT,
    onSmallDisk(async (lane, folder, disk) => {
      disk.readOnly();
      await start(lane);
      await told(lane, READ_ONLY, 0);
      await dieAndBeHealed(lane);
      await askForStatus(lane);
      disk.writable();
      await told(lane, BACK, 0);
      await expectOnDisk(lane, folder, 1);
      await askForStatus(lane);
      expect(lane.ownEnds).toEqual([]);
    }),
  );
});

test
  .skipIf(!canHaveFaultyDisk || !IN_DEPTH)
  .concurrent(
    'a disk that becomes read-only while Lifeline runs (needs root, loop devices and ext4): all goes on, and is on the disk that takes its place',
    LIMIT,
    async () => {
      const disk = openFaultyDisk();
      try {
        await inLane(join(disk.path, 'data'), async (lane, folder) => {
          await start(lane);
          await dieAndBeHealed(lane);
          // What rang and is not noted yet would ring again when the disk has failed.
          await lane.until('all to be noted', () => isAtRest(lane.book));
          later(folder);
          disk.fail();
          await dieAndBeHealed(lane);
          await told(lane, READ_ONLY, 0);
          await askForStatus(lane);
          disk.replace();
          await told(lane, BACK, 0);
          await expectOnDisk(lane, folder, 2);
          expect([times(lane, READ_ONLY), times(lane, BACK)]).toEqual([1, 1]);
          expect(lane.ownEnds).toEqual([]);
        });
      } finally {
        disk.remove();
      }
    },
  );

/** The third page of the file, and all that begins there. */
const PAGE = { at: 2 * 4096, bytes: 4096 };

const DAMAGES: readonly (readonly [string, (path: string) => void])[] = [
  ['is garbage', (path) => writeFileSync(path, Buffer.alloc(65_536, 'no database '))],
  ['is cut off', (path) => truncateSync(path, 20_000)],
  [
    'has a page of garbage',
    (path) => writeFileSync(path, readFileSync(path).fill(0xa5, PAGE.at, PAGE.at + PAGE.bytes)),
  ],
];

test
  .runIf(IN_DEPTH)
  .concurrent(
    'a database that is damaged in one way after the other: each time it is set aside and told, and all goes on',
    LIMIT,
    () =>
      inLane(undefined, async (lane, folder) => {
        await start(lane);
        await dieAndBeHealed(lane);
        for (const [, damage] of sample(DAMAGES, 3, 0)) {
          await lane.kill();
          // What is still in the log beside it would mend it.
          openBook(lane.book, (db) => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'), false);
          damage(lane.book);
          const from = lane.rings.length;
          await start(lane);
          await told(lane, DAMAGED, from);
          later(folder);
          await dieAndBeHealed(lane);
          await askForStatus(lane);
        }
        expect(openBook(lane.book, (db) => db.prepare('PRAGMA integrity_check').all())).toEqual([
          { integrity_check: 'ok' },
        ]);
        expect(inTheBook(lane.book).incidents).toBeGreaterThan(0);
        expect(lane.ownEnds).toEqual([]);
      }),
  );
