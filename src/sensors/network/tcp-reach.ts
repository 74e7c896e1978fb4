/** Whether something answers at a `host:port`: its name resolves and a TCP connection can be made. */
import { createConnection, isIP, isIPv6 } from 'node:net';
import type { Endpoint } from '../../base/endpoint.ts';
import { within } from '../../base/time-limit.ts';
import type { Resolve } from './resolve.ts';

/** @returns when the connection was made, and closes it. @throws with a `code` such as `ECONNREFUSED`. */
export type Connect = (address: string, port: number, signal: AbortSignal) => Promise<void>;

export interface ReachOptions {
  readonly resolve: Resolve;
  readonly connect: Connect;
  /** The time limit for resolving the name, and again for the connection. */
  readonly limitMs: number;
}

export type Reach = { readonly ok: true } | { readonly ok: false; readonly why: string };

export const tryToReach = async (
  { host, port }: Endpoint,
  { resolve, connect, limitMs }: ReachOptions,
): Promise<Reach> => {
  let addresses: readonly string[];
  try {
    addresses = isIP(host) !== 0 ? [host] : await inTime(resolve(host), limitMs);
  } catch (error) {
    return { ok: false, why: explain(codeOf(error)) };
  }
  if (addresses.length === 0) return { ok: false, why: explain('ENOTFOUND') };
  const others = new AbortController();
  try {
    const first = Promise.any(someOfBoth(addresses).map((address) => connect(address, port, others.signal)));
    await inTime(first, limitMs);
    return { ok: true };
  } catch (error) {
    const errors: readonly unknown[] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
    return { ok: false, why: [...new Set(errors.map(codeOf))].map(explain).join('; ') };
  } finally {
    others.abort();
  }
};

export const tcpConnect: Connect = (address, port, signal) =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host: address, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });

/** Enough to find one address that answers, without trying all those of a large platform. */
const PER_FAMILY = 2;

const someOfBoth = (addresses: readonly string[]): readonly string[] => [
  ...addresses.filter((address) => !isIPv6(address)).slice(0, PER_FAMILY),
  ...addresses.filter(isIPv6).slice(0, PER_FAMILY),
];

/** @throws with the code `ETIMEDOUT` when it takes too long. */
const inTime = async <Value>(work: Promise<Value>, limitMs: number): Promise<Value> => {
  const done = await within(
    work.then((value) => ({ value })),
    limitMs,
  );
  if (done === null) throw Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
  return done.value;
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'no name server answers',
  ETIMEDOUT: 'no answer in time',
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection is cut at once',
  ENETUNREACH: 'there is no route to that network',
  EHOSTUNREACH: 'there is no route to that host',
};

const explain = (code: string): string => (WORDS[code] ? `${code} (${WORDS[code]})` : code);
