/** The demo's own duties with programs that play the bot badly; with the real bot see test/acceptance. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runDemo, type DemoOptions } from '../../../sandbox/demo/demo.ts';

let folder: string;
let printed: string[];
let complained: string[];
let stop: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-test-'));
  // The demo's own folder is made in here, so that what it leaves behind can be seen.
  vi.stubEnv('TMPDIR', folder);
  [printed, complained] = [[], []];
  stop = new AbortController();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const run = (options: DemoOptions): Promise<number> =>
  runDemo(options, { out: (text) => printed.push(text), err: (text) => complained.push(text), signal: stop.signal });

const program = async (text: string): Promise<string> => {
  const file = join(folder, 'bot.mjs');
  await writeFile(file, text);
  return file;
};

const leftFolders = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith('lifeline-demo-'));

/** Every process whose command line names this test's folder. */
const leftProcesses = async (): Promise<string[]> => {
  const lines = (await readdir('/proc'))
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(lines)).filter((line) => line.includes(folder));
};

const expectNothingLeft = async (): Promise<void> => {
  expect(await leftFolders()).toEqual([]);
  if (existsSync('/proc/self/cmdline')) expect(await leftProcesses()).toEqual([]);
};

test('a bot that dies is told with its last words, and nothing is left', async () => {
  const main = await program("process.stderr.write('config.yaml:3:1: unknown key\\n'); process.exitCode = 2;");
  expect(await run({ main, headless: true })).toBe(1);
  expect(complained.join('\n')).toMatch(/exit code 2[^]*config\.yaml:3:1: unknown key/);
  await expectNothingLeft();
});

test.each([
  ['zh_CN.UTF-8', 'zh-CN'],
  ['en_US.UTF-8', 'en'],
])('without a page, in an environment of %s, the bot speaks %s', async (lang, locale) => {
  vi.stubEnv('LC_ALL', lang);
  const main = await program(
    `import { readFileSync } from 'node:fs';
     process.stderr.write(/^locale: .*$/m.exec(readFileSync(process.argv.at(-1), 'utf8'))[0]);
     process.exitCode = 2;`,
  );
  expect(await run({ main, headless: true })).toBe(1);
  expect(complained.join('\n')).toContain(`locale: ${locale}`);
});

test('stopped by hand, even a bot that ignores SIGTERM ends, the exit code is 0 and nothing is left', async () => {
  const marker = join(folder, 'started');
  const main = await program(
    `import { writeFileSync } from 'node:fs';
     process.on('SIGTERM', () => undefined);
     writeFileSync(${JSON.stringify(marker)}, process.argv.slice(2).join(' '));
     setInterval(() => undefined, 1000);`,
  );
  const demo = run({ main, headless: true });
  await vi.waitFor(async () => expect(await readFile(marker, 'utf8')).toMatch(/^run --config .*config\.yaml$/), 20_000);
  expect((await leftProcesses()).length).toBeGreaterThanOrEqual(existsSync('/proc/self/cmdline') ? 2 : 0);
  stop.abort();
  expect(await demo).toBe(0);
  expect(complained).toEqual([]);
  await expectNothingLeft();
});

test('a demo that is stopped before it has begun starts nothing', async () => {
  stop.abort();
  expect(await run({ main: await program("throw new Error('never run')"), headless: true })).toBe(0);
  expect(complained).toEqual([]);
  await expectNothingLeft();
});

test('a fleet where the NATS server is not installed is told in one sentence, and nothing is left', async () => {
  vi.stubEnv('PATH', folder);
  expect(await run({ fleet: true })).toBe(1);
  expect(complained).toHaveLength(1);
  expect(complained[0]).toMatch(/needs nats-server, which this machine lacks.*apt-get install nats-server$/);
  await expectNothingLeft();
});

test('with keep the folder stays and is named', async () => {
  const main = await program('process.exitCode = 1;');
  expect(await run({ main, headless: true, keep: true })).toBe(1);
  const [left] = await leftFolders();
  expect(printed.at(-1)).toContain(left);
  expect(await readdir(join(folder, String(left)))).toEqual(
    expect.arrayContaining(['config.yaml', 'lifeline.log', 'hermes']),
  );
});
