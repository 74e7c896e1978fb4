/**
 * Which of the processes that look like a gateway is the gateway of this home. The first words of a command line prove
 * nothing: an editor, a second profile or another project may have them too. A second witness must speak for the
 * process. Pure.
 */
import type { Instant } from '../../base/instant.ts';
import type { ProcessIdentity } from '../../diagnosis/evidence.ts';
import type { NamedProcess, Served } from '../../gateways/gateway-kind.ts';
import type { ProcessSnapshot } from './process-table.ts';

/** A process whose first words are those of such a gateway. */
export interface Candidate extends ProcessSnapshot {
  readonly entry: Served['entry'];
  /** Whether it serves this home, by its command line and environment, as folders and not as texts. */
  readonly home: 'same' | 'other' | 'unknown';
  /** The pid by which the process knows itself: another one in a container. */
  readonly ownPid: number;
  /** The process lives in a pid namespace below Lifeline's: in a container. */
  readonly isContained: boolean;
  /** What keeps a gateway of this name, and keeps this process; null: nothing of that kind. */
  readonly keeper: Keeper | null;
  /** The process runs the operator's command in the home, for a kind that is recognised so. */
  readonly livesInHome: boolean;
  /** The process may be a command that treats a gateway: beside a gateway it is no second one without a witness. */
  readonly mayBeCommand: boolean;
}

/** A unit in whose control group a process lies, or another supervisor that names the process. */
export interface Keeper {
  /** Whose systemd it is, by uid; null: it is the machine's, or another supervisor that was asked itself. */
  readonly manager: number | null;
  /**
   * `configuration`: the operator says that it keeps this gateway. `installer`: it is called so, and so is the unit of
   * every other home that was installed in the usual way.
   */
  readonly namedBy: 'configuration' | 'installer';
}

/** What is known of the home at this moment, beside the candidates. */
export interface HomeFacts {
  /** Who holds the home's lock. */
  readonly lockPid: number | null;
  readonly records: readonly RecordSeen[];
  /** Who listens on the gateway's port. */
  readonly listeners: readonly number[];
  /** Proven before, or started by Lifeline: the same pid and start time are the same process. */
  readonly known: readonly ProcessIdentity[];
  /** Named by another home of this kind. */
  readonly ofOthers: readonly NamedProcess[];
  /** The users whose processes and files count: root, and those whose gateway it is. */
  readonly trusted: ReadonlySet<number>;
  /**
   * Whose gateway it is: Lifeline's own user's, the home's owner's, or of whom the configuration trusts. `anybody`:
   * Lifeline is root, who sees which home the processes of all users serve, and asks the managers of all.
   */
  readonly users: ReadonlySet<number> | 'anybody';
}

export interface RecordSeen extends NamedProcess {
  /** The record's name in the kind. */
  readonly name: string;
  /** Whose file it is. */
  readonly uid: number;
  /** When it was written; null: that is not known. */
  readonly at?: Instant | null;
}

/** What speaks for a process, the strongest first. */
export const WITNESSES = ['lock', 'record', 'keeper', 'known', 'port', 'weak_record', 'folder'] as const;
export type Witness = (typeof WITNESSES)[number];

export interface Identified {
  /** The gateway; null: no process is proven to be it. */
  readonly gateway: {
    readonly process: Candidate;
    readonly by: Witness;
    /** The process's parents and children that look like the gateway. */ readonly family: readonly Candidate[];
  } | null;
  /**
   * Processes of this home, or of one that cannot be told, that look like its gateway and are not the one that is
   * proven.
   */
  readonly beside: readonly Candidate[];
}

/** `ps` knows whole seconds only; there a start time is in centiseconds. */
const isSameStart = (one: number, other: number): boolean =>
  process.platform === 'linux' ? one === other : Math.abs(one - other) <= 100;

const isNamed = ({ pid, startTime }: NamedProcess, candidate: Candidate): boolean =>
  pid === candidate.ownPid && (startTime === null || isSameStart(startTime, candidate.startTime));

/** @returns what proves that this is the home's gateway; null: nothing does. */
export const witnessOf = (candidate: Candidate, facts: HomeFacts): Witness | null => {
  const isKept = isKeptFor(candidate, facts);
  // A unit or container that the operator or the gateway's own installer named proves the process, whatever user that
  // runs as.
  if (!facts.trusted.has(candidate.uid)) return isKept && candidate.home !== 'other' ? 'keeper' : null;
  if (facts.lockPid === candidate.pid) return 'lock';
  if (candidate.home === 'other') return null;
  // In a container the same path is another folder; only one that is known to be the same counts.
  if (candidate.isContained && candidate.home !== 'same' && !isKept) return null;
  const named = facts.records.filter((record) => facts.trusted.has(record.uid) && isNamed(record, candidate));
  if (named.some(({ startTime }) => startTime !== null)) return 'record';
  if (isKept) return 'keeper';
  if (isForeign(candidate, facts)) return named.length > 0 ? 'weak_record' : null;
  if (facts.known.some(({ pid, startTime }) => pid === candidate.pid && startTime === candidate.startTime))
    return 'known';
  if (facts.listeners.includes(candidate.pid)) return 'port';
  if (named.length > 0) return 'weak_record';
  return candidate.livesInHome ? 'folder' : null;
};

/**
 * Whether a process runs as somebody whose gateway this is not, and does not show which home it serves: most likely its
 * own user's. Only what lies in this home, or the operator, can say otherwise.
 */
const isForeign = ({ home, uid }: Candidate, { users }: HomeFacts): boolean =>
  home === 'unknown' && users !== 'anybody' && !users.has(uid);

/** Whether its keeper speaks for the process: one that Lifeline would ask for this gateway, and not merely its name. */
const isKeptFor = (candidate: Candidate, facts: HomeFacts): boolean => {
  const { keeper } = candidate;
  if (keeper === null) return false;
  if (keeper.manager !== null && facts.users !== 'anybody' && !facts.users.has(keeper.manager)) return false;
  return keeper.namedBy === 'configuration' || !isForeign(candidate, facts);
};

/** Returns whether the process could be this home's gateway although nothing proves it. */
const isSuspect = (candidate: Candidate, facts: HomeFacts): boolean => {
  if (candidate.entry !== 'own' || candidate.home === 'other' || !facts.trusted.has(candidate.uid)) return false;
  if (isForeign(candidate, facts)) return false;
  if (facts.ofOthers.some((other) => isNamed(other, candidate))) return false;
  return candidate.home === 'same' || !candidate.isContained;
};

export const identify = (candidates: readonly Candidate[], facts: HomeFacts): Identified => {
  const judged = candidates
    .map((candidate) => ({ candidate, by: witnessOf(candidate, facts) }))
    .filter(({ candidate, by }) => by !== null || isSuspect(candidate, facts));
  const families = familiesOf(judged.map(({ candidate }) => candidate));
  const witness = (candidate: Candidate): Witness | null =>
    judged.find((each) => each.candidate === candidate)?.by ?? null;
  const headed = families
    .map((family) => ({ family, head: headOf(family, witness) }))
    .toSorted(
      ({ head: one }, { head: other }) =>
        rank(witness(one)) - rank(witness(other)) || one.startTime - other.startTime || one.pid - other.pid,
    );
  const [first, ...rest] = headed;
  if (!first) return { gateway: null, beside: [] };
  const { head: best, family } = first;
  const others = rest.map(({ head }) => head);
  const by = witness(best);
  // What may be a command is no gateway where there is another process that cannot be one.
  if (by === null)
    return {
      gateway: null,
      beside: [best, ...others].filter(
        (each) =>
          !each.mayBeCommand || ![best, ...others].some((other) => !other.mayBeCommand && other.home === 'same'),
      ),
    };
  // A process whose home cannot be told may well be another home's: beside a proven gateway it does no harm.
  return {
    gateway: { process: best, by, family: family.filter((each) => each !== best) },
    // A command that a turn of the gateway's runs lies in the unit of the gateway, too.
    beside: others.filter((other) =>
      other.mayBeCommand
        ? !['keeper', null].includes(witness(other))
        : other.home === 'same' || witness(other) !== null,
    ),
  };
};

const rank = (by: Witness | null): number => (by === null ? WITNESSES.length : WITNESSES.indexOf(by));

/**
 * Parents and children are one family; a gateway started from another's shell is not: the shell stands between them.
 */
const familiesOf = (candidates: readonly Candidate[]): readonly (readonly Candidate[])[] => {
  return [...Map.groupBy(candidates, (candidate) => rootOf(candidate, candidates)).values()];
};

/**
 * Processes are read one after the other, and a pid may be used again meanwhile: a parent of a parent could be its
 * child.
 */
const rootOf = (candidate: Candidate, candidates: readonly Candidate[]): Candidate => {
  const line = [candidate];
  for (;;) {
    const [eldest] = line;
    const parent = candidates.find(({ pid }) => pid === eldest?.ppid);
    if (!parent || line.includes(parent)) return eldest ?? candidate;
    line.unshift(parent);
  }
};

/**
 * Returns the process of a family for which the strongest witness speaks. Where nothing tells the processes apart: of a
 * wrapper and a child with the same words the child, of a gateway and the workers that it forked the gateway. A process
 * that listens on a port together with its parent has the port from its parent.
 */
const headOf = (family: readonly Candidate[], witness: (candidate: Candidate) => Witness | null): Candidate => {
  const best = Math.min(...family.map((candidate) => rank(witness(candidate))));
  const equals = family.filter((candidate) => rank(witness(candidate)) === best);
  const [only] = equals;
  if (only && equals.length === 1) return only;
  const root = equals.find(({ ppid }) => !equals.some(({ pid }) => pid === ppid)) ?? equals[0];
  if (!root) throw new Error('a family has at least one process');
  if (WITNESSES[best] === 'port') return root;
  return innermost(root, equals);
};

const innermost = (parent: Candidate, family: readonly Candidate[]): Candidate => {
  const [child, ...others] = family.filter(({ ppid }) => ppid === parent.pid);
  if (!child || child === parent || others.length > 0) return parent;
  const isWorker = !family.some(({ ppid }) => ppid === child.pid) && child.argv.join('\0') === parent.argv.join('\0');
  return isWorker
    ? parent
    : innermost(
        child,
        family.filter((each) => each !== parent),
      );
};
