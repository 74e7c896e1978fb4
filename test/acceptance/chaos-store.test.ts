/** Lifeline's own disk fails, under the real program: the gateway is watched, healed and told of all the same. */
import { existsSync, rmSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { IN_DEPTH, sample } from '../deep.ts';
import { canMount, smallDisk, type SmallDisk } from '../store/small-disk.ts';
import { age, isAtRest, openBook } from './fixtures/chaos-book.ts';
import { askForStatus, dieAndBeHealed, inTheBook, told } from './fixtures/chaos-outage.ts';
import { canHaveFaultyDisk, openFaultyDisk } from './fixtures/chaos-disk.ts';
import { openLane, type Lane } from './fixtures/chaos-lane.ts';

const LIMIT = { timeout: 600_000 };

const FULL = /^🔴 Lifeline 的数据目录所在磁盘满了/;
const READ_ONLY = /^🔴 Lifeline 的数据目录变成只读了/;
const BACK = /^🟢 Lifeline 的数据目录恢复了/;
const IN_MEMORY = 'Lifeline 的记录没有写到磁盘上';
const REMOVED = /^🟠 Lifeline 运行时，数据库文件被删了/;
const DAMAGED = /^🟠 Lifeline 的数据库损坏，已换成新的/;

const inLane = async (dataDir: string | undefined, play: (lane: Lane) => Promise<void>): Promise<void> => {
  const lane = await openLane(dataDir === undefined ? {} : { dataDir });
  try {
    await play(lane);
  } finally {
    await lane.end();
  }
};

const start = async (lane: Lane): Promise<void> => {
  lane.launch();
  await lane.until('Lifeline to connect', () => lane.isConnected());
};

/** The next trouble counts as one of its own, and nothing is held back for those before. */
const later = (lane: Lane): void => void age(lane.book);

const times = (lane: Lane, text: RegExp): number =>
  lane.rings.filter((ring) => ring.phone === 'feishu' && text.test(ring.text)).length;

/** Everything that was written elsewhere is on the disk. */
const expectOnDisk = async (lane: Lane, incidents: number): Promise<void> => {
  await lane.until(
    'the incidents to be on the disk',
    () => existsSync(lane.book) && inTheBook(lane.book).incidents === incidents,
  );
  expect(inTheBook(lane.book)).toEqual({ incidents, treatments: incidents });
};

describe.skipIf(!canMount).concurrent('the disk of the data folder (needs root and mount for a small one)', () => {
  const onSmallDisk =
    (play: (lane: Lane, disk: SmallDisk) => Promise<void>) =>
    ({ onTestFinished }: TestContext): Promise<void> => {
      const disk = smallDisk('24m', (undo) => onTestFinished(undo));
      return inLane(join(disk.path, 'data'), (lane) => play(lane, disk));
    };

  /** Takes again what a closed database gives back, its log. */
  const toldFull = (lane: Lane, disk: SmallDisk, count: number): Promise<void> =>
    lane.until(`the disk to be told full (${count})`, () => {
      disk.fill();
      return times(lane, FULL) === count;
    });

  test(
    'is full while Lifeline runs: all goes on in memory, each message says so, and all is on the disk when there is room',
    LIMIT,
    onSmallDisk(async (lane, disk) => {
      await start(lane);
      await toldFull(lane, disk, 1);
      const from = lane.rings.length;
      await dieAndBeHealed(lane);
      await askForStatus(lane);
      const alerts = lane.rings.slice(from).filter(({ text }) => /^(?:🔴 main 没有在运行|🟢 main 已恢复)/.test(text));
      expect(alerts.length).toBeGreaterThanOrEqual(4);
      expect(alerts.filter(({ text }) => !text.includes(IN_MEMORY))).toEqual([]);
      disk.free();
      await told(lane, BACK, 0);
      await expectOnDisk(lane, 1);
      expect([times(lane, FULL), times(lane, BACK)]).toEqual([1, 1]);
      expect(lane.ownEnds).toEqual([]);
    }),
  );

  test.runIf(IN_DEPTH)(
    'is full when a Lifeline starts after a kill: it goes on with what is there, and tells of the disk anew',
    LIMIT,
    onSmallDisk(async (lane, disk) => {
      await start(lane);
      await dieAndBeHealed(lane);
      await lane.until('all to be noted', () => isAtRest(lane.book));
      await toldFull(lane, disk, 1);
      await lane.kill();
      await start(lane);
      await toldFull(lane, disk, 2);
      await askForStatus(lane);
      disk.free();
      await told(lane, BACK, 0);
      await expectOnDisk(lane, 1);
      expect([times(lane, FULL), times(lane, BACK)]).toEqual([2, 1]);
      expect(lane.ownEnds).toEqual([]);
    }),
  );

  test.runIf(IN_DEPTH)(
    'is read-only when Lifeline starts',
    LIMIT,
    onSmallDisk(async (lane, disk) => {
      disk.readOnly();
      await start(lane);
      await told(lane, READ_ONLY, 0);
      await dieAndBeHealed(lane);
      await askForStatus(lane);
      disk.writable();
      await told(lane, BACK, 0);
      await expectOnDisk(lane, 1);
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
        await inLane(join(disk.path, 'data'), async (lane) => {
          await start(lane);
          await dieAndBeHealed(lane);
          // What rang and is not noted yet would ring again when the disk has failed.
          await lane.until('all to be noted', () => isAtRest(lane.book));
          later(lane);
          disk.fail();
          await dieAndBeHealed(lane);
          await told(lane, READ_ONLY, 0);
          await askForStatus(lane);
          disk.replace();
          await told(lane, BACK, 0);
          await expectOnDisk(lane, 2);
          expect([times(lane, READ_ONLY), times(lane, BACK)]).toEqual([1, 1]);
          expect(lane.ownEnds).toEqual([]);
        });
      } finally {
        disk.remove();
      }
    },
  );

test.concurrent(
  'a data folder that is removed while Lifeline runs is made anew with all that was in it, and that is told',
  LIMIT,
  () =>
    inLane(undefined, async (lane) => {
      await start(lane);
      await dieAndBeHealed(lane);
      await lane.until('all to be noted', () => isAtRest(lane.book));
      rmSync(dirname(lane.book), { recursive: true });
      await told(lane, REMOVED, 0);
      await expectOnDisk(lane, 1);
      await askForStatus(lane);
      expect(times(lane, REMOVED)).toBe(1);
      expect(lane.ownEnds).toEqual([]);
    }),
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
      inLane(undefined, async (lane) => {
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
          later(lane);
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
