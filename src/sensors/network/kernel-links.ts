/**
 * The kernel's view of the links, on Linux: whether bytes still come on the gateway's own connections to a platform.
 * Behind a proxy there are none of those, and then there is no evidence.
 */
import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { parseEndpoint } from '../../base/endpoint.ts';
import { errorText } from '../../base/errors.ts';
import { shared } from '../../base/shared-answers.ts';
import type { Evidence, LinkName } from '../../diagnosis/evidence.ts';
import { platformFor } from '../../gateways/platforms/index.ts';
import { createAddressBook } from './address-book.ts';
import { deadLinkSignOf, SILENT_MS } from './dead-link-sign.ts';
import { systemResolve, type Resolve } from './resolve.ts';
import type { Sensor } from '../sensor.ts';
import { parseSs, type KernelSocket } from './ss.ts';

export interface KernelLinksOptions {
  /** The live gateway process, or null. */
  readonly pid: () => number | null;
  readonly links: () => readonly LinkName[];
  /** Where a link's platform answers, each as `host:port`. */
  readonly hosts: (link: LinkName) => readonly string[];
  /** Prints the connections of this machine; null where the system has no such thing. */
  readonly run?: () => Promise<string | null>;
  readonly resolve?: Resolve;
  /** The children of a process: some links are a sidecar's. */
  readonly childrenOf?: (pid: number) => Promise<readonly number[]>;
}

export interface KernelLinksSensor extends Sensor {
  /** Why the kernel cannot be asked, for people; null while it can. */
  problem(): string | null;
  /** Lets the connections be listed already, where a look that comes now will ask for them. */
  foresee(): void;
}

export const createKernelLinksSensor = ({
  pid,
  links,
  hosts,
  run,
  resolve = systemResolve,
  childrenOf = childrenIn,
}: KernelLinksOptions): KernelLinksSensor => {
  const list = run ? () => socketsIn(run) : allSockets;
  const book = createAddressBook(resolve);
  let problem: string | null = null;
  /** What was asked last, and until when nothing new can be found out about it. */
  let settled: { readonly what: string; readonly from: number; readonly until: number } | null = null;

  /** @returns what tells whether a connection belongs to the link. */
  const matcher = async (link: LinkName, now: number): Promise<(socket: KernelSocket) => boolean> => {
    const known = new Set<string>();
    for (const endpoint of hosts(link).map(parseEndpoint)) {
      if (!endpoint) continue;
      for (const address of await book.addressesOf(endpoint.host, now)) known.add(`${address} ${endpoint.port}`);
    }
    return ({ peer }) => known.has(`${peer.address} ${peer.port}`);
  };

  /** @returns the open connections of a process, and of its children for links that a sidecar holds. */
  const connectionsOf = async (process: number, sidecars: boolean): Promise<Connections> => {
    let all: readonly KernelSocket[];
    try {
      all = await list(LISTED_MS);
    } catch (error) {
      problem = explain(error);
      return { own: [], children: [] };
    }
    const of = (wanted: readonly number[]): readonly KernelSocket[] =>
      all.filter(({ state, pids }) => state === 'ESTAB' && pids.some((pid) => wanted.includes(pid)));
    const own = of([process]);
    problem =
      own.length === 0 && (await isHidden(process))
        ? `the connections of process ${process} cannot be seen: it belongs to another user`
        : null;
    return { own, children: sidecars ? of(await childrenOf(process)) : [] };
  };

  const watchedLinks = (): readonly LinkName[] => links().filter((link) => hosts(link).length > 0);

  return {
    name: 'kernel-links',
    problem: () => problem,
    foresee: () => {
      if (pid() !== null && watchedLinks().length > 0) list(LISTED_MS).catch(() => undefined);
    },
    look: async (now) => {
      const current = pid();
      const watched = watchedLinks();
      if (current === null || watched.length === 0) return [];
      const what = `${current} ${watched.join(' ')}`;
      if (settled?.what === what && now >= settled.from && now < settled.until) return [];
      settled = null;
      const { own, children } = await connectionsOf(current, watched.some(isSidecars));
      if (own.length + children.length === 0) return [];
      const found: Evidence[] = [];
      let until = Infinity;
      for (const link of watched) {
        const seen = isSidecars(link) ? [...own, ...children] : own;
        const connections = seen.filter(await matcher(link, now));
        const silence = deadLinkSignOf(connections);
        until = Math.min(until, now + soonestMs(connections));
        if (silence)
          found.push({
            at: now,
            source: 'kernel',
            text: silence.text,
            link,
            fact: { kind: 'link-silent', silentMs: silence.silentMs },
          });
      }
      settled = { what, from: now, until };
      return found;
    },
  };
};

/** With a look every 60 s a silence was found so much later than it could be. */
const LATE_MS = 50_000;

/**
 * How long it need not be asked again: what has just received something is not silent for a while. 0: at the next look.
 * `ss` goes through all processes of the machine.
 */
const soonestMs = (connections: readonly KernelSocket[]): number => {
  const quietMs = Math.min(...connections.map(({ lastReceiveMs }) => lastReceiveMs ?? Infinity));
  return quietMs < SILENT_MS ? SILENT_MS - quietMs + LATE_MS : 0;
};

interface Connections {
  readonly own: readonly KernelSocket[];
  readonly children: readonly KernelSocket[];
}

/** Whether the connection is that of a sidecar, such as WhatsApp's bridge, and not of the gateway itself. */
const isSidecars = (link: LinkName): boolean => platformFor(link)?.inSidecar === true;

/** None where the system does not tell. */
const childrenIn = async (pid: number): Promise<readonly number[]> => {
  try {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

const TIME_LIMIT_MS = 3_000;
/** The tool goes through every process of the machine; one list serves all gateways that ask within this time. */
const LISTED_MS = 5_000;

const runSs = async (): Promise<string | null> => {
  if (process.platform !== 'linux') return null;
  // Cron's path lacks the folders in which some distributions keep it.
  const env = { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin` };
  return (await execa('ss', ['-tinpH'], { env, stdin: 'ignore', timeout: TIME_LIMIT_MS })).stdout;
};

const socketsIn = async (run: () => Promise<string | null>): Promise<readonly KernelSocket[]> => {
  const printed = await run();
  return printed === null ? [] : parseSs(printed);
};

const allSockets = shared(() => socketsIn(runSs));

const explain = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? 'ss (package iproute2) is not installed: connections that went silent are not seen'
    : `ss cannot list the connections: ${(error as { shortMessage?: string }).shortMessage ?? errorText(error)}`;

/** Another user's descriptors are hidden, and `ss` leaves out the process without a word. */
const isHidden = (process: number): Promise<boolean> =>
  readdir(`/proc/${process}/fd`).then(
    () => false,
    (error: unknown) => ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''),
  );
