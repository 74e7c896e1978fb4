/**
 * Whether a request names the address that it is sent to. Any web page in a browser of this machine can have a name of
 * its own lead here (DNS rebinding), and then read the answers; but its requests bear that name.
 */

/** @param header `Host`, with or without a port. @param host where Lifeline listens, without brackets. */
export const isOwnName = (header: string | undefined, host: string): boolean => {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d{1,5})?$/.exec(header ?? '') ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase();
  return [host, 'localhost', '127.0.0.1', '::1'].includes(name);
};
