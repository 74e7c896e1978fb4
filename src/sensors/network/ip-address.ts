import { isIPv6, SocketAddress } from 'node:net';

/**
 * @returns the one spelling of an IP address: no brackets, no zone, IPv4 not wrapped in IPv6, IPv6 in its short form.
 */
export const plainAddress = (text: string): string => {
  const bare = text
    .replace(/%[^\]]*/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  const wrapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  if (wrapped !== undefined) return wrapped;
  // Node compiles a long pattern when it is asked for the first time.
  return bare.includes(':') && isIPv6(bare) ? new SocketAddress({ address: bare, family: 'ipv6' }).address : bare;
};
