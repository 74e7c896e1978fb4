/**
 * Asks who keeps the gateway what will become of it once its process has ended, and who started the process that runs
 * now. What only a living process tells (its parent, its control group) is read while it lives.
 */
import { errorText } from '../base/errors.ts';
import type { Evidence, Outlook, ProcessIdentity, ProcessSeen } from '../diagnosis/evidence.ts';
import type { ParentOf } from '../sensors/parent.ts';
import { sameProcess } from '../sensors/proc.ts';
import type { Sensor } from '../sensors/sensor.ts';
import type { Holder } from '../supervisors/holder.ts';

export interface KeeperSensorOptions {
  readonly holder: Holder;
  /** The gateway's process as the diagnosis knows it; null: gone; undefined: never looked. */
  readonly process: () => ProcessSeen | null | undefined;
  /** The configuration says that nobody keeps it. */
  readonly isBare: boolean;
  readonly parentOf: ParentOf;
}

export interface KeeperSensor extends Sensor {
  /** Whether its keeper is at work on it, so that it should be asked again soon. */
  isAtWork(): boolean;
}

/** What was seen of a living process. */
interface Known {
  readonly process: ProcessIdentity;
  readonly parent: 'nobody' | 'unknown';
  /** How often its keeper had started it by itself; null where it does not count. */
  readonly restarts: number | null;
}

export const createKeeperSensor = ({ holder, process, isBare, parentOf }: KeeperSensorOptions): KeeperSensor => {
  let known: Known | null = null;
  let atWork = false;

  const meet = async (seen: ProcessSeen, now: number): Promise<readonly Evidence[]> => {
    const before = known;
    if (before && sameProcess(before.process, seen)) return [];
    const [parent, restarts] = await Promise.all([isBare ? ('nobody' as const) : parentOf(seen.pid), restartsOf(holder)]);
    known = { process: { pid: seen.pid, startTime: seen.startTime }, parent, restarts };
    if (!before || restarts === null) return [];
    // A start by hand sets the count of a keeper's own restarts back.
    const by = restarts > (before.restarts ?? 0) ? 'keeper' : 'somebody';
    return [{ at: now, source: 'keeper', text: by === 'keeper' ? 'started again by its service manager' : 'started by hand', link: null, fact: { kind: 'started-by', by } }];
  };

  const ask = async (now: number): Promise<readonly Evidence[]> => {
    const tell = (text: string, outlook: Outlook, bare: boolean): readonly Evidence[] => {
      atWork = outlook.next === 'starts' || outlook.next === 'settling';
      return [{ at: now, source: 'keeper', text, link: null, fact: { kind: 'keeper', outlook, bare } }];
    };
    try {
      const { supervisor } = await holder.choose();
      if (supervisor.name === 'process') {
        const nobody = isBare || known?.parent === 'nobody';
        return tell(nobody ? 'nobody keeps it' : 'who keeps it is not known', nobody ? { next: 'nothing', enabled: false } : { next: 'unknown' }, nobody);
      }
      const { outlook } = await supervisor.status();
      return tell(`${supervisor.unit}: ${wordsOf(outlook)}`, outlook, false);
    } catch (error) {
      // Who cannot be asked may bring it back all the same.
      return tell(errorText(error), { next: 'unknown' }, false);
    }
  };

  return {
    name: 'keeper',
    isAtWork: () => atWork,
    look: async (now) => {
      const seen = process();
      if (seen === undefined) return [];
      if (seen === null) return ask(now);
      atWork = false;
      return meet(seen, now);
    },
  };
};

const restartsOf = async (holder: Holder): Promise<number | null> => {
  try {
    const { supervisor } = await holder.choose();
    return supervisor.name === 'process' ? null : (await supervisor.status()).restarts;
  } catch {
    return null;
  }
};

const wordsOf = (outlook: Outlook): string => {
  switch (outlook.next) {
    case 'starts':
      return outlook.withinMs ? `it is started again in ${Math.round(outlook.withinMs / 1_000)} s` : 'it is being started';
    case 'settling':
      return 'it is coming to rest';
    case 'nothing':
      return 'it is not started again';
    case 'stopped':
      return 'somebody has stopped it';
    case 'blocked':
      return outlook.reason;
    case 'unknown':
      return 'what becomes of it is not known';
  }
};
