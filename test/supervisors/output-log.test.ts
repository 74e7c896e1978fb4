/** The output of a gateway that runs is kept within bounds, and the gateway notices nothing. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { launch } from '../../src/supervisors/launch.ts';
import { boundOutputs, outputFileOf } from '../../src/supervisors/output-log.ts';
import { ownFolder } from '../store/helpers.ts';

const WAIT = { timeout: 60_000, interval: 20 };

/** Writes numbered lines for ever. */
const TALKER = `let n = 0; const talk = () => { for (let i = 0; i < 20; i += 1) console.log('line ' + (n += 1) + ' ' + 'x'.repeat(80)); setTimeout(talk, 5); }; talk();`;

const started = async (folder: string): Promise<string> => {
  const file = outputFileOf(folder, 'main');
  const result = await launch({
    command: [process.execPath, '-e', TALKER],
    cwd: folder,
    env: {},
    outputFile: file,
    earlyExitMs: 1,
  });
  if (result.outcome !== 'running') throw new Error('it does not run');
  onTestFinished(() => void process.kill(result.pid, 'SIGKILL'));
  return file;
};

const numbersIn = (file: string): number[] =>
  [...readFileSync(file, 'utf8').matchAll(/^line (\d+) x{80}$/gm)].map(([, n]) => Number(n));

test('a running gateway writes on where its file begins anew, and the end of the old one is beside it', async () => {
  const folder = ownFolder();
  const file = await started(folder);
  await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(30_000), WAIT);
  await boundOutputs(folder, 20_000);
  const [last = 0] = numbersIn(`${file}.1`).slice(-1);
  expect(statSync(`${file}.1`)).toMatchObject({ size: 20_000 });
  expect(statSync(`${file}.1`).mode & 0o777).toBe(0o600);
  await vi.waitFor(() => expect(numbersIn(file).length).toBeGreaterThan(10), WAIT);
  const after = readFileSync(file);
  // No hole where the old text was, and no line of it once more.
  expect(after.includes(0)).toBe(false);
  expect(numbersIn(file)[0]).toBeGreaterThan(last);
});

test('a small file stays as it is, and other files are none of its business', async () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'main.output.log'), 'x'.repeat(100));
  writeFileSync(join(folder, 'lifeline.db'), 'x'.repeat(1_000));
  await boundOutputs(folder, 100);
  expect(statSync(join(folder, 'main.output.log')).size).toBe(100);
  expect(statSync(join(folder, 'lifeline.db')).size).toBe(1_000);
});

test('one that grew while nobody looked is cut before the gateway starts', async () => {
  const folder = ownFolder();
  const file = outputFileOf(folder, 'main');
  writeFileSync(file, 'old\n'.repeat(3_000_000));
  await started(folder);
  await vi.waitFor(() => expect(numbersIn(file).length).toBeGreaterThan(0), WAIT);
  expect(statSync(file).size).toBeLessThan(5_000_000);
  expect(statSync(`${file}.1`).size).toBe(10 * 1024 * 1024);
});

test('where there is no data folder there is nothing to do', async () => {
  await expect(boundOutputs(join(ownFolder(), 'none'))).resolves.toBeUndefined();
});
