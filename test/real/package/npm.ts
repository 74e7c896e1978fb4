/**
 * Packs Lifeline and installs it with npm as a new user would: a home of their own, and of this checkout nothing but
 * the tarball.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { NotToBeHad } from '../packages.ts';

export const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ran {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

export interface Packed {
  readonly tarball: string;
  readonly version: string;
  /** What is in it, by the paths that an installed package has. */
  readonly files: readonly string[];
  readonly packedBytes: number;
  readonly installedBytes: number;
}

const LIMIT_MS = 300_000;
/** How npm says that there is no registry. */
const NO_REGISTRY = /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ENOTCACHED)\b/;

/** Node's folder first, so that `#!/usr/bin/env node` finds that Node. */
export const pathWith = (node: string): string => [dirname(node), process.env['PATH'] ?? ''].join(delimiter);

/** Of the machine's own settings only where packages come from, and how they are reached. */
const REACH =
  /^(npm_config_(registry|cafile|cache|userconfig)|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

const npmEnv = (home: string): NodeJS.ProcessEnv => ({
  npm_config_cache: join(homedir(), '.npm'),
  npm_config_userconfig: join(homedir(), '.npmrc'),
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => REACH.test(name))),
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  PATH: pathWith(process.execPath),
  HOME: home,
});

/** @throws NotToBeHad when there is no registry; Error when npm says that something else is wrong. */
export const npm = async (
  args: readonly string[],
  { home, cwd }: { readonly home: string; readonly cwd: string },
): Promise<string> => {
  const { exitCode, stdout, stderr } = await execa('npm', args, {
    cwd,
    env: npmEnv(home),
    extendEnv: false,
    stdin: 'ignore',
    timeout: LIMIT_MS,
    reject: false,
  });
  if (exitCode === 0) return stdout;
  const text = `npm ${args.join(' ')}: ${stdout}\n${stderr}`;
  throw NO_REGISTRY.test(stderr) ? new NotToBeHad(text.slice(0, 500)) : new Error(text);
};

/** Runs something that npm has installed, with nothing in its environment but what a login shell has. */
export const run = async (
  argv: readonly [string, ...string[]],
  {
    home,
    cwd = home,
    node = process.execPath,
    env = {},
  }: {
    readonly home: string;
    readonly cwd?: string;
    readonly node?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Ran> => {
  const [program, ...args] = argv;
  const { exitCode, stdout, stderr, failed, shortMessage } = await execa(program, args, {
    cwd,
    env: { PATH: pathWith(node), HOME: home, LANG: 'C.UTF-8', ...env },
    extendEnv: false,
    stdin: 'ignore',
    timeout: LIMIT_MS,
    reject: false,
  });
  return {
    code: exitCode,
    out: stdout,
    err: failed && exitCode === undefined ? `${stderr}\n${String(shortMessage)}` : stderr,
  };
};

/** `npm pack` in a folder that holds Lifeline's sources. */
export const pack = async (folder: string, to: string, home: string, ...args: readonly string[]): Promise<Packed> => {
  await mkdir(to, { recursive: true });
  const out = await npm(['pack', '--json', '--pack-destination', to, ...args], { home, cwd: folder });
  // What the build prints comes first.
  const [packed] = JSON.parse(out.slice(out.search(/^\[/m))) as readonly {
    filename: string;
    version: string;
    size: number;
    unpackedSize: number;
    files: readonly { path: string }[];
  }[];
  if (!packed) throw new Error(`npm pack made nothing: ${out}`);
  return {
    tarball: join(to, packed.filename),
    version: packed.version,
    files: packed.files.map(({ path }) => path),
    packedBytes: packed.size,
    installedBytes: packed.unpackedSize,
  };
};

/**
 * `npm install -g`, which is also how one upgrades. No package may need a script of its own for it. @returns the
 * command `lifeline`
 */
export const installGlobally = async (tarball: string, prefix: string, home: string): Promise<string> => {
  await mkdir(prefix, { recursive: true });
  await npm(['install', '--global', '--prefix', prefix, '--ignore-scripts', tarball], { home, cwd: prefix });
  return join(prefix, 'bin', 'lifeline');
};

/** Where `installGlobally` has put the package. */
export const packageIn = (prefix: string): string => join(prefix, 'lib', 'node_modules', 'gateway-lifeline');

/** The names of all packages in a `node_modules`, those within others included. */
export const packagesIn = async (modules: string): Promise<readonly string[]> => {
  const entries = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  const names = (
    await Promise.all(
      entries.map(async (name) =>
        name.startsWith('@') ? (await readdir(join(modules, name))).map((part) => `${name}/${part}`) : [name],
      ),
    )
  ).flat();
  const within = names.map((name) => join(modules, name, 'node_modules')).filter((folder) => existsSync(folder));
  return [...names, ...(await Promise.all(within.map(packagesIn))).flat()];
};
