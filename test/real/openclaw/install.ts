/** The real OpenClaw, the newest on npm, with its Feishu and QQ plugins, in a folder of its own. */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../src/supervisors/run-command.ts';
import { NotToBeHad } from '../packages.ts';
import { installFolder, NOT_TO_BE_HAD } from './install-folder.ts';

export interface OpenClawInstalled {
  readonly version: string;
  /** What its own service definitions start: `dist/index.js`. */
  readonly entry: string;
  /** The HOME of its user. The plugins know where they lie, and so it cannot be moved. */
  readonly home: string;
  /** The state folder as it was before the first start, configuration included, with the plugins and nothing else. */
  readonly reset: (config: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** For the environment of the gateway: where QQ is. */
export const QQ_VARIABLE = 'LIFELINE_TEST_QQ';

/** Each of its steps. */
export const INSTALL_MS = 600_000;
/** A registry that does not answer is to be the reason of a skip, not a wait: npm's own limits are many minutes. */
const SOON = { npm_config_fetch_timeout: '60000', npm_config_fetch_retries: '1' };
const MOST_WORDS = 500;
const PLUGINS = ['@openclaw/feishu', '@openclaw/qqbot'];
/** What is not made anew with each state folder: big, and the same each time. */
const STAYS: ReadonlySet<string> = new Set(['npm', 'cache']);
/** Its hosts are constants, and the guard against requests to private addresses lets only those through. */
const POINT: readonly (readonly [RegExp, string])[] = [
  [/"https:\/\/api\.sgroup\.qq\.com"/g, `process.env.${QQ_VARIABLE}`],
  [/"https:\/\/bots\.qq\.com(\/[^"]*)"/g, `(process.env.${QQ_VARIABLE} + "$1")`],
  [/hostnameAllowlist: \["bots\.qq\.com"\]/g, 'hostnameAllowlist: ["127.0.0.1"]'],
  [/allowRfc2544BenchmarkRange: true/g, 'dangerouslyAllowPrivateNetwork: true'],
];

/**
 * For all files of a run; what the first one could not have, the others do not try again.
 *
 * @throws NotToBeHad, with the reason; another Error when it is not what these tests know.
 */
export const installOnce = async (): Promise<OpenClawInstalled> => {
  const dir = installFolder();
  const why = join(dir, NOT_TO_BE_HAD);
  if (existsSync(why)) throw new NotToBeHad(await readFile(why, 'utf8'));
  try {
    return await installOpenClaw(dir);
  } catch (error) {
    if (error instanceof NotToBeHad) await writeFile(why, error.message);
    throw error;
  }
};

const installOpenClaw = async (dir: string): Promise<OpenClawInstalled> => {
  const program = join(dir, 'node_modules', 'openclaw');
  const home = join(dir, 'home');
  const state = join(home, '.openclaw');
  const pristine = join(dir, 'pristine');
  const run = async (what: string, argv: readonly [string, ...string[]]): Promise<void> => {
    // By this Node: OpenClaw needs 24.16, and the machine's may be older.
    const env = { ...SOON, HOME: home, OPENCLAW_STATE_DIR: state, NO_COLOR: '1', TMPDIR: join(dir, 'tmp') };
    console.info(`installs ${what}: takes a minute, ${INSTALL_MS / 1_000} s at most`);
    const { exitCode, stdout, stderr, failure } = await runCommand(argv, { cwd: dir, env, timeoutMs: INSTALL_MS });
    if (exitCode !== 0)
      throw new NotToBeHad(
        // npm and OpenClaw say first what it was, and then where more of it stands.
        `${what} cannot be installed: ${failure ?? exitCode}: ${`${stderr}\n${stdout}`.trim().split('\n').slice(0, 4).join(' | ').slice(0, MOST_WORDS)}`,
      );
  };
  if (!existsSync(pristine)) {
    for (const folder of [state, join(dir, 'tmp')]) await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(dir, 'package.json'), '{"private":true}\n');
    await run('openclaw', ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', 'openclaw']);
    // Its commands write into the gateway's log, which would be in /tmp/openclaw.
    await writeFile(
      join(state, 'openclaw.json'),
      JSON.stringify({ gateway: { mode: 'local' }, logging: { file: join(dir, 'install.log') } }),
      { mode: 0o600 },
    );
    for (const plugin of PLUGINS)
      await run(plugin, [
        process.execPath,
        join(program, 'openclaw.mjs'),
        'plugins',
        'install',
        plugin,
        '--force',
        '--accept-capabilities',
      ]);
    await point(join(state, 'npm', 'projects'));
    // Whole or not at all: an install that was ended on its way is made anew.
    const copy = `${pristine}.new`;
    await rm(copy, { recursive: true, force: true });
    await cp(state, copy, {
      recursive: true,
      filter: (path) => ![...STAYS].some((name) => path === join(state, name)),
    });
    await rename(copy, pristine);
  }
  const { version } = JSON.parse(await readFile(join(program, 'package.json'), 'utf8')) as { readonly version: string };
  const usual = JSON.parse(await readFile(join(pristine, 'openclaw.json'), 'utf8')) as Readonly<
    Record<string, unknown>
  >;
  return {
    version,
    entry: join(program, 'dist', 'index.js'),
    home,
    reset: async (config) => {
      for (const name of await readdir(state))
        if (!STAYS.has(name)) await rm(join(state, name), { recursive: true, force: true });
      await cp(pristine, state, { recursive: true });
      await writeFile(join(state, 'openclaw.json'), JSON.stringify({ ...usual, ...config }, null, 2), { mode: 0o600 });
    },
  };
};

const point = async (projects: string): Promise<void> => {
  let changed = 0;
  for (const name of await readdir(projects, { recursive: true })) {
    // Its build hides folders behind a dot.
    if (!/qqbot-[^/]*\/node_modules\/@openclaw\/qqbot\/dist\/.*\.m?js$/.test(name)) continue;
    const file = join(projects, name);
    const text = await readFile(file, 'utf8');
    const pointed = POINT.reduce((each, [old, now]) => each.replace(old, now), text);
    if (pointed === text) continue;
    await writeFile(file, pointed);
    changed += 1;
  }
  if (changed === 0) throw new Error('the QQ plugin names its hosts in another way than these tests know');
};
