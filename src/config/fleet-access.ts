/** Whether what the configuration of a fleet names can be used: the seed or creds file, and the server's certificate. */
import { certificatesIn, endOf } from '../base/certificates.ts';
import { errorText } from '../base/errors.ts';
import { readCreds } from '../base/nats-creds.ts';
import { readForeignNow } from '../base/foreign/read.ts';
import { MOST_BYTES } from '../base/foreign/sizes.ts';
import { OWN_FILES } from '../base/foreign/trust.ts';
import type { FleetAccess } from './config.ts';

export interface AccessProblem {
  readonly key: 'credentials' | 'ca';
  readonly why: 'no_seed' | 'not_of_a_user' | 'no_rights' | 'unreadable' | 'no_certificate' | 'expired';
  /** What the system says, or when a certificate ended; never a part of a secret. */
  readonly said: string | null;
}

const OF_CREDS = 'BEGIN NATS USER JWT';

/** Returns the key that the rights are for, as the JWT says it; null: it says none. */
const keyOfJwt = (jwt: string | null): string | null => {
  const claims = jwt?.split('.')[1] ?? '';
  try {
    const said: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    return typeof said === 'object' && said !== null && 'sub' in said && typeof said.sub === 'string' ? said.sub : null;
  } catch {
    return null;
  }
};

const credentialsProblem = async (credentials: string): Promise<AccessProblem | null> => {
  const given = credentials.trim();
  const isCreds = given.includes(OF_CREDS);
  const { jwt, seed } = isCreds ? readCreds(given) : { jwt: null, seed: given };
  const { fromSeed } = await import('@nats-io/nkeys');
  try {
    const key = fromSeed(new TextEncoder().encode(seed ?? '')).getPublicKey();
    if (!key.startsWith('U')) return { key: 'credentials', why: 'not_of_a_user', said: null };
    return isCreds && keyOfJwt(jwt) !== key ? { key: 'credentials', why: 'no_rights', said: null } : null;
  } catch {
    return { key: 'credentials', why: 'no_seed', said: null };
  }
};

const certificateProblem = (path: string, now: number): AccessProblem | null => {
  let text: string;
  try {
    text = readForeignNow(path, { trust: OWN_FILES, mostBytes: MOST_BYTES.certificates }).bytes.toString('utf8');
  } catch (error) {
    return { key: 'ca', why: 'unreadable', said: errorText(error) };
  }
  try {
    // Of several any may be the one that counts.
    const end = Math.max(...certificatesIn(text).map(endOf));
    return end < now ? { key: 'ca', why: 'expired', said: new Date(end).toISOString().slice(0, 10) } : null;
  } catch {
    return { key: 'ca', why: 'no_certificate', said: null };
  }
};

/** Asks no server. */
export const accessProblems = async (
  { credentials, caFile }: FleetAccess,
  now: number,
): Promise<readonly AccessProblem[]> =>
  [await credentialsProblem(credentials.reveal()), caFile === null ? null : certificateProblem(caFile, now)].filter(
    (problem) => problem !== null,
  );
