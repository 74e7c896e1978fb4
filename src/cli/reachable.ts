/**
 * Whether a host can be reached: its name resolves, it takes a connection, and over https it proves who it is. Not one
 * byte of HTTP is sent, because to the dead man's switch any request at all, a HEAD too, is a success ping: it would
 * report a Lifeline that does not run as well.
 */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { errorText } from '../base/errors.ts';

/** @returns what is in the way, in a few words; null: nothing. Never throws. */
export const unreachable = ({ hostname, port, protocol }: URL, timeoutMs: number): Promise<string | null> => {
  const host = hostname.replaceAll(/[[\]]/g, '');
  const isTls = protocol === 'https:';
  return new Promise((resolve) => {
    const target = { host, port: Number(port) || (isTls ? 443 : 80) };
    // An address has no name that a certificate could be asked for.
    const socket = isTls
      ? connectTls({ ...target, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) })
      : connect(target);
    const end = (reason: string | null): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeoutMs, () => end(`no answer within ${timeoutMs / 1_000} s`));
    socket.once(isTls ? 'secureConnect' : 'connect', () => end(null));
    socket.once('error', (error: Error) => end(reasonOf(error)));
  });
};

/** Several addresses that all failed are one error without a message. */
const reasonOf = (error: Error): string => {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  return errorText(first ?? error);
};
