/** One failure of one gateway, and how long each watcher took to have it on the phone. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxGateway } from '../../sandbox/gateway/controller.ts';
import type { ProcessId } from '../../sandbox/gateway/proc.ts';
import { waitForNextRunMs } from './cron.ts';
import type { Illness } from './illness.ts';
import { openStage, until, type Stage, type StageOptions } from './stage.ts';

/** Milliseconds from the failure to the message; null: none came; absent: this watcher was not there. */
export interface Sample {
  readonly lifeline?: number | null;
  /** To the start of the process by which Lifeline replaced the gateway. */
  readonly healed?: number | null;
  readonly monit?: number | null;
  readonly cron?: number | null;
  /** The script's own part of `cron`. */
  readonly cronRun?: number | null;
}

export interface Case extends StageOptions {
  readonly illness: Illness;
  /** How the row names it; as the illness unless told. */
  readonly title?: string;
  /** How the row names Lifeline's settings. */
  readonly settings: string;
  readonly cron: boolean;
  /** Slow ones are waited for together; quick ones would only disturb each other. */
  readonly sideBySide: number;
}

/** Linux counts in hundredths of a second (USER_HZ). */
const TICK_MS = 10;
/** Every watcher has looked once at a gateway that is well. */
const SETTLED_MS = 8_000;
/**
 * A run of the script hardly ever falls into the moment of the failure, when a killed process is still there to be
 * buried.
 */
const SCRIPT_AFTER_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** To a hundredth of a second; the kernel knows the moment of its own boot by whole seconds only. */
const beganAt = ({ startTime }: ProcessId): number => {
  const now = Date.now();
  const [uptime = ''] = readFileSync('/proc/uptime', 'utf8').split(' ');
  return Math.round(now - (Number(uptime) * 1_000 - startTime * TICK_MS));
};

/** When the process began that replaced this one, by the machine's clock; null when none did. */
const successorAt = async (gateway: SandboxGateway, first: ProcessId, limitMs: number): Promise<number | null> => {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await sleep(100)) {
    const found = gateway.pids().find(({ pid, startTime }) => pid !== first.pid || startTime !== first.startTime);
    if (found) return beganAt(found);
  }
  return null;
};

const play = async (stage: Stage, { illness, cron: wantsCron }: Case): Promise<Sample> => {
  const { sandbox, unit, lifeline, monit, hook, cron } = stage;
  await pause(SETTLED_MS + Math.random() * illness.phaseMs);
  const heartbeatAt = stage.heartbeatAt();
  const first = sandbox.gateway.current();
  const failedAt = await illness.begin(sandbox.gateway, unit);
  const succeeding =
    lifeline && first && illness.isHealed === true && process.platform === 'linux'
      ? successorAt(sandbox.gateway, first, illness.limitMs)
      : null;
  const since = (at: number | null): number | null => (at === null ? null : at - failedAt);
  const monitAt = (): number | null => hook.arrivedAt(`/monit${illness.path}`);

  const visibleAt = illness.visibleAt(failedAt, heartbeatAt);
  const scripted = wantsCron
    ? pause(visibleAt + SCRIPT_AFTER_MS - Date.now()).then(() => cron.messageMs(illness))
    : null;
  await until(
    '',
    illness.limitMs,
    () => (!lifeline || stage.alertedAt(illness) !== null) && (!monit || monitAt() !== null),
  ).catch(() => undefined);
  const cronRun = await scripted;
  const healedAt = await succeeding;
  if (lifeline && stage.alertedAt(illness) === null)
    process.stderr.write(`no alert of ${illness.name} in ${illness.limitMs} ms:\n${stage.lastWords()}\n`);
  return {
    ...(lifeline ? { lifeline: since(stage.alertedAt(illness)) } : {}),
    ...(succeeding ? { healed: since(healedAt) } : {}),
    ...(monit ? { monit: since(monitAt()) } : {}),
    ...(wantsCron
      ? { cronRun, cron: cronRun === null ? null : visibleAt - failedAt + waitForNextRunMs() + cronRun }
      : {}),
  };
};

/** So many at once, each with a gateway and watchers of its own; they start one after the other. */
const playTogether = async (story: Case, count: number): Promise<readonly Sample[]> => {
  const stages: Stage[] = [];
  try {
    for (let n = 0; n < count; n += 1) stages.push(await openStage(story));
    return await Promise.all(
      stages.map(async (stage) => {
        const sample = await play(stage, story);
        // What is healed from here on would only disturb those that are still being timed.
        await stage.close();
        return sample;
      }),
    );
  } finally {
    for (const stage of stages) await stage.close();
  }
};

export const takeSamples = async (story: Case, count: number): Promise<readonly Sample[]> => {
  const samples: Sample[] = [];
  while (samples.length < count)
    samples.push(...(await playTogether(story, Math.min(story.sideBySide, count - samples.length))));
  return samples;
};
