/** The server's certificate where the operator gives one: whether hosts will be able to prove the server by it. */
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { certificatesIn, endOf } from '../../base/certificates.ts';
import { errorText, UserError } from '../../base/errors.ts';

export interface PemFile {
  readonly path: string;
  readonly text: string;
}

export interface OwnCertificate {
  /** What the server shows. */
  readonly chain: string;
  /** Whom hosts trust: whoever has signed it. */
  readonly trusted: string;
}

const refused = (why: string, cause?: unknown): UserError => new UserError('USAGE_FLEET_CERTIFICATE', why, { cause });

/** @throws UserError when `read` cannot. */
const reading = <T>({ path, text }: PemFile, what: string, read: (text: string) => T): T => {
  try {
    return read(text);
  } catch (error) {
    throw refused(`${path} is no ${what}: ${errorText(error)}. Give it in PEM, as text.`, error);
  }
};

const hasSigned = (signer: X509Certificate, signed: X509Certificate): boolean =>
  signed.checkIssued(signer) && signed.verify(signer.publicKey);

/** Returns the one that signs itself, at the end of those who have signed `leaf`; null: it is not among them. */
const rootOf = (leaf: X509Certificate, others: readonly X509Certificate[]): X509Certificate | null => {
  let last = leaf;
  // Whoever has signed is asked in turn, each once.
  for (const left = new Set(others); !hasSigned(last, last); left.delete(last)) {
    const signer = [...left].find((each) => hasSigned(each, last));
    if (signer === undefined) return null;
    last = signer;
  }
  return last;
};

/**
 * Returns what the server shows, and whom hosts trust by it.
 * @param hosts the server's names, as hosts reach it. @param now in milliseconds of Unix time.
 * @throws UserError when hosts would refuse the server, with what to give instead.
 */
export const checkOwnCertificate = (
  files: { readonly cert: PemFile; readonly key: PemFile; readonly ca: PemFile | null },
  hosts: readonly string[],
  now: number,
): OwnCertificate => {
  const { cert, key, ca } = files;
  const chain = reading(cert, 'certificate', certificatesIn);
  const secret: KeyObject = reading(key, 'key that can be read', createPrivateKey);
  const signers = ca === null ? [] : reading(ca, 'certificate', certificatesIn);
  const [leaf] = chain as readonly [X509Certificate];
  if (!leaf.checkPrivateKey(secret))
    throw refused(`The key in ${key.path} is not that of the certificate in ${cert.path}.`);
  const end = endOf(leaf);
  if (end < now)
    throw refused(`The certificate in ${cert.path} has ended on ${new Date(end).toISOString().slice(0, 10)}.`);
  const stranger = hosts.find((host) => (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) === undefined);
  if (stranger !== undefined)
    throw refused(
      `The certificate in ${cert.path} is not for ${stranger}, but for ${leaf.subjectAltName ?? leaf.subject}. Hosts would refuse the server.`,
    );
  const root = rootOf(leaf, [...chain.slice(1), ...signers]);
  if (root === null)
    throw refused(
      `The certificate in ${cert.path} is signed by somebody whose own certificate is not there (${(chain.at(-1) ?? leaf).issuer.replaceAll('\n', ', ')}), so hosts could not prove it. Give that one too: --ca FILE`,
    );
  return { chain: chain.map(String).join(''), trusted: root.toString() };
};
