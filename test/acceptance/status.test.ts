/** `lifeline status` with a bot that runs, and without: the same command, and the same words and fields. */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 300_000 };
const BIN = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));

/** The command line has commander, and whoever is told by the bot has not needed it. */
const TELLS = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => (name === 'commander' && process.stderr.write('LOOKS'), next(name, context)) });`;

interface Told {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Whether the bot has told. */
  readonly byBot: boolean;
}

/** As it is installed: by way of `src/bin.ts`. */
const status = ({ sandbox }: Scene, ...words: readonly string[]): Promise<Told> =>
  new Promise((resolve, reject) => {
    const { HOME, PATH, TZ, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(TELLS)}`, BIN, 'status', ...words],
      {
        env: {
          HOME,
          PATH,
          TZ,
          NODE_COMPILE_CACHE,
          ...sandbox.env,
          XDG_CACHE_HOME: join(sandbox.dir, 'cache'),
          LIFELINE_CONFIG: join(sandbox.dir, 'config.yaml'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      const byBot = !said.err.includes('LOOKS');
      resolve({ code, out: said.out, err: said.err.replaceAll('LOOKS', ''), byBot });
    });
  });

/** The same, by the bot: on a slow machine it may not answer at once. */
const byBotAtLast = async (scene: Scene, ...words: readonly string[]): Promise<Told> => {
  let told: Told | null = null;
  await scene.until('the bot to answer', async () => (told = await status(scene, ...words)).byBot);
  if (told === null) throw new Error('nobody was asked');
  return told;
};

type Json = Readonly<Record<string, unknown>>;
const objects = ({ out }: Told): readonly Json[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);

/** The names of all fields, with those of the objects and the first entries of the lists in them. */
const fieldsOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(fieldsOf);
  if (typeof value !== 'object' || value === null) return typeof value === 'object' ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, fieldsOf(child)]));
};

/** Numbers and times pass, and of the band the bot knows what is not on the disk yet. */
const wordsOf = ({ out }: Told): string =>
  (out.split('\n\n')[0] ?? '')
    .replaceAll(/[\d:]+/g, '0')
    .replaceAll(/(?:0 (?:秒不到|秒|分) ?)+/g, '0')
    .trim();

describe('lifeline status', () => {
  test('is told by the bot, and looks itself without one: the same words, fields and exit codes', LIMIT, () =>
    inScene({}, async (scene) => {
      const byBot = await byBotAtLast(scene, '--json');
      expect(byBot).toMatchObject({ code: 0, err: '' });
      expect(objects(byBot)).toMatchObject([
        { kind: 'gateway', name: 'main', ok: true, condition: 'healthy', problem: null },
        { kind: 'lifeline', running: true, store: 'disk' },
      ]);
      const words = await byBotAtLast(scene, 'main');
      expect(words).toMatchObject({ code: 0, err: '' });
      expect(words.out).toMatch(/^🟢 main：运行正常\nQQ：已登录[^]*Lifeline 正在运行/);

      // What only the command line understands, it says.
      expect(await status(scene, 'nobody')).toMatchObject({ code: 2, out: '', byBot: false });
      expect(await status(scene, '--jsn')).toMatchObject({ code: 2, out: '', byBot: false });

      // A bot that stands still is not waited for.
      scene.signalBot('SIGSTOP');
      const stopped = await status(scene, '--json');
      scene.signalBot('SIGCONT');
      expect(stopped).toMatchObject({ code: 0, err: '', byBot: false });
      expect(fieldsOf(objects(stopped))).toEqual(fieldsOf(objects(byBot)));

      // Nor is one that has read another configuration than that of now.
      const file = join(scene.sandbox.dir, 'config.yaml');
      appendFileSync(file, '\n# a word\n');
      expect(await byBotAtLast(scene)).toMatchObject({ code: 0 });
      appendFileSync(file, '\nlog_level: debug\n');
      const other = await status(scene, 'main');
      expect(other).toMatchObject({ code: 0, err: '', byBot: false });
      expect(wordsOf(other)).toBe(wordsOf(words));

      // A killed one leaves its socket behind.
      await scene.endBot('SIGKILL');
      expect(existsSync(join(scene.sandbox.dir, 'lifeline', 'lifeline.sock'))).toBe(true);
      const alone = await status(scene, '--json');
      // Nobody watches.
      expect(alone).toMatchObject({ code: 1, err: '', byBot: false });
      const [gateway, lifeline] = objects(alone);
      expect(fieldsOf(gateway)).toEqual(fieldsOf(objects(byBot)[0]));
      expect(lifeline).toMatchObject({ kind: 'lifeline', running: false, runningSince: null });

      // The next one takes its place, with the file as it is now.
      await scene.startBot();
      expect(await byBotAtLast(scene)).toMatchObject({ code: 0 });
      await scene.endBot('SIGTERM');
      expect(existsSync(join(scene.sandbox.dir, 'lifeline', 'lifeline.sock'))).toBe(false);
      expect(await status(scene)).toMatchObject({ code: 1, byBot: false });
      await scene.startBot();
    }),
  );

  test('says the same of a gateway that has lost a link, and leaves 1', LIMIT, () =>
    inScene({ gateway: { heal: 'off' } }, async (scene) => {
      scene.mayCome(/./);
      await scene.sandbox.gateway.break('qq_gives_up');
      await scene.until('the bot to see it', async () => (await byBotAtLast(scene)).code === 1);
      const byBot = await byBotAtLast(scene, '--json');
      expect(byBot).toMatchObject({ code: 1, err: '' });
      renameSync(
        join(scene.sandbox.dir, 'lifeline', 'lifeline.sock'),
        join(scene.sandbox.dir, 'lifeline', 'aside.sock'),
      );
      const alone = await status(scene, '--json');
      expect(alone).toMatchObject({ code: 1, err: '' });
      const essence = ([gateway]: readonly Json[]): unknown => {
        const { ok, condition, cause, links, openIncident, decision } = gateway ?? {};
        return { ok, condition, cause, links, openIncident, decision };
      };
      expect(essence(objects(alone))).toEqual(essence(objects(byBot)));
    }),
  );
});
