/** The text of a creds file: what a user of NATS shows the server, and the seed by which it proves that it may. */
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

/** null: there is none. */
export const seedInCreds = (text: string): string | null =>
  /BEGIN USER NKEY SEED-+\s+([A-Z2-7]+)\s/.exec(text)?.[1] ?? null;
