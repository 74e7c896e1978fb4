/**
 * What the fake OpenClaw and its test agree on: files in `<state folder>/fake`, since they outlive a process that is
 * killed and can be read while its loop is blocked. The test writes the world, the gateway writes the journal.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessId } from '../../../../sandbox/gateway/proc.ts';

export type ChannelId = 'feishu' | 'qqbot';
export const CHANNELS: readonly ChannelId[] = ['feishu', 'qqbot'];

/**
 * What a connection that is being opened meets: a login, no answer for ever, or an error that its SDK takes for final.
 */
export type Platform = 'answers' | 'silent' | 'refuses';

/** Happens once, when the gateway reads it. */
export type Act =
  /** Feishu: cut, and tried again. QQ: closed with 1000, after which the plugin tries nothing. */
  | { readonly kind: 'drop'; readonly channel: ChannelId }
  /** The gateway's own health monitor restarts it. */
  | { readonly kind: 'monitor'; readonly channel: ChannelId }
  /** The event loop turns no more. */
  | { readonly kind: 'block' };

export interface World {
  /** The test; without it the gateway ends, so that nothing is left behind. */
  readonly owner: ProcessId;
  readonly platforms: Readonly<Record<ChannelId, Platform>>;
  /** What `channels.start` answers; `retry` and `task-owned` mean that nothing was done. */
  readonly startOutcomes: readonly ('handed-off' | 'retry' | 'task-owned')[];
  /** Whether the WebSocket handshake of a backend client is taken. */
  readonly handshake: 'taken' | 'refused';
  /** Carried out, but the answer is kept back. */
  readonly keepsBack: readonly string[];
  /** How long running work holds up a stop, by the gateway's clock. */
  readonly drainMs: number;
  readonly acts: readonly Act[];
}

/** One thing that the gateway did or was asked. */
export interface Entry {
  /** By the gateway's clock. */
  readonly at: number;
  readonly pid: number;
  /** `boot`, `ready`, `suppressed`, `exit 78`, `channels.stop feishu`, `channels.start feishu retry`, `login qqbot`… */
  readonly what: string;
}

const folder = (home: string): string => join(home, 'fake');
const worldFile = (home: string): string => join(folder(home), 'world.json');
const journalFile = (home: string): string => join(folder(home), 'journal.jsonl');

export const readWorld = (home: string): World => JSON.parse(readFileSync(worldFile(home), 'utf8')) as World;

/** At once for whoever reads it: never half of it. */
export const writeWorld = (home: string, world: World): void => {
  mkdirSync(folder(home), { recursive: true });
  writeFileSync(`${worldFile(home)}.new`, JSON.stringify(world));
  renameSync(`${worldFile(home)}.new`, worldFile(home));
};

export const note = (home: string, entry: Entry): void =>
  appendFileSync(journalFile(home), `${JSON.stringify(entry)}\n`);

export const readJournal = (home: string): readonly Entry[] =>
  existsSync(journalFile(home))
    ? readFileSync(journalFile(home), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Entry)
    : [];
