/**
 * What was changed around one gateway, and when: compared with what was seen before, kept over a restart of Lifeline.
 * It is no evidence: nothing is concluded from it, people are told of it.
 */
import { uptime } from 'node:os';
import { errorText } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { within } from '../../base/time-limit.ts';
import { isTrouble, type Verdict } from '../../diagnosis/verdict.ts';
import type { Before, Change } from '../../incidents/change.ts';
import type { Trait, TraitsSeen } from '../../sensors/changing.ts';
import type { Meta } from '../../store/meta.ts';
import type { Span } from '../../store/watched.ts';
import type { Look } from './look.ts';

export interface ChangeWatch {
  /** Looks at the files as they are when the watch begins. Never throws. */
  begin(): Promise<void>;
  /** Takes in a look, and compares the files when that is due: soon where something is wrong. Never throws. */
  follow(look: Look): Promise<void>;
  /** What is known of the time before now, of the gateway (null) and each of its links. */
  before(link: string | null): Before;
}

export interface ChangeWatchOptions {
  readonly gateway: string;
  readonly lookAtTraits: () => Promise<TraitsSeen>;
  readonly meta: Meta;
  /** When the machine started, by its own clock. */
  readonly bootedAt?: () => number;
  readonly now: () => number;
  readonly logger: Logger;
}

/** A quiet gateway's files are compared this often; those of an ill one at each look, but no more often than this. */
const WELL_EVERY_MS = 60_000;
const ILL_EVERY_MS = 2_000;
/** Files on a disk that hangs hold up no verdict. */
const LIMIT_MS = 2_000;
const KEPT_MS = 2 * 86_400_000;
const MOST_KEPT = 30;

interface Kept {
  /** When the traits were first seen as they are. */
  readonly at: number;
  readonly traits: TraitsSeen | null;
  readonly changes: readonly Change[];
}

const machineStart = (): number => Math.round(Date.now() - uptime() * 1_000);

export const createChangeWatch = ({
  gateway,
  lookAtTraits,
  meta,
  bootedAt = machineStart,
  now,
  logger,
}: ChangeWatchOptions): ChangeWatch => {
  const key = `changes ${gateway}`;
  let kept = parseKept(meta.get(key));
  let comparedAt = -Infinity;
  let lastSeenAt: number | null = null;
  let running: Promise<void> | null = null;
  const goodAt = new Map<string | null, number>();

  const compare = async (): Promise<void> => {
    const seen = await lookAtTraits();
    const at = now();
    const found = kept.traits ? changesBetween(kept.traits, seen, { from: lastSeenAt ?? kept.at, to: at }) : [];
    lastSeenAt = at;
    const next: Kept = {
      at: kept.traits && found.length === 0 ? kept.at : at,
      traits: kept.traits ? merged(kept.traits, seen) : seen,
      changes: [...kept.changes, ...found].filter((change) => at - change.at < KEPT_MS).slice(-MOST_KEPT),
    };
    if (JSON.stringify(next) !== JSON.stringify(kept)) meta.set(key, JSON.stringify(next));
    kept = next;
    for (const change of found) logger.info({ gateway, change }, 'something of the gateway was changed');
  };

  const compareIfDue = async (ill: boolean): Promise<void> => {
    const at = now();
    if (Math.abs(at - comparedAt) < (ill ? ILL_EVERY_MS : WELL_EVERY_MS)) return;
    comparedAt = at;
    running ??= compare().finally(() => (running = null));
    await within(running, LIMIT_MS);
  };

  const compareQuietly = async (ill: boolean): Promise<void> => {
    try {
      await compareIfDue(ill);
    } catch (error) {
      logger.warn({ gateway, error: errorText(error) }, 'what was changed of the gateway could not be looked at');
    }
  };

  return {
    begin: () => compareQuietly(false),
    follow: (look) => {
      for (const verdict of look.verdicts) if (isGood(verdict)) goodAt.set(verdict.link, look.at);
      return compareQuietly(look.verdicts.some(isTrouble));
    },
    before: (link) => ({
      changes: [...kept.changes, { what: 'reboot', at: bootedAt() }],
      lastGoodAt: goodAt.get(link) ?? null,
    }),
  };
};

const isGood = ({ condition }: Verdict): boolean => condition === 'healthy' || condition === 'up';

/**
 * What differs between two looks, with the time of the file where that lies between them: an unpacked file keeps the
 * time at which its makers wrote it. Then the time of the second look.
 */
const changesBetween = (before: TraitsSeen, after: TraitsSeen, { from, to: now }: Span): readonly Change[] => {
  const timeOf = ({ at }: Trait): number => (at !== null && at >= from && at <= now ? at : now);
  const { version } = after;
  const changes: Change[] = [];
  if (before.version && version && before.version.value !== version.value)
    changes.push({ what: 'version', at: timeOf(version), from: before.version.value, to: version.value });
  for (const [file, trait] of Object.entries(after.configs)) {
    const known = before.configs[file];
    if (known && known.value !== trait.value) changes.push({ what: 'config', at: timeOf(trait), file });
  }
  if (before.plugins && after.plugins) {
    for (const [name, trait] of Object.entries(after.plugins)) {
      const known = before.plugins[name];
      if (known?.value !== trait.value)
        changes.push({ what: 'plugin', at: timeOf(trait), name, from: known?.value ?? null, to: trait.value });
    }
    for (const [name, { value }] of Object.entries(before.plugins))
      if (!(name in after.plugins)) changes.push({ what: 'plugin', at: now, name, from: value, to: null });
  }
  return changes.toSorted((a, b) => a.at - b.at);
};

/** What could not be read now is remembered as it was. */
const merged = (before: TraitsSeen, after: TraitsSeen): TraitsSeen => ({
  version: after.version ?? before.version,
  configs: { ...before.configs, ...after.configs },
  plugins: after.plugins ?? before.plugins,
});

const NOTHING_KEPT: Kept = { at: 0, traits: null, changes: [] };

const parseKept = (text: string | null): Kept => {
  try {
    const value = JSON.parse(text ?? 'null') as Kept | null;
    return value !== null && Array.isArray(value.changes) ? value : NOTHING_KEPT;
  } catch {
    return NOTHING_KEPT;
  }
};
