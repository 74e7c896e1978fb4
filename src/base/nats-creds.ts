/** The creds file of a NATS user: what the user shows the server, and the seed by which the user proves that it may. */

export interface Creds {
  /** Three parts of base64url, with points between them; whether it is true is not looked at. null: there is none. */
  readonly jwt: string | null;
  /** null: there is none. */
  readonly seed: string | null;
}

/** Returns the text of a creds file. */
export const writeCreds = (jwt: string, seed: string): string =>
  [
    '-----BEGIN NATS USER JWT-----',
    jwt,
    '------END NATS USER JWT------',
    '',
    'Whoever has the seed is this host. Keep it private.',
    '',
    '-----BEGIN USER NKEY SEED-----',
    seed,
    '------END USER NKEY SEED------',
    '',
  ].join('\n');

const JWT = /-----BEGIN NATS USER JWT-----\s+([\w-]+\.[\w-]+\.[\w-]+)\s/;
const SEED = /-----BEGIN USER NKEY SEED-----\s+([A-Z2-7]+)\s/;

/** @param text of a creds file, with the line ends of any system. */
export const readCreds = (text: string): Creds => ({
  jwt: JWT.exec(text)?.[1] ?? null,
  seed: SEED.exec(text)?.[1] ?? null,
});
