/**
 * Lifeline as one executable file, at work in a root folder that holds nothing but it, a shell and the libraries that
 * the official Node links; and the service that it installs of itself.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openInstalledBot } from './installed-bot.ts';
import { CHECKOUT, run } from './npm.ts';

const LIMIT = { timeout: 300_000 };

let dir: string;
let binary: string;
/** What is mounted into the root folder; taken away again in any case. */
const mounted: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lifeline-binary-'));
  binary = join(dir, 'lifeline');
  execFileSync(process.execPath, [join(CHECKOUT, 'build/binary.ts'), binary], { stdio: 'ignore' });
}, 300_000);
afterAll(async () => {
  // Whatever is still mounted would be emptied with the folder: then that stays.
  unmount();
  await rm(dir, { recursive: true, force: true });
}, 60_000);

const copyInto = (root: string, file: string, to = file): void => {
  mkdirSync(join(root, dirname(to)), { recursive: true });
  copyFileSync(file, join(root, to));
};

/** The files that the dynamic linker loads for a program, by its own word. */
const librariesOf = (program: string): readonly string[] =>
  [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);

const mount = (root: string, folder: string, as = folder): void => {
  mkdirSync(join(root, as), { recursive: true });
  execFileSync('mount', ['--bind', folder, join(root, as)]);
  mounted.push(join(root, as));
};

const unmount = (): void => {
  for (let folder = mounted.at(-1); folder !== undefined; folder = mounted.at(-1)) {
    execFileSync('umount', ['--lazy', folder]);
    mounted.pop();
  }
};

test('says its version and its help, with no other file of it', LIMIT, async () => {
  expect(readdirSync(dir)).toEqual(['lifeline']);
  expect((await run([binary, '--version'], { home: dir })).out).toMatch(/^\d+\.\d+\.\d+$/);
  expect((await run([binary, '--help'], { home: dir })).out).toContain('Usage: lifeline');
  expect(await run([binary, 'restart'], { home: dir })).toMatchObject({ code: 2 });
});

test('the service that it installs starts the file itself', LIMIT, async ({ skip }) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return skip('units of the machine need root on Linux');
  const file = join(dir, 'config.yaml');
  writeFileSync(file, `data_dir: ${join(dir, 'data')}\ngateways:\n  - { name: main, kind: hermes, home: ${dir} }\n`);
  const { code, out, err } = await run(
    [binary, 'service', 'install', '--system', '--run-as', 'root', '--dry-run', '--config', file],
    { home: dir },
  );
  // Without a systemd nothing is planned.
  if (code !== 0 && /systemd/i.test(err)) return skip(err);
  expect(out).toContain(`ExecStart="${binary}" "run" "--config"`);
});

test('works where there is nothing else: both platforms, a command of the operator’s own', LIMIT, async ({ skip }) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return skip('another root folder needs root on Linux');
  const root = join(dir, 'root');
  copyInto(root, binary, '/bin/lifeline');
  copyInto(root, '/bin/sh');
  for (const library of new Set([...librariesOf(binary), ...librariesOf('/bin/sh')])) copyInto(root, library);
  const commands = join(root, 'commands');
  mkdirSync(commands);
  writeFileSync(
    join(commands, 'twice.yaml'),
    'name: twice\nrole: viewer\nrun: [/commands/twice.sh, "{tries}"]\nparams: { tries: { number: [1, 9], default: 2 } }\n',
  );
  writeFileSync(join(commands, 'twice.sh'), '#!/bin/sh\necho "it is $(($1 * 2))"\n', { mode: 0o755 });
  try {
    mount(root, '/proc');
    mkdirSync(join(root, 'dev'));
    execFileSync('mknod', ['--mode=666', join(root, 'dev/null'), 'c', '1', '3']);
  } catch (error) {
    return skip(`nothing can be mounted here: ${String(error)}`);
  }
  const bot = await openInstalledBot({ commands_dir: '/commands' });
  try {
    mount(root, dirname(bot.config));
    const start = join(dir, 'start');
    writeFileSync(start, `#!/bin/sh\nexec chroot '${root}' /bin/lifeline "$@"\n`);
    chmodSync(start, 0o755);
    await bot.start(start);
    await bot.ask('/status', /^🟢 main/);
    await bot.ask('/twice 4', /it is 8/);
    expect(await bot.stop()).toBe(0);
    bot.check();
  } finally {
    await bot.stop();
    unmount();
    await bot.end();
  }
});
