/** Checks the address that a platform names for a long connection. One rule for all channels. */

/**
 * @param protocols with their colon, such as `wss:`: behind an API of https only those that are encrypted, for the
 * token goes there too.
 * @returns whether it can be dialled. The rest of a URL behind `#` cannot (RFC 6455, 3), and the SDK of Feishu says
 * nothing of it.
 */
export const isSocketAddress = (value: unknown, protocols: readonly string[]): value is string => {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && protocols.includes(url.protocol) && url.hash === '';
};
