/**
 * Reads why the platform refused a handshake, which the SDK does not do. The reason stands in headers of the answer
 * (docs/facts/feishu.md 1.2), such as the limit of 50 connections.
 */
import { explain } from '../http/refusals.ts';

/** @returns why, in words for people; null when the handshake was not refused. */
export const refusedHandshake = (head: Buffer): string | null => {
  const [statusLine = '', ...lines] = head.toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.\d (\d{3})/.exec(statusLine)?.[1];
  if (status === undefined) return null;
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  // `socket-agent.ts` offers no compression.
  if (status === '101')
    return headers.has('sec-websocket-extensions') ? 'the platform compresses what nobody asked it to compress' : null;
  const codes = ['handshake-autherrcode', 'handshake-status'].map((name) => Number(headers.get(name) ?? 0));
  const code = codes.find((value) => value > 0);
  return code === undefined
    ? `the platform refused the long connection with HTTP ${status}`
    : explain(code, headers.get('handshake-msg') ?? '');
};
