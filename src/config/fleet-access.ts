/** Whether what the configuration of a fleet names can be used: the key, and the certificate. Asks no server. */
import { X509Certificate } from 'node:crypto';
import { errorText } from '../base/errors.ts';
import { readForeignNow, MOST_BYTES, OWN_FILES } from '../base/open-foreign.ts';
import type { FleetAccess } from './config.ts';

export interface AccessProblem {
  readonly key: 'credentials' | 'ca';
  readonly why: 'no_key' | 'unreadable' | 'no_certificate';
  /** What the system says; never a part of a secret. */
  readonly said: string | null;
}

/** In a creds file, as `nsc` makes them. */
const SEED = /-----BEGIN USER NKEY SEED-----\s+([A-Z2-7]+)\s/;

const isKeyOfUser = async (credentials: string): Promise<boolean> => {
  const { fromSeed } = await import('@nats-io/nkeys');
  try {
    const seed = SEED.exec(credentials)?.[1] ?? credentials.trim();
    return fromSeed(new TextEncoder().encode(seed)).getPublicKey().startsWith('U');
  } catch {
    return false;
  }
};

export const accessProblems = async ({ credentials, caFile }: FleetAccess): Promise<readonly AccessProblem[]> => {
  const found: AccessProblem[] = [];
  if (!(await isKeyOfUser(credentials.reveal()))) found.push({ key: 'credentials', why: 'no_key', said: null });
  if (caFile === null) return found;
  let text: Buffer;
  try {
    text = readForeignNow(caFile, { trust: OWN_FILES, mostBytes: MOST_BYTES.certificates }).bytes;
  } catch (error) {
    return [...found, { key: 'ca', why: 'unreadable', said: errorText(error) }];
  }
  try {
    void new X509Certificate(text);
  } catch {
    found.push({ key: 'ca', why: 'no_certificate', said: null });
  }
  return found;
};
