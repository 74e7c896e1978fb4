/** Reads what `ss -tinpH` (iproute2) prints: the kernel's own account of each TCP connection. */
import { plainAddress } from './ip-address.ts';

export interface KernelSocket {
  /** `ESTAB`, `SYN-SENT`, `CLOSE-WAIT`… */
  readonly state: string;
  readonly peer: { readonly address: string; readonly port: number };
  /** Who has it open; empty where that may not be seen. */
  readonly pids: readonly number[];
  /** How long ago data last went out, sent again counts too; null when the kernel does not say. */
  readonly lastSendMs: number | null;
  /** How long ago data last came in; null when the kernel does not say. */
  readonly lastReceiveMs: number | null;
  /** Segments that the peer has not acknowledged. */
  readonly unacked: number;
  /** How many times in a row the kernel has doubled its wait for an acknowledgement. */
  readonly backoff: number;
}

const SOCKET = /^([A-Z][A-Z0-9-]*)\s+\d+\s+\d+\s+\S+\s+(\S+):(\d{1,5})(?:\s(.*))?$/;
const USER = /,pid=(\d{1,10}),fd=\d+\)/g;

/** @returns the sockets in the text's order; what cannot be understood is left out. */
export const parseSs = (text: string): readonly KernelSocket[] =>
  joinWrapped(text)
    .map(parseSocket)
    .filter((socket) => socket !== null);

/** The details of a socket stand in lines of their own, indented. */
const joinWrapped = (text: string): readonly string[] => text.replaceAll(/\r?\n(?=[ \t])/g, ' ').split(/\r?\n/);

const usersIn = (text: string): string => {
  const begin = text.indexOf('users:((');
  const end = text.lastIndexOf('))');
  return begin < 0 || end < begin ? '' : text.slice(begin, end + 2);
};

const parseSocket = (line: string): KernelSocket | null => {
  const [, state, address, port, rest = ''] = SOCKET.exec(line) ?? [];
  if (state === undefined || address === undefined) return null;
  // A process chooses its own name, so its name is no place to read numbers from.
  const users = usersIn(rest);
  const details = rest.replace(users, ' ');
  const number = (name: string): number | null => {
    const digits = new RegExp(`(?:^|\\s)${name}:(\\d{1,15})(?=\\s|$)`).exec(details)?.[1];
    return digits === undefined ? null : Number(digits);
  };
  // `ss` leaves out what is zero, and every connection has a window (`cwnd`) when there are details at all.
  const absent = number('cwnd') === null ? null : 0;
  return {
    state,
    peer: { address: plainAddress(address), port: Number(port) },
    pids: [...users.matchAll(USER)].map(([, pid]) => Number(pid)),
    lastSendMs: number('lastsnd') ?? absent,
    lastReceiveMs: number('lastrcv') ?? absent,
    unacked: number('unacked') ?? 0,
    backoff: number('backoff') ?? 0,
  };
};
