import { lookup } from 'node:dns/promises';

/** @returns the IP addresses of a host. @throws with a `code` such as `ENOTFOUND` when it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The way the gateway asks as well: /etc/hosts and the system's own settings count, not only name servers. */
export const systemResolve: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);
