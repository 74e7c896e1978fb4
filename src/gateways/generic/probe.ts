/**
 * The operator's own checks, each by its own clock and in the background: none waits for another, and a look takes what
 * was learned since the last one. Says that the service is ready where its log does not.
 */
import type { Trust } from '../../base/file-trust.ts';
import type { Refusal } from '../../base/refused-file.ts';
import { nowOf } from '../../base/instant.ts';
import type { Evidence } from '../../diagnosis/evidence.ts';
import type { KindProbe, ProbeContext } from '../gateway-kind.ts';
import { ask } from './ask.ts';
import { checkNames } from './check-name.ts';
import type { CheckSettings, GenericSettings } from './settings.ts';

export interface ProbeOptions extends Pick<ProbeContext, 'home' | 'process' | 'held' | 'onNews' | 'clock'> {
  readonly settings: Pick<GenericSettings, 'ready' | 'checks'>;
  /** Whether its process can be found at all. */
  readonly hasProcess: boolean;
  /** Whose files count. */
  readonly trust: Trust;
  /** When a line last fitted the pattern of the check at this place; null: never. */
  readonly heardAt: (check: number) => number | null;
  /** Two clocks of this machine, milliseconds: one that goes on while it sleeps, and one that does not. */
  readonly machine?: () => { readonly wall: number; readonly awake: number };
}

/** Without a check and without a word of its own, what has lived so long is up. */
const LIVED_MS = 10_000;
/** A stranger may answer in its place while it tries in vain to take its port: nginx tries for 2.5 s. */
const CHECKED_MS = 5_000;
/** So long after its start what does not answer yet is asked more often than otherwise. */
const STARTS_MS = 120_000;
/** It slept for longer than this: nobody wrote anything meanwhile, and that is no fault. */
const SLEEP_MS = 10_000;

const MACHINE = (): { readonly wall: number; readonly awake: number } => ({
  wall: Date.now(),
  awake: performance.now(),
});

interface Running {
  readonly name: string;
  readonly check: CheckSettings;
  readonly place: number;
  dueAt: number;
  asking: Promise<void> | null;
  /** Null: not asked yet. A file that may be anybody's says nothing. */
  ok: boolean | Refusal | null;
}

export const createGenericProbe = ({
  settings,
  hasProcess,
  heardAt,
  home,
  trust,
  process,
  held,
  onNews,
  clock,
  machine = MACHINE,
}: ProbeOptions): KindProbe => {
  const names = checkNames(settings.checks);
  let learned: Evidence[] = [];
  let life: { readonly id: string; readonly checks: readonly Running[]; ready: boolean } | null = null;
  let last = machine();
  /** A log tells only what was followed. */
  const begunAt = clock.now();
  let wokeAt = -Infinity;

  const begin = (id: string): NonNullable<typeof life> => ({
    id,
    ready: settings.ready !== null,
    checks: settings.checks.map((check, place) => ({
      name: names[place] ?? '',
      check,
      place,
      dueAt: -Infinity,
      asking: null,
      ok: null,
    })),
  });

  const noteWaking = (now: number): void => {
    const { wall, awake } = machine();
    if (wall - last.wall - (awake - last.awake) > SLEEP_MS) wokeAt = now;
    last = { wall, awake };
  };

  const askNow = async (running: Running, startedAt: number | undefined): Promise<void> => {
    const { name, check, place } = running;
    const { resumedAt } = held();
    const answer = await ask(check, {
      home,
      trust,
      timeoutMs: check.timeoutMs,
      now: () => clock.now(),
      from: Math.max(
        startedAt ?? -Infinity,
        wokeAt,
        resumedAt ?? -Infinity,
        check.kind === 'log' ? begunAt : -Infinity,
      ),
      heardAt: heardAt(place),
    });
    // Of a process that is gone nothing is told, and what was held still could not answer.
    if (life?.checks[place] !== running || held().isPaused || held().resumedAt !== resumedAt) return;
    if ('why' in answer) {
      running.ok = answer;
      return;
    }
    const { ok, came, beyondRestart } = answer;
    const age = clock.now() - (startedAt ?? -Infinity);
    const early = answer.early === true || (check.kind !== 'log' && check.kind !== 'file' && age < CHECKED_MS);
    const changed = running.ok !== ok;
    running.ok = ok;
    // A treatment waits for its first success.
    if ((!ok || early) && age < STARTS_MS) running.dueAt = Math.min(running.dueAt, clock.now() + CHECKED_MS);
    learned.push({
      at: nowOf(clock),
      source: 'check',
      text: `${name}: ${came}`,
      link: null,
      fact: {
        kind: 'check',
        check: name,
        ok,
        ...(ok && early ? { early: true } : {}),
        graceMs: check.forMs,
        remedy: beyondRestart ? 'alert' : check.then,
      },
    });
    if (changed) onNews();
  };

  const isReady = (now: number, startedAt: number | undefined): boolean => {
    if (settings.checks.length === 0) return startedAt !== undefined && now - startedAt >= LIVED_MS;
    // Of a service without a process to look for the checks are all there is. Of another, a stranger may answer them
    // while its process has not been looked for yet.
    if (startedAt === undefined ? hasProcess : now - startedAt < CHECKED_MS) return false;
    return life?.checks.every(({ ok }) => ok !== null && ok !== false) ?? false;
  };

  const take = (): readonly Evidence[] => {
    const taken = learned;
    learned = [];
    return taken;
  };

  return {
    look: async (now) => {
      noteWaking(now);
      const seen = process();
      // What is not there is not asked.
      if (seen === null) {
        life = null;
        learned = [];
        return [];
      }
      const id = seen ? `${seen.pid} ${seen.startTime}` : 'not seen';
      const isFirst = life?.id !== id;
      if (isFirst) learned = [];
      const current = life?.id === id ? life : begin(id);
      life = current;
      const asked: Promise<void>[] = [];
      // What is held still is not asked.
      for (const running of held().isPaused ? [] : current.checks) {
        if (running.asking !== null || (now < running.dueAt && running.dueAt - now <= running.check.everyMs)) continue;
        running.dueAt = now + running.check.everyMs;
        running.asking = askNow(running, seen?.startedAt).finally(() => {
          running.asking = null;
        });
        asked.push(running.asking);
      }
      if (isFirst) await Promise.all(asked);
      if (!current.ready && isReady(clock.now(), seen?.startedAt)) {
        current.ready = true;
        learned.push({
          at: nowOf(clock),
          source: 'check',
          text: settings.checks.length > 0 ? 'all checks are well' : `it has run for ${LIVED_MS / 1_000} s`,
          link: null,
          fact: { kind: 'gateway-ready' },
        });
      }
      return take();
    },
    refusals: () => (life?.checks ?? []).flatMap(({ ok }) => (typeof ok === 'object' && ok !== null ? [ok] : [])),
    links: null,
    close: async () => {
      life = null;
    },
  };
};
