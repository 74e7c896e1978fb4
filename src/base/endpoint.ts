/** `host:port`, the way Lifeline writes where a platform answers: `api.sgroup.qq.com:443`, `[::1]:8443`. */

export interface Endpoint {
  /** A name or an IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

const ENDPOINT = /^(?:\[([^\]\s]+)\]|([^:\s/@[\]]+)):(\d{1,5})$/;

/** @returns null for anything but `host:port`. */
export const parseEndpoint = (text: string): Endpoint | null => {
  const [, bracketed, plain, digits] = ENDPOINT.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : null;
};

const USUAL_PORT: Readonly<Record<string, string>> = { 'wss:': '443', 'https:': '443', 'ws:': '80', 'http:': '80' };

/**
 * @returns the `host:port` of the URL that the text begins with, and nothing else of it: the query of a platform's
 * URL carries credentials; null when there is no such URL.
 */
export const hostOf = (url: string): string | null => {
  const parsed = URL.parse(/^\S*/.exec(url)?.[0] ?? '');
  const usualPort = USUAL_PORT[parsed?.protocol ?? ''];
  if (!parsed || usualPort === undefined) return null;
  return `${parsed.hostname}:${parsed.port || usualPort}`;
};
