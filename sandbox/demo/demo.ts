/**
 * `lifeline demo`: a sandbox with a gateway that can be broken, the real bot watching it, and a page with two phones and a group chat.
 * Everything is on the loopback and in one temporary folder, and all of it is gone when the demo ends.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../../src/base/errors.ts';
import { localeOf } from '../../src/base/language-of-environment.ts';
import { startPhonePage } from '../page/server.ts';
import type { Stage } from '../page/stage.ts';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { failWhenBotEnds, startBot } from './bot.ts';
import { fleetStageOf } from './fleet-stage.ts';
import { createFleetWorld, whyNoFleet } from './fleet-world.ts';
import { terminalIo, type DemoIo } from './io.ts';
import { FURTHER_LINKS } from './links.ts';
import { playStory } from './play.ts';
import { groupConfig, isUp, stageOf } from './stage.ts';
import { STORY } from './story.ts';
import { listen, transcriptOf } from './transcript.ts';
import { createUndo, type Undo } from './undo.ts';

export interface DemoOptions {
  /** The page's port; a free one by default. */
  readonly port?: number;
  /** No page: the conversation is printed. */
  readonly headless?: boolean;
  /** Plays the fixed story, prints it and ends. */
  readonly script?: boolean;
  /** Leaves the temporary folder with all logs behind, and says where it is. */
  readonly keep?: boolean;
  /** Three hosts and two hubs in the place of one gateway. */
  readonly fleet?: boolean;
  /** The program that is run as the bot instead of Lifeline's own, for tests. */
  readonly main?: string;
}

const UP_LIMIT_MS = 60_000;
/** Each fault is a story of its own, and its end comes soon. */
const QUICK = { watch: { settle: '3s', again: '0s' } } as const;

/** @returns the exit code: 0 when stopped by hand or the story went well, 1 when it did not or something failed. */
export const runDemo = async (options: DemoOptions, io: DemoIo = terminalIo()): Promise<number> => {
  // Ends whatever the demo waits for, because the person stopped it or because the bot is gone.
  const over = new AbortController();
  const interrupted = (): void => over.abort();
  io.signal.addEventListener('abort', interrupted);
  if (io.signal.aborted) over.abort();
  try {
    return await play(options, io, over);
  } catch (thrown) {
    if (io.signal.aborted) return 0;
    io.err(errorText(over.signal.aborted ? over.signal.reason : thrown));
    return 1;
  } finally {
    io.signal.removeEventListener('abort', interrupted);
  }
};

const play = async (options: DemoOptions, io: DemoIo, over: AbortController): Promise<number> => {
  // Undone in reverse: the bot first, since it would start the gateway again.
  const undo = createUndo();
  try {
    return await playOn(options, io, over, undo);
  } finally {
    await undo.all();
  }
};

const playOn = async (options: DemoOptions, io: DemoIo, over: AbortController, undo: Undo): Promise<number> => {
  const { signal } = over;
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-demo-'));
  undo.defer(() => (options.keep ? io.out(`Kept: ${dir}`) : rm(dir, { recursive: true, force: true, maxRetries: 5 })));
  signal.throwIfAborted();
  if (options.fleet) return await playFleet(options, io, { dir, signal, undo });
  // The page has a button for its language.
  const locale = options.headless === true || options.script === true ? localeOf(process.env) : 'zh-CN';
  const sandbox = await createSandbox({ dir, locale, gateway: { platforms: FURTHER_LINKS } });
  undo.defer(() => sandbox.stop());
  signal.throwIfAborted();
  await sandbox.gateway.start();
  signal.throwIfAborted();

  sandbox.feishu.addToGroup(sandbox.cast.lifeline.feishu.appId, sandbox.cast.group);
  const settings = { ...QUICK, ...groupConfig(sandbox) };
  const bot = startBot({
    config: sandbox.writeConfig(settings),
    env: sandbox.env,
    ...(options.main && { main: options.main }),
  });
  undo.defer(() => bot.stop());
  failWhenBotEnds(bot).catch((reason: unknown) => over.abort(reason));
  await untilUp(sandbox, signal);

  const stage = stageOf(
    sandbox,
    (language) => {
      sandbox.writeConfig({ ...settings, locale: language === 'zh' ? 'zh-CN' : 'en' });
      bot.reload();
    },
    locale === 'en' ? 'en' : 'zh',
  );
  if (options.headless || options.script) {
    undo.defer(listen(stage, (heard) => io.out(transcriptOf(heard, stage.language()))));
  }
  if (options.headless && !options.script) io.out('对话会打印在这里 · the conversation is printed here (Ctrl-C: stop)');
  if (!options.headless) {
    const page = await startPhonePage(stage, options.port === undefined ? {} : { port: options.port });
    undo.defer(() => page.stop());
    io.out(welcome(page.url));
  }
  if (options.script) return await tellStory(stage, io, signal);
  await untilAborted(signal, io.signal);
  return 0;
};

const playFleet = async (
  options: DemoOptions,
  io: DemoIo,
  { dir, signal, undo }: { readonly dir: string; readonly signal: AbortSignal; readonly undo: Undo },
): Promise<number> => {
  const reason = whyNoFleet() ?? (options.script ? '--fleet has no script · --fleet 没有剧本' : null);
  if (reason !== null) throw new Error(reason);
  const world = await createFleetWorld(dir, undo);
  signal.throwIfAborted();
  for (const deadline = Date.now() + UP_LIMIT_MS; world.speaking() === null; await sleep(100, undefined, { signal }))
    if (Date.now() > deadline)
      throw new Error(`No hub speaks after ${UP_LIMIT_MS / 1000} s; run it with --keep and read the logs.`);
  const stage = fleetStageOf(world);
  if (options.headless) undo.defer(listen(stage, (heard) => io.out(transcriptOf(heard))));
  else {
    const page = await startPhonePage(stage, options.port === undefined ? {} : { port: options.port });
    undo.defer(() => page.stop());
    io.out(fleetWelcome(page.url));
  }
  await untilAborted(signal, io.signal);
  return 0;
};

const untilUp = async (sandbox: Sandbox, signal: AbortSignal): Promise<void> => {
  for (const deadline = Date.now() + UP_LIMIT_MS; !isUp(sandbox); await sleep(100, undefined, { signal })) {
    if (Date.now() > deadline)
      throw new Error(
        `Not everything was connected within ${UP_LIMIT_MS / 1000} s; run it with --keep and read the logs.`,
      );
  }
};

const tellStory = async (stage: Stage, io: DemoIo, signal: AbortSignal): Promise<number> => {
  const problems = await playStory(STORY, stage, io, signal);
  io.out(problems.length === 0 ? '\n✓ 全部符合预期 · all as expected' : '');
  for (const problem of problems) io.err(`✗ ${problem}`);
  return problems.length === 0 ? 0 : 1;
};

/** Resolves when the person stops the demo; rejects when something else ends it. */
const untilAborted = async (signal: AbortSignal, byHand: AbortSignal): Promise<void> => {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  if (!byHand.aborted) throw signal.reason;
};

const welcome = (url: string): string => `
  Lifeline 演示 · demo

  ➜  ${url}

  试试：按「QQ 放弃重连」，看手机和群里的告警、重启、恢复；在手机里发 /status、/logs 20、/restart
  Try: press "QQ gives up" and watch the phones and the group; send /status, /logs 20, /restart
  停止 · stop: Ctrl-C
`;

const fleetWelcome = (url: string): string => `
  Lifeline 机群演示 · demo of a fleet

  ➜  ${url}

  试试：杀掉说话的中枢、web-2 断电、db-1 断网；在手机里发 /status、/restart web-1/main、/restart role=edge
  Try: kill the hub that speaks, cut web-2 and db-1 off; send /status, /restart web-1/main, /restart role=edge
  停止 · stop: Ctrl-C
`;
