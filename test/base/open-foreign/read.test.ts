import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import {
  openForeign,
  openToAppend,
  readForeign,
  readForeignNow,
  ANYBODY,
  OWN_FILES,
} from '../../../src/base/open-foreign.ts';
import { ownFolder } from '../../store/helpers.ts';

const MOST = 10_000;
const OPTIONS = { trust: OWN_FILES, mostBytes: MOST };

/** What both ways of reading come to. */
const both = async (path: string, options = OPTIONS): Promise<readonly string[]> => {
  const now = (): string => {
    try {
      return readForeignNow(path, options).text;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return [
    now(),
    await readForeign(path, options).then(
      ({ text }) => text,
      (error: Error) => error.message,
    ),
  ];
};

test('reads a file and when it was written', async () => {
  const path = join(ownFolder(), 'state.json');
  writeFileSync(path, '{"网关":1}');
  expect(await both(path)).toEqual(['{"网关":1}', '{"网关":1}']);
  expect((await readForeign(path, OPTIONS)).modifiedAt).toBe(Math.floor(statSync(path).mtimeMs));
});

test('reads a file of the largest size, an empty one, and one of the kernel that says it has no size', async () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'full'), 'x'.repeat(MOST));
  writeFileSync(join(folder, 'empty'), '');
  expect((await both(join(folder, 'full'))).map(({ length }) => length)).toEqual([MOST, MOST]);
  expect(await both(join(folder, 'empty'))).toEqual(['', '']);
  if (existsSync('/proc/self/status'))
    expect(await both('/proc/self/status')).toEqual([expect.stringMatching(/^Name:/), expect.stringMatching(/^Name:/)]);
});

const HOSTILE: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
  ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path]), /is no regular file but a pipe$/],
  ['a folder', (path) => mkdirSync(path), /is no regular file but a folder$/],
  ['a socket', (path) => listening(path), /is no regular file but a socket$/],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path), /is no regular file but a device$/],
  [
    'a link to a pipe',
    (path) => (execFileSync('mkfifo', [`${path}.pipe`]), symlinkSync(`${path}.pipe`, path)),
    /is no regular file but a pipe$/,
  ],
  ['a link to nothing', (path) => symlinkSync('nowhere', path), /^ENOENT/],
  ['a link to itself', (path) => symlinkSync('state.json', path), /state\.json is a symbolic link in a circle$/],
  [
    'two links in a circle',
    (path) => (symlinkSync('other', path), symlinkSync('state.json', join(dirname(path), 'other'))),
    /state\.json is a symbolic link in a circle$/,
  ],
  ['nothing at all', () => undefined, /^ENOENT/],
  [
    'a file below a file',
    (path) => (rmSync(dirname(path), { recursive: true }), writeFileSync(dirname(path), '')),
    /^ENOTDIR/,
  ],
  [
    'one byte too many',
    (path) => writeFileSync(path, 'x'.repeat(MOST + 1)),
    /has more than 10 kB \(10 kB\); this is no such file$/,
  ],
  [
    'a file as large as a disk',
    (path) => (writeFileSync(path, ''), truncateSync(path, 2e12)),
    /has more than 10 kB \(2000000 MB\)/,
  ],
];

const listening = async (path: string): Promise<void> => {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
};

test.each(HOSTILE)('refuses %s at once', async (_what, make, message) => {
  const path = join(ownFolder(), 'home', 'state.json');
  mkdirSync(dirname(path));
  await make(path);
  expect(await both(path)).toEqual([expect.stringMatching(message), expect.stringMatching(message)]);
  // Whoever names the file does not change what it is.
  expect(await both(path, { ...OPTIONS, trust: ANYBODY })).toEqual([
    expect.stringMatching(message),
    expect.stringMatching(message),
  ]);
  const opened = await openForeign(path, OWN_FILES).then(
    ({ handle }) => handle.close().then(() => 'opened'),
    (error: Error) => error.message,
  );
  // How large a log is does not matter.
  expect(opened).toMatch(message.source.includes('has more') ? /^opened$/ : message);
});

test('a hundred pipes leave the threads free that all file access shares', async () => {
  const folder = ownFolder();
  for (let at = 0; at < 100; at += 1) execFileSync('mkfifo', [join(folder, `log.${at}`)]);
  writeFileSync(join(folder, 'log'), 'here');
  const refused = Array.from({ length: 100 }, (_, at) =>
    readForeign(join(folder, `log.${at}`), OPTIONS).then(
      () => 'read',
      () => 'refused',
    ),
  );
  expect((await readForeign(join(folder, 'log'), OPTIONS)).text).toBe('here');
  expect(new Set(await Promise.all(refused))).toEqual(new Set(['refused']));
});

/** Runs JavaScript beside this test until that is over. */
const beside = async (code: string, workerData: unknown): Promise<void> => {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads'); const fs = require('node:fs'); parentPort.postMessage(0); ${code}`,
    { eval: true, workerData },
  );
  onTestFinished(() => worker.terminate().then(() => undefined));
  await new Promise((resolve) => worker.once('message', resolve));
};

test('a file that is swapped for a pipe again and again holds up nobody, and is itself or nothing', async () => {
  const folder = ownFolder();
  const path = join(folder, 'state.json');
  const [file, pipe] = [join(folder, 'file'), join(folder, 'pipe')];
  writeFileSync(path, 'the file');
  execFileSync('mkfifo', [pipe]);
  // One name changes places between a file and a pipe as fast as it can.
  await beside(
    'for (;;) { fs.renameSync(workerData.path, workerData.file); fs.renameSync(workerData.pipe, workerData.path); fs.renameSync(workerData.path, workerData.pipe); fs.renameSync(workerData.file, workerData.path); }',
    { path, file, pipe },
  );
  const seen = new Set<string>();
  for (let tries = 0; tries < 300; tries += 1)
    for (const text of await both(path))
      seen.add(
        text.replace(
          /^(ENOENT|.* is no regular file but a pipe|.* is another file each time it is opened).*$/,
          'refused',
        ),
      );
  expect([...seen].filter((text) => text !== 'the file' && text !== 'refused')).toEqual([]);
});

test('a file that grows while it is read comes to an end', async () => {
  const path = join(ownFolder(), 'state.json');
  writeFileSync(path, '');
  await beside(
    "const file = fs.openSync(workerData, 'a'); const bytes = Buffer.alloc(4096, 'x'); for (let n = 0; n < 20000; n += 1) fs.writeSync(file, bytes);",
    path,
  );
  const options = { trust: OWN_FILES, mostBytes: 1_000_000 };
  for (let tries = 0; tries < 50; tries += 1) {
    for (const text of await both(path, options))
      if (!text.includes('this is no such file')) expect(text.length).toBeLessThanOrEqual(options.mostBytes);
  }
  expect(await both(path, { ...options, mostBytes: 4 })).toEqual([
    expect.stringMatching(/no such file$/),
    expect.stringMatching(/no such file$/),
  ]);
});

test('what is opened stays the same file, whatever takes its name', async () => {
  const path = join(ownFolder(), 'log');
  writeFileSync(path, 'old');
  const { handle } = await openForeign(path, OWN_FILES);
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'new');
  expect(await handle.readFile('utf8')).toBe('old');
  await handle.close();
});

test('Lifeline appends to no pipe, to nothing behind a link, and to no folder', async () => {
  const folder = ownFolder();
  const path = join(folder, 'output.log');
  const append = async (): Promise<string> => {
    try {
      const handle = await openToAppend(path, 0o600);
      await handle.write('more');
      await handle.close();
      return 'done';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? '';
    }
  };
  expect(await append()).toBe('done');
  appendFileSync(path, '!');
  expect(await append()).toBe('done');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  rmSync(path);
  writeFileSync(join(folder, 'precious'), 'mine');
  symlinkSync('precious', path);
  expect(await append()).toBe('ELOOP');
  rmSync(path);
  mkdirSync(path);
  expect(await append()).toBe('EISDIR');
  rmSync(path, { recursive: true });
  execFileSync('mkfifo', [path]);
  // Nobody reads it.
  expect(await append()).toBe('ENXIO');
});
