/**
 * Tells an ill network from an ill gateway: can this machine reach the platform's hosts? Asked seldom, and only in
 * doubt.
 */
import type { Clock } from '../../base/clock.ts';
import { nowOf, type Instant } from '../../base/instant.ts';
import { parseEndpoint, type Endpoint } from '../../base/endpoint.ts';
import { shared, type Shared } from '../../base/shared-answers.ts';
import type { Evidence, LinkName } from '../../diagnosis/evidence.ts';
import { systemResolve, type Resolve } from './resolve.ts';
import type { Sensor } from '../sensor.ts';
import { tcpConnect, tryToReach, type Connect, type Reach } from './tcp-reach.ts';

const NOT_AGAIN_FOR_MS = 30_000;
const LIMIT_MS = 5_000;

export interface ReachabilityOptions {
  readonly clock: Clock;
  readonly resolve?: Resolve;
  readonly connect?: Connect;
  /** How long a host may take for its name, and then for the connection, milliseconds. */
  readonly limitMs?: number;
  /** Tries an endpoint; by default with the three above. */
  readonly reach?: (endpoint: Endpoint) => Promise<Reach>;
}

export interface Reachability {
  /**
   * @param hosts each as `host:port`; what is not is left out.
   * @returns one piece of evidence a host, dated when it was asked; within 30 s the earlier answer again.
   */
  ask(link: LinkName, hosts: readonly string[]): Promise<readonly Evidence[]>;
}

export const createReachability = ({
  clock,
  resolve = systemResolve,
  connect = tcpConnect,
  limitMs = LIMIT_MS,
  reach: tryOne = (endpoint) => tryToReach(endpoint, { resolve, connect, limitMs }),
}: ReachabilityOptions): Reachability => {
  const answers = new Map<string, { readonly at: Instant; readonly reach: Promise<Reach> }>();

  const askHost = async (link: LinkName, host: string): Promise<Evidence | null> => {
    const endpoint = parseEndpoint(host);
    if (!endpoint) return null;
    const now = nowOf(clock);
    let answer = answers.get(host);
    // A clock that was set back makes an answer look as if it came from the future.
    if (!answer || Math.abs(now - answer.at) >= NOT_AGAIN_FOR_MS) {
      answer = { at: now, reach: tryOne(endpoint) };
      answers.set(host, answer);
    }
    const reach = await answer.reach;
    const text = reach.ok ? `${host} can be reached from here` : `${host} cannot be reached from here: ${reach.why}`;
    return { at: answer.at, source: 'reachability', text, link, fact: { kind: 'link-reachable', ok: reach.ok, host } };
  };

  return {
    ask: async (link, hosts) =>
      (await Promise.all([...new Set(hosts)].map((host) => askHost(link, host)))).filter(
        (evidence) => evidence !== null,
      ),
  };
};

/** When a platform is down, all gateways ask for the same hosts at once; one try answers them all. */
const TOGETHER_MS = 2_000;
const tries = new Map<string, Shared<Reach>>();

/** The same try for all who ask in this moment. */
export const reachTogether = (endpoint: Endpoint): Promise<Reach> => {
  const key = `${endpoint.host} ${endpoint.port}`;
  const reach =
    tries.get(key) ??
    shared(() => tryToReach(endpoint, { resolve: systemResolve, connect: tcpConnect, limitMs: LIMIT_MS }));
  tries.set(key, reach);
  return reach(TOGETHER_MS);
};

export interface ReachabilitySensorOptions extends ReachabilityOptions {
  /** The links that look wrong now; nothing is asked for the others. */
  readonly wanted: () => readonly LinkName[];
  readonly hosts: (link: LinkName) => readonly string[];
}

export const createReachabilitySensor = ({ wanted, hosts, ...options }: ReachabilitySensorOptions): Sensor => {
  const reachability = createReachability(options);
  /** When the answer that was last told was given, by link and host. */
  const told = new Map<string, number>();
  return {
    name: 'reachability',
    look: async () => {
      const answers = await Promise.all(wanted().map((link) => reachability.ask(link, hosts(link))));
      return answers.flat().filter(({ at, link, text }) => {
        const key = `${link} ${text}`;
        if (told.get(key) === at) return false;
        told.set(key, at);
        return true;
      });
    },
  };
};
