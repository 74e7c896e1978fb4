import { createHash } from 'node:crypto';

/**
 * `msg_seq`: the same for every try of one part in one shape, so that the platform drops a repeat of what arrived;
 * different for a changed text, so that it does not drop that. 1 … 2^31−1.
 */
export const sequenceNumber = (key: string, part: number, shape: string): number =>
  (createHash('sha256').update(`${key}\n${part}\n${shape}`).digest().readUInt32BE(0) % 0x7fff_ffff) + 1;
