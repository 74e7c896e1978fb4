/**
 * Makes the program that is published: the sources and all packages in few files, so that it starts fast and takes
 * little memory (docs/facts/memory.md). What only some commands need lies in files of its own, which are loaded then.
 */
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Files that are started by name: the program and its child processes. */
const ENTRIES = ['src/bin', 'src/main', 'sandbox/gateway/main'];
const SDK = join(ROOT, 'node_modules/@larksuiteoapi/node-sdk');

/** The SDK reads its version from a file that is not in the bundle. */
const SDK_VERSION = 'let cachedVersion;';

/** The SDK's ES build, of which only what is used is bundled, in the place of the one that is loaded by `require`. */
const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup: (build) => {
    build.onResolve({ filter: /^@larksuiteoapi\/node-sdk$/ }, () => ({
      path: join(SDK, 'es/index.js'),
      sideEffects: false,
    }));
    build.onLoad({ filter: /@larksuiteoapi\/node-sdk\/es\/index\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes(SDK_VERSION)) throw new Error(`${path} finds its version in another way now`);
      const { version } = JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8')) as { readonly version: string };
      return { contents: source.replace(SDK_VERSION, `let cachedVersion = ${JSON.stringify(version)};`), loader: 'js' };
    });
  },
};

/**
 * An `import` of a module of Node evaluates every getter that it has, and with it loads parts of Node that nothing
 * uses: for `node:http` all of undici, 10 MB. Here only the names that are used are evaluated, because the bundler
 * leaves the others out.
 */
const leanNode: Plugin = {
  name: 'lean-node',
  setup: (build) => {
    build.onResolve({ filter: /^(node:)?[a-z_]+(\/\w+)?$/ }, ({ path, kind, namespace }) => {
      const name = path.replace(/^(node:)?/, 'node:');
      return kind === 'import-statement' && namespace !== 'lean-node' && process.getBuiltinModule(name)
        ? { path: name, namespace: 'lean-node', sideEffects: false }
        : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'lean-node' }, ({ path }) => {
      const names = Object.keys(Object.getOwnPropertyDescriptors(process.getBuiltinModule(path))).filter(
        (name) => /^\w+$/.test(name) && name !== 'default',
      );
      return {
        contents: `const it = process.getBuiltinModule('${path}');\nexport default it;\n${names.map((name) => `export const ${name} = /* @__PURE__ */ (() => it.${name})();`).join('\n')}`,
        loader: 'js',
      };
    });
  },
};

/**
 * The NATS client is CommonJS and loaded by `import()`: Node finds the names in it, where the bundler would export the
 * default alone.
 */
const namesOfNats: Plugin = {
  name: 'names-of-nats',
  setup: (build) => {
    build.onResolve({ filter: /^@nats-io\// }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'names-of-nats' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'names-of-nats' }, async ({ path }) => {
      const names = Object.keys((await import(path)) as object).filter((name) => /^\w+$/.test(name) && name !== 'default');
      return { contents: `export { ${names.join(', ')} } from '${path}';`, loader: 'js', resolveDir: ROOT };
    });
  },
};

/** A first `Intl.DateTimeFormat` reads 7 MB of Node's file, and node-cron asks it about every moment. */
const leanCron: Plugin = {
  name: 'lean-cron',
  setup: (build) => {
    build.onLoad({ filter: /node-cron\/dist\/_shared\.js$/ }, ({ path }) => {
      let source = readFileSync(path, 'utf8');
      for (const [begin, call] of [
        ['function buildDateParts(date, timezone) {', 'cronParts'],
        ['function getTimezoneGMT(date, timezone) {', 'cronGmt'],
      ] as const) {
        if (!source.includes(begin)) throw new Error(`${path} reads times in another way now`);
        source = source.replace(begin, `${begin}\n    if (timezone === undefined || timezone === 'UTC') return ${call}(date, timezone);`);
      }
      return {
        contents: `import { cronParts, cronGmt } from ${JSON.stringify(join(ROOT, 'build/cron-times.ts'))};\n${source}`,
        loader: 'js',
      };
    });
  },
};

const THREAD_FILE = "new URL('./judge-worker.ts', import.meta.url)";

/**
 * The program of the thread that searches, as an expression. It is in the bundle, so that a running Lifeline needs no
 * file of a package that is being replaced; packed, because few searches are made.
 */
const threadProgram = async (): Promise<string> => {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ['src/sensors/logs/judge-worker.ts'],
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22.18',
    minify: true,
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [leanNode],
  });
  const packed = deflateRawSync(outputFiles[0]?.contents ?? '', { level: 9 }).toString('base64');
  return `process.getBuiltinModule('node:zlib').inflateRawSync(Buffer.from('${packed}', 'base64')).toString()`;
};

const searchThread: Plugin = {
  name: 'search-thread',
  setup: (build) => {
    build.onLoad({ filter: /\/src\/sensors\/logs\/judge-apart\.ts$/ }, async ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes(THREAD_FILE)) throw new Error(`${path} begins its thread in another way now`);
      return { contents: source.replace(THREAD_FILE, await threadProgram()), loader: 'ts' };
    });
  },
};

/**
 * Writes the program into the folder, which is emptied before; `first` are plugins that come before its own. Returns
 * what has gone into it.
 */
export const bundle = async (folder: string, first: readonly Plugin[] = []): Promise<Metafile> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(ENTRIES.map((entry) => [entry, `${entry}.ts`])),
    outdir: folder,
    chunkNames: 'src/parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    minify: true,
    keepNames: false,
    // Other letters would make V8 keep each string of a file with two bytes a letter.
    charset: 'ascii',
    sourcemap: 'external',
    sourcesContent: false,
    // Licences are in a file of their own.
    legalComments: 'none',
    // Packages of the older kind ask for Node's modules in this way.
    banner: {
      js: "import { createRequire as madeRequire } from 'node:module'; const require = madeRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
    plugins: [...first, leanSdk, leanNode, leanCron, namesOfNats, searchThread],
  });
  cpSync(join(ROOT, 'sandbox/page/static'), join(folder, 'sandbox/page/static'), { recursive: true });
  return metafile;
};

/**
 * The end of `src/main.ts` waits for the command, which CommonJS cannot do at the top of a file. What is loaded late is
 * in the same file here.
 */
const asCommonJs: Plugin = {
  name: 'as-common-js',
  setup: (build) => {
    build.onLoad({ filter: /\/src\/main\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const end = source.lastIndexOf('\ntry {\n  await program.parseAsync()');
      if (end < 0) throw new Error(`${path} ends in another way now`);
      return { contents: `${source.slice(0, end)}\nvoid (async () => {${source.slice(end)}})();`, loader: 'ts' };
    });
  },
};

/** Writes the whole program into one file of CommonJS, for the single executable. */
export const bundleAsOne = async (file: string): Promise<void> => {
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outfile: file,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22.18',
    minify: true,
    charset: 'ascii',
    legalComments: 'none',
    define: { 'import.meta.url': 'ownUrl', 'import.meta.dirname': 'ownFolder' },
    banner: {
      js: "const ownUrl = require('node:url').pathToFileURL(process.execPath).href; const ownFolder = require('node:path').dirname(process.execPath);",
    },
    logLevel: 'warning',
    plugins: [leanSdk, leanNode, leanCron, asCommonJs, searchThread],
  });
};
