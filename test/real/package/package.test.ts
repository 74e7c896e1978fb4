/**
 * The package as npm makes and installs it: what is in it, and that a new user can work with it on Node 22, 24 and 26.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotToBeHad } from '../packages.ts';
import { BOTH, until } from '../phones.ts';
import { openInstalledBot, type InstalledBot } from './installed-bot.ts';
import { CHECKOUT, installGlobally, npm, pack, packageIn, packagesIn, run, type Packed, type Ran } from './npm.ts';
import { packOldVersion, whyNoOldVersion } from './old-version.ts';

const LIMIT = { timeout: 300_000 };
/** What it is today, and somewhat more. */
const MOST_PACKED_BYTES = 3_500_000;
const MOST_INSTALLED_BYTES = 10_000_000;

let dir: string;
let home: string;
let packed: Packed;
/** Where it is installed, and the command there. */
let prefix: string;
let lifeline: string;
const say = (...args: readonly string[]): Promise<Ran> => run([lifeline, ...args], { home });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lifeline-package-'));
  home = join(dir, 'home');
  prefix = join(dir, 'installed');
  await mkdir(home);
  await npm(['run', 'build'], { home, cwd: CHECKOUT });
  packed = await pack(join(CHECKOUT, 'dist'), join(dir, 'packed'), home);
  lifeline = await installGlobally(packed.tarball, prefix, home);
}, 600_000);
afterAll(() => rm(dir, { recursive: true, force: true }), 60_000);

describe('the tarball', () => {
  test('holds what runs, what is read and what is written against, and nothing else', () => {
    const areas = new Set(packed.files.map((file) => /^(dist|sandbox|src|docs)\//.exec(file)?.[1] ?? file));
    expect([...areas].sort()).toEqual([
      'LICENSE',
      'README.md',
      'README.zh-CN.md',
      'THIRD-PARTY-LICENSES.txt',
      'config.example.yaml',
      'config.schema.json',
      // What the units of earlier ones start.
      'dist',
      'docs',
      'package.json',
      'sandbox',
      'src',
    ]);
    const kinds = packed.files.filter(
      (file) => /^(dist|sandbox|src)\//.test(file) && !/\.js(\.map)?$|^sandbox\/page\/static\//.test(file),
    );
    expect(kinds).toEqual([]);
    expect(packed.files.filter((file) => file.startsWith('docs/') && !/\.(md|svg|png|gif|webp)$/.test(file))).toEqual(
      [],
    );
  });

  test('has every document, every file of the page, and a map for each file that is bundled', () => {
    const copied = execFileSync(
      'find',
      [
        'sandbox/page/static',
        'docs',
        '-type',
        'f',
        '-not',
        '-path',
        'docs/messages/*',
        '-not',
        '-path',
        'docs/images/*',
      ],
      {
        cwd: CHECKOUT,
        encoding: 'utf8',
      },
    )
      .trim()
      .split('\n');
    expect(packed.files.filter((file) => /^docs\/|\/static\//.test(file)).sort()).toEqual(copied.sort());
    const bundled = packed.files.filter((file) => /^(src|sandbox)\/.*\.js$/.test(file) && !file.includes('/static/'));
    expect(bundled.filter((file) => !packed.files.includes(`${file}.map`))).toEqual([]);
  });

  test('has the licence of each package that it bundles', async () => {
    const { dependencies } = await manifestOf(CHECKOUT);
    const licences = await readFile(join(packageIn(prefix), 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    expect(Object.keys(dependencies ?? {}).filter((name) => !licences.includes(`\n${name} `))).toEqual([]);
  });

  test('names nothing of the machine that packed it, and asks nobody to load a map', async () => {
    const compiled = packed.files.filter(
      (file) => /^(dist|sandbox|src)\/.*\.(js|ts|map)$/.test(file) && !file.includes('/static/'),
    );
    const texts = await Promise.all(
      compiled.map(async (file) => ({ file, text: await readFile(join(packageIn(prefix), file), 'utf8') })),
    );
    for (const telling of [CHECKOUT, `${homedir()}/`, 'sourceMappingURL'])
      expect(texts.filter(({ text }) => text.includes(telling)).map(({ file }) => `${file}: ${telling}`)).toEqual([]);
  });

  test('is small', () => expect(packed.packedBytes).toBeLessThan(MOST_PACKED_BYTES));

  test('says to npm and Node what it is: each file that package.json names is there, and the command is a program', async () => {
    const manifest = JSON.parse(await readFile(join(packageIn(prefix), 'package.json'), 'utf8')) as {
      bin: { lifeline: string };
      exports: Record<string, string | Record<string, string>>;
    };
    const named = [
      manifest.bin.lifeline,
      ...Object.values(manifest.exports).flatMap((target) =>
        typeof target === 'string' ? [target] : Object.values(target),
      ),
    ];
    expect(named.filter((file) => !packed.files.includes(file.replace(/^\.\//, '')))).toEqual([]);
    expect(packed.files).toContain('dist/src/bin.js');
    expect(await readFile(join(packageIn(prefix), manifest.bin.lifeline), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('can be published', LIMIT, async () => {
    expect(await npm(['publish', '--dry-run', '--ignore-scripts', packed.tarball], { home, cwd: dir })).toContain(
      `gateway-lifeline@${packed.version}`,
    );
  });
});

describe('installed with npm install -g, without any script of a package', () => {
  test('needs no other package, and is small', LIMIT, async () => {
    const { dependencies } = await manifestOf(packageIn(prefix));
    expect(dependencies).toBeUndefined();
    expect(await packagesIn(join(packageIn(prefix), '..'))).toEqual(['gateway-lifeline']);
    const kilobytes = Number(execFileSync('du', ['-sk', packageIn(prefix)], { encoding: 'utf8' }).split('\t')[0]);
    console.info(
      `installed: ${Math.round(kilobytes / 1_000)} MB; packed: ${Math.round(packed.packedBytes / 1_000)} kB in ${packed.files.length} files`,
    );
    expect(packed.installedBytes).toBeLessThan(MOST_INSTALLED_BYTES);
  });

  test('tells its version and its commands', LIMIT, async () => {
    expect(await say('--version')).toEqual({ code: 0, out: packed.version, err: '' });
    const { code, out, err } = await say('--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const command of ['run', 'check', 'doctor', 'demo', 'replay'])
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test('every command has help', LIMIT, async () => {
    const { out } = await say('--help');
    const commands = [...out.slice(out.indexOf('Commands:')).matchAll(/^ {2}([a-z][\w-]*)/gm)]
      .map(([, name]) => name ?? '')
      .filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(7);
    const asked = await Promise.all(commands.map(async (name) => ({ name, ...(await say(name, '--help')) })));
    expect(
      asked
        .filter(({ code, err, out: text }) => code !== 0 || err !== '' || !text.includes('Usage: lifeline'))
        .map(({ name }) => name),
    ).toEqual([]);
  });

  test('wrong use and a configuration that is not there end with 2 and a sentence', LIMIT, async () => {
    expect(await say('restart')).toMatchObject({ code: 2 });
    const { code, err } = await say('check', '--config', join(home, 'nowhere.yaml'));
    expect(code).toBe(2);
    expect(err).toContain('nowhere.yaml');
    expect(err).not.toMatch(/^ +at /m);
  });

  test('an older Node is told in a sentence what is needed', LIMIT, async () => {
    const entry = join(packageIn(prefix), 'src', 'bin.js');
    const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`;
    const older = nodesBefore(22).map((node) => [node, entry, '--version'] as const);
    for (const argv of [[process.execPath, '--import', pretend, entry, '--version'] as const, ...older]) {
      const { code, out, err } = await run([...argv], { home });
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(
        /^Lifeline 需要 Node\.js 22\.18 或更新的版本（23 除外），这里是 [\d.]+。\nLifeline needs Node\.js 22\.18 or newer \(not 23\); this is [\d.]+ \(.+\)\.$/,
      );
    }
  });
});

// Most of their time is waiting.
describe.concurrent('at work', () => {
  const story = async (node: string): Promise<void> => {
    const { code, out, err } = await run(
      [node, join(packageIn(prefix), 'src', 'bin.js'), 'demo', '--headless', '--script'],
      { home, node },
    );
    expect(code, `${out}\n${err}`).toBe(0);
    // Neither a warning of Node nor a trace of a package.
    expect(err).toBe('');
  };

  test("the demo's story goes well on this one", LIMIT, () => story(process.execPath));

  test.for([22, 26])("the demo's story goes well on Node %i", LIMIT, async (major, { skip }) => {
    const node = await nodeOf(major).catch((error: unknown) => {
      if (!(error instanceof NotToBeHad)) throw error;
      return skip(error.message);
    });
    expect((await run([node, '--version'], { home })).out).toMatch(new RegExp(`^v${major}\\.`));
    await story(node);
  });

  test(
    'an upgrade while it runs: the old one goes on until it is restarted; the new one has all that it knew, and a copy from before',
    LIMIT,
    async ({ skip }) => {
      const why = await whyNoOldVersion();
      if (why !== null) skip(why);
      const old = await packOldVersion(dir, home);
      const there = join(dir, 'upgraded');
      const program = await installGlobally(old.tarball, there, home);
      await withBot({}, async (bot) => {
        await bot.start(program);
        await bot.killGateway();
        await installGlobally(packed.tarball, there, home);
        // Its files are gone, and it works on.
        await bot.killGateway();
        await bot.ask('/status', /^🟢 main/);
        expect(await bot.stop()).toBe(0);

        await bot.start(program);
        expect(await bot.ask('/version', /^Lifeline/)).toContain(packed.version);
        const history = await bot.ask('/history', /restarted 2 times|2 incidents|#2/);
        expect(history).toMatch(/#1\b[\s\S]*#2\b|#2\b[\s\S]*#1\b/);
        expect(await bot.ask('/incident 1', /#1\b/)).toMatch(/not running/);
        expect((await run([program, 'audit', '--config', bot.config], { home })).out).toMatch(/\/status/);
        expect(copiesIn(bot.dataDir)).toHaveLength(1);
        // And the new one knows of the trouble of a minute ago: it tells of a second round only, and heals as the old
        // one did.
        const told = bot.want(BOTH, /^🔴 main[\s\S]*outage 2/);
        await bot.sandbox.gateway.break('killed');
        await told;
        await until('the gateway to be back', () => bot.sandbox.gateway.current() !== null);
        expect(await bot.stop()).toBe(0);
      });
    },
  );

  test('a running Lifeline needs none of its files again: it heals and answers when they are gone', LIMIT, async () => {
    const there = join(dir, 'removed');
    const program = await installGlobally(packed.tarball, there, home);
    await withBot({}, async (bot) => {
      await bot.start(program);
      await rm(there, { recursive: true });
      await bot.killGateway();
      for (const [command, answer] of READS) await bot.ask(command, answer);
      expect(await bot.stop()).toBe(0);
    });
  });
});

const manifestOf = async (folder: string): Promise<{ readonly dependencies?: Record<string, string> }> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };

/** As many as are answered at once. */
const READS: readonly (readonly [string, RegExp])[] = [
  ['/why', /main/],
  ['/check', /main/],
  ['/logs /session/', /main/],
  ['/incident', /#1/],
  ['/history', /#1/],
  ['/doctor', /main|nothing|Nothing/],
  ['/config', /main/],
  ['/version', /Lifeline/],
  ['/help', /status/],
  ['/reload', /^(?![🔴🟠])/u],
];

const withBot = async (
  config: Readonly<Record<string, unknown>>,
  work: (bot: InstalledBot) => Promise<void>,
): Promise<void> => {
  const bot = await openInstalledBot(config);
  try {
    await work(bot);
    bot.check();
  } finally {
    await bot.end();
  }
};

const copiesIn = (folder: string): readonly string[] =>
  execFileSync('ls', [folder], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name.includes('.before-'));

/** Real ones on this machine. */
const nodesBefore = (major: number): readonly string[] =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .filter(
      (node) =>
        existsSync(node) &&
        Number.parseInt(execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10) < major,
    );

/** npm has Node as packages, one for each platform. */
const nodeOf = async (major: number): Promise<string> => {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
    throw new NotToBeHad(`npm has a Node ${major} for Linux only`);
  const name = `node-linux-${process.arch}`;
  const folder = join(dir, `node${major}`);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{}');
  await npm(['install', `${name}@${major}`], { home, cwd: folder });
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(node)) throw new NotToBeHad(`${name}@${major} has no bin/node`);
  return node;
};
