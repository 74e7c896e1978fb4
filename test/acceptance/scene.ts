/**
 * Acceptance tests start the real binary against the sandbox and declare every message that may reach a phone, with
 * a time window. A declared message that does not come fails the test, and so does one that nobody declared.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parse, stringify } from 'yaml';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { breakableProgram } from './fixtures/breakable-program.ts';
import { BREAK, WHILE, type Breakage } from './fixtures/breakage.ts';
import type { PhoneMessage, PhonePlatform } from '../../sandbox/phone.ts';
import { MAIN, QUICK_START } from '../program.ts';

/** Machines are slow at times; this only ends what hangs. */
const PATIENCE_MS = 120_000;
const POLL_MS = 50;
/** Feishu's limit of messages to one chat counts over a second (docs/facts/feishu.md 4.1). */
const LIMIT_WINDOW_MS = 1_000;
/** The bot logs where it also speaks to whoever runs it. */
const LOG_LINE = /^\{.*\}\n/gm;

export type PhoneName = 'feishu' | 'qq';

export interface SceneOptions {
  readonly speed?: number;
  /** Parts of the configuration, also such as need to know the sandbox. */
  readonly config?:
    | Readonly<Record<string, unknown>>
    | ((sandbox: Sandbox) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>);
  /** The sandbox's own gateway is not started: the configuration names others, which run by then. */
  readonly ownGateways?: boolean;
  /** Keys of the one gateway in the configuration. */
  readonly gateway?: Readonly<Record<string, unknown>>;
  readonly locale?: 'zh-CN' | 'en';
  /** Given to `lifeline run` besides the configuration. */
  readonly args?: readonly string[];
  /** Functions of the bot that throw between `breakNow` and `mendNow`. */
  readonly breaks?: readonly Breakage[];
  readonly timings?: Parameters<typeof createSandbox>[0]['gateway'];
}

interface Want {
  readonly phone: PhoneName;
  readonly user: string;
  readonly text: RegExp;
  readonly deadline: number;
  met: PhoneMessage | null;
}

export interface BookedIncident {
  readonly gateway: string;
  readonly link: string | null;
  readonly open: boolean;
  /** By the clock of the sandbox; null while it is ill. */
  readonly wellSince: number | null;
  readonly outages: number;
  readonly told: string;
}

/** A row of the audit. */
export interface Audited {
  readonly channel: string;
  readonly sender: string;
  readonly operator: string | null;
  readonly command: string;
  readonly outcome: string;
  readonly detail: string | null;
}

export interface Ended {
  readonly code: number | null;
  /** Without its log. */
  readonly err: string;
}

export interface Scene {
  readonly sandbox: Sandbox;
  /**
   * Declares one message to the operator on each of the phones, from now on and within `withinMs`; resolves when they
   * came.
   */
  want(
    phones: readonly PhoneName[],
    text: RegExp,
    options?: { readonly withinMs?: number; readonly user?: 'operator' | 'stranger' },
  ): Promise<readonly PhoneMessage[]>;
  /** Such messages may come or not: what takes long on a slow machine says that it takes long. */
  mayCome(text: RegExp): void;
  /** A person writes to Lifeline. */
  say(
    phone: PhoneName,
    text: string,
    options?: {
      readonly as?: 'operator' | 'stranger';
      readonly id?: string;
      readonly at?: number;
      readonly quotes?: string;
    },
  ): PhoneMessage;
  /** A finger on a button of Lifeline's message; by default on the first one. */
  tap(
    phone: PhoneName,
    messageId: string,
    label?: string,
  ): Promise<{ readonly answered: boolean; readonly toast: string | null }>;
  /** A message as it is now. */
  shown(phone: PhoneName, messageId: string): PhoneMessage;
  /** What a message has looked like so far, oldest first. */
  versions(messageId: string): readonly PhoneMessage[];
  /** Waits on any condition of the world. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** Real time passes in which only declared messages may come. */
  quiet(ms: number): Promise<void>;
  /** Ends the bot, hard or gently. @returns how it ended, and what it last said to whoever runs it. */
  endBot(signal: NodeJS.Signals): Promise<Ended>;
  /** Starts the bot again; resolves when it is connected. */
  startBot(): Promise<void>;
  /** Ends the bot, hard or gently, and starts it anew. */
  restartBot(signal: NodeJS.Signals): Promise<void>;
  /**
   * What Lifeline says to these people needs no declaration. @returns it, as it comes; for a crowd, in which each
   * counts for little.
   */
  overhear(users: readonly string[] | ((user: string) => boolean)): readonly PhoneMessage[];
  /** The bot's process now, and what it has said so far on its outputs, its log among it. */
  bot(): { readonly pid: number; readonly said: string };
  /** From now on `breaks` throw. */
  breakNow(): void;
  mendNow(): void;
  /** Lets the bot stand still, or go on. */
  signalBot(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Who asked for what, by Lifeline's own book. */
  audit(): readonly Audited[];
  /** How many rows there are in its store, in all tables together. */
  rows(): number;
  /** What Lifeline has found to be ill so far, by its own book, whether it told of it or not. */
  incidents(): readonly BookedIncident[];
  /** Ends everything. @throws when a declared message did not come, or one came that nobody declared. */
  end(): Promise<void>;
}

/** Opens a scene: sandbox, healthy gateway and the bot, connected on both platforms. */
export const openScene = async ({
  speed = 1,
  config = {},
  gateway: gatewayKeys,
  ownGateways = false,
  locale,
  args = [],
  breaks = [],
  timings,
}: SceneOptions = {}): Promise<Scene> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-scene-'));
  const sandbox = await createSandbox({
    dir,
    speed,
    ...(locale ? { locale } : {}),
    ...(timings ? { gateway: timings } : {}),
  });
  const runtime = join(dir, 'run');
  await mkdir(runtime, { mode: 0o700 });
  const file = sandbox.writeConfig(typeof config === 'function' ? await config(sandbox) : config);
  if (gatewayKeys) addGatewayKeys(file, gatewayKeys);
  const whileThere = join(dir, 'break-now');
  const platforms: Record<PhoneName, PhonePlatform> = { feishu: sandbox.feishu, qq: sandbox.qq };
  const wants: Want[] = [];
  const undeclared: string[] = [];
  const allowed: RegExp[] = [];
  const seen = new Map<string, PhoneMessage[]>();
  /** By the machine's clock, also where the sandbox's runs faster. */
  let lastSentAt = 0;
  const overheard: { readonly isOne: (user: string) => boolean; readonly messages: PhoneMessage[] }[] = [];
  let log = '';
  let err = '';
  let bot: ChildProcess | null = null;

  const isLifelines = (phone: PhoneName, appId: string): boolean => appId === sandbox.cast.lifeline[phone].appId;
  for (const phone of ['feishu', 'qq'] as const) {
    platforms[phone].onMessage((appId, message) => {
      if (message.from !== 'bot' || !isLifelines(phone, appId)) return;
      lastSentAt = Date.now();
      const earlier = seen.get(message.id) ?? [];
      seen.set(message.id, [...earlier, message]);
      // A message that changes is no new one; what it says in the end is looked at where that matters.
      if (earlier.length > 0) return;
      const ears = overheard.filter(({ isOne }) => isOne(message.user));
      for (const { messages } of ears) messages.push(message);
      if (ears.length > 0) return;
      const want = wants.find(
        (open) =>
          !open.met &&
          open.phone === phone &&
          open.user === message.user &&
          Date.now() <= open.deadline &&
          open.text.test(message.text),
      );
      if (want) want.met = message;
      else if (!allowed.some((text) => text.test(message.text)))
        undeclared.push(`${phone} to ${nameOf(sandbox, phone, message.user)}: ${message.text}`);
    });
  }

  const until = async (what: string, holds: () => boolean | Promise<boolean>, limitMs = PATIENCE_MS): Promise<void> => {
    for (const deadline = Date.now() + limitMs; Date.now() < deadline;) {
      if (await holds()) return;
      await pause(POLL_MS);
    }
    throw new Error(
      `waited in vain for ${what}\nundeclared so far: ${JSON.stringify(undeclared, null, 1)}\nthe bot's log:\n${log.split('\n').slice(-40).join('\n')}`,
    );
  };

  const shown = (phone: PhoneName, messageId: string): PhoneMessage => {
    const found = platforms[phone]
      .conversation(sandbox.cast.lifeline[phone].appId, sandbox.cast.operator[phone])
      .find(({ id }) => id === messageId);
    if (!found) throw new Error(`the operator has no message ${messageId} on ${phone}`);
    return found;
  };

  /**
   * A bot that is started anew does not know what the one before has just sent, and Feishu's limit counts both: an alert
   * that is refused so is put off, and not sent at all when the trouble is over by then and QQ has told of both.
   */
  const isLimitFree = (): boolean => Date.now() - lastSentAt > LIMIT_WINDOW_MS;

  const startBot = async (): Promise<void> => {
    await until('Feishu to count no message of the bot before this one any more', isLimitFree);
    const program = breaks.length > 0 ? await breakableProgram() : MAIN;
    const child = spawn(process.execPath, [...QUICK_START, program, 'run', '--config', file, ...args], {
      env: {
        ...cleanEnvironment(),
        XDG_RUNTIME_DIR: runtime,
        ...sandbox.env,
        [BREAK]: JSON.stringify(breaks),
        [WHILE]: whileThere,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    bot = child;
    err = '';
    child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      err += chunk.toString();
    });
    await until('the bot to connect on both platforms', () => {
      if (child.exitCode !== null) throw new Error(`the bot ended with ${child.exitCode}:\n${log}`);
      return (['feishu', 'qq'] as const).every(
        (phone) => platforms[phone].connections(sandbox.cast.lifeline[phone].appId) > 0,
      );
    });
  };

  const endBot = async (signal: NodeJS.Signals): Promise<Ended> => {
    const child = bot;
    bot = null;
    if (child?.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill(signal);
      await gone;
    }
    return { code: child?.exitCode ?? null, err: err.replaceAll(LOG_LINE, '') };
  };

  const close = async (): Promise<void> => {
    // One that stands still would not hear it.
    bot?.kill('SIGCONT');
    await endBot('SIGTERM');
    await sandbox.stop();
    await rm(dir, { recursive: true, force: true });
  };

  try {
    if (!ownGateways) {
      await sandbox.gateway.start();
      await until('the gateway to be ready', () =>
        sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
      );
    }
    await startBot();
  } catch (error) {
    await close();
    throw error;
  }

  return {
    sandbox,
    want: async (phones, text, { withinMs = PATIENCE_MS, user = 'operator' } = {}) => {
      const declared = phones.map((phone): Want => ({
        phone,
        user: sandbox.cast[user][phone],
        text,
        deadline: Date.now() + withinMs,
        met: null,
      }));
      wants.push(...declared);
      await until(
        `${String(text)} on ${phones.join(' and ')}`,
        () => declared.every(({ met }) => met !== null),
        withinMs,
      );
      return declared.flatMap(({ met }) => met ?? []);
    },
    mayCome: (text) => void allowed.push(text),
    say: (phone, text, { as = 'operator', ...options } = {}) =>
      platforms[phone].say(sandbox.cast.lifeline[phone].appId, sandbox.cast[as][phone], text, options),
    tap: (phone, messageId, label) => {
      const buttons =
        shown(phone, messageId).card?.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : [])) ?? [];
      const button = label === undefined ? buttons[0] : buttons.find((each) => each.label === label);
      if (!button) throw new Error(`no button ${label ?? ''} on ${messageId}, only ${JSON.stringify(buttons)}`);
      return platforms[phone].press(
        sandbox.cast.lifeline[phone].appId,
        sandbox.cast.operator[phone],
        messageId,
        button.id,
      );
    },
    shown,
    versions: (messageId) => seen.get(messageId) ?? [],
    until,
    quiet: async (ms) => {
      await pause(ms);
      if (undeclared.length > 0) throw new Error(`messages that nobody declared:\n${undeclared.join('\n---\n')}`);
    },
    endBot,
    startBot,
    restartBot: async (signal) => {
      // The answer and the note of it are two steps; what a kill between them does is the matter of the killed-* tests.
      await until(
        'what was answered to be noted',
        () => booked(dir, 'SELECT 1 FROM seen WHERE unfinished IS NOT NULL').length === 0,
      );
      await endBot(signal);
      await startBot();
    },
    overhear: (users) => {
      const messages: PhoneMessage[] = [];
      const listed = typeof users === 'function' ? null : new Set(users);
      overheard.push({ isOne: typeof users === 'function' ? users : (user) => listed?.has(user) === true, messages });
      return messages;
    },
    bot: () => ({ pid: bot?.pid ?? 0, said: log }),
    breakNow: () => writeFileSync(whileThere, ''),
    mendNow: () => rmSync(whileThere, { force: true }),
    signalBot: (signal) => void bot?.kill(signal),
    audit: () => booked(dir, 'SELECT * FROM audit') as unknown as readonly Audited[],
    rows: () =>
      booked(dir, "SELECT name FROM sqlite_schema WHERE type = 'table'").reduce(
        (sum, { name }) => sum + Number(booked(dir, `SELECT count(*) AS n FROM "${String(name)}"`)[0]?.['n']),
        0,
      ),
    incidents: () =>
      booked(dir, 'SELECT gateway, link, closed_at, well_since, outages, told FROM incidents ORDER BY id').map(
        (row): BookedIncident => ({
          gateway: String(row['gateway']),
          link: typeof row['link'] === 'string' ? row['link'] : null,
          open: row['closed_at'] === null,
          wellSince: row['well_since'] === null ? null : Number(row['well_since']),
          outages: Number(row['outages']),
          told: String(row['told']),
        }),
      ),
    end: async () => {
      await close();
      const missing = wants.filter(({ met }) => met === null).map(({ phone, text }) => `${phone}: ${String(text)}`);
      const complaints = [
        ...(missing.length > 0 ? [`declared messages that did not come:\n${missing.join('\n')}`] : []),
        ...(undeclared.length > 0 ? [`messages that nobody declared:\n${undeclared.join('\n---\n')}`] : []),
      ];
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    },
  };
};

/** Plays a story in a scene of its own; what goes wrong in it is told before what that leaves undone. */
export const inScene = async (options: SceneOptions, play: (scene: Scene) => Promise<void>): Promise<void> => {
  const scene = await openScene(options);
  try {
    await play(scene);
  } catch (error) {
    await scene.end().catch(() => undefined);
    throw error;
  }
  await scene.end();
};

const booked = (dir: string, query: string): readonly Record<string, unknown>[] => {
  const db = new DatabaseSync(join(dir, 'lifeline', 'lifeline.db'), { readOnly: true });
  try {
    return db
      .prepare(query)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    db.close();
  }
};

export const addGatewayKeys = (file: string, keys: Readonly<Record<string, unknown>>): void => {
  const config = parse(readFileSync(file, 'utf8')) as { readonly gateways: readonly object[] };
  writeFileSync(file, stringify({ ...config, gateways: config.gateways.map((gateway) => ({ ...gateway, ...keys })) }), {
    mode: 0o600,
  });
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const nameOf = ({ cast }: Sandbox, phone: PhoneName, user: string): string => {
  if (user === cast.operator[phone]) return 'the operator';
  return user === cast.stranger[phone] ? 'the stranger' : user;
};

/** The test runner's own settings do not reach the bot. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    ['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR', 'NODE_COMPILE_CACHE'].flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  );
