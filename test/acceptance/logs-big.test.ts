/** A log of two gigabytes, most of it a hole so that it takes no disk: `/logs` reads its end and nothing else. */
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asctime } from '../../sandbox/gateway/python-log.ts';
import { inScene, type Scene } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 240_000 };
const GB = 1_073_741_824;
const MB = 1_048_576;
/** What a search reads beyond what it shows, and what the bot reads besides meanwhile. */
const FEW_MB = 16 * MB;
const LINES = 20_000;

describe.skipIf(process.platform !== 'linux')(
  'a log of 2 GB (the bytes that a process reads are counted on Linux only)',
  () => {
    test('is answered from its end, on both platforms, and the bot comes up beside it', LIMIT, () =>
      inScene({ timings: { logMaxBytes: 4 * GB } }, async (scene) => {
        const log = join(scene.sandbox.gateway.home, 'logs', 'gateway.log');
        await scene.endBot('SIGTERM');
        growTo2Gb(log);
        // One that had begun to read goes on where it was; this one has never been here.
        rmSync(join(scene.sandbox.dir, 'lifeline'), { recursive: true });
        await scene.startBot();
        const begin = readBytes(scene);

        // The login stands before the 2 GB, and what other logs repeat of gateway.log counts for nothing.
        await answered(scene, 'feishu', '/status', /^🟠 main：QQ 状态不明/);
        await answered(scene, 'feishu', '/logs', new RegExp(`^main 最近 20 行日志[\\s\\S]*line ${LINES - 1}\\b`));
        await answered(scene, 'qq', '/logs 5', new RegExp(`^main 最近 5 行日志[\\s\\S]*line ${LINES - 1}\\b`));
        await answered(
          scene,
          'feishu',
          '/logs 3 error',
          new RegExp(`^main 最近 3 行日志[^\\n]*错误[\\s\\S]*the last error`),
        );
        await answered(scene, 'qq', '/logs 10 since 1m', /^main 最近 10 行日志/);
        await answered(scene, 'feishu', `/logs 1 "line ${LINES - 7_000}"`, new RegExp(`line ${LINES - 7_000}\\b`));
        // Lines that are older than what was asked for end the search.
        await answered(scene, 'qq', '/logs since 10m "not there at all"', /^main 没有符合的日志/);

        expect(statSync(log).size).toBeGreaterThan(2 * GB);
        const read = readBytes(scene) - begin;
        console.info(`${(read / MB).toFixed(1)} MB were read of ${(statSync(log).size / MB).toFixed(0)} MB`);
        expect(read).toBeLessThan(FEW_MB);
      }),
    );
  },
);

test('a search that takes too long is ended, and the other phone is answered meanwhile', LIMIT, () =>
  inScene({}, async (scene) => {
    const letters = (n: number): string =>
      [...createHash('sha512').update(String(n)).digest()]
        .map((byte) => String.fromCharCode(97 + (byte % 26)))
        .join('');
    appendFileSync(
      join(scene.sandbox.gateway.home, 'logs', 'gateway.log'),
      Array.from(
        { length: 5_000 },
        (_, n) => `${asctime(Date.now() - 60_000)} INFO gateway.run: ${letters(n)} ${letters(n + 9_000)}\n`,
      ).join(''),
    );
    const answers: string[] = [];
    const hostile = answered(scene, 'feishu', '/logs /[a-m].{0,200}[n-z].{0,200}[0-9]$/', /查找用完了时间（2 ?秒/);
    await Promise.all([
      hostile.then(() => answers.push('search')),
      answered(scene, 'qq', '/status', /^🟢 main/).then(() => answers.push('status')),
    ]);
    expect(answers).toEqual(['status', 'search']);
    await answered(scene, 'feishu', `/logs 2 "${letters(4_999)}"`, new RegExp(letters(4_999)));
  }),
);

/** An old beginning, a hole, and an end that tells of now; the lines of the running gateway come behind it. */
const growTo2Gb = (log: string): void => {
  const before = readFileSync(log, 'utf8');
  const now = Date.now();
  const grown = `${log}.grown`;
  closeSync(openSync(grown, 'w'));
  writeFileSync(grown, `${asctime(now - 86_400_000)} INFO gateway.run: the beginning\n`);
  truncateSync(grown, 2 * GB);
  const lines = Array.from({ length: LINES }, (_, n) => {
    // An hour of lines, the last of them in this minute.
    const at = now - 3_000 - Math.round(((LINES - n) / LINES) * 3_600_000);
    return `${asctime(at)} ${n % 1_000 === 999 ? 'ERROR' : 'INFO'} gateway.run: ${n === LINES - 1 ? 'the last error, ' : ''}line ${n} of many that say little\n`;
  });
  appendFileSync(grown, `\n${before}${lines.join('')}`);
  renameSync(grown, log);
};

/** Also what came from the cache: what counts is what was asked for. */
const readBytes = (scene: Scene): number =>
  Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${scene.bot().pid}/io`, 'utf8'))?.[1]);
