/** Tells the NATS servers of a fleet whose rights were taken. They cut those connections at once, and refuse new ones. */
import { z } from 'zod';
import type { Connection } from '../transport/connection.ts';
import { revokedBy } from './jwt.ts';
import { lookupSubject, UPDATE_SUBJECT } from './rights.ts';

/** How long all servers of a cluster may take together. */
const ANSWERS_MS = 5_000;

const answer = z.object({
  data: z.object({ code: z.number() }).optional(),
  error: z.object({ description: z.string() }).optional(),
});

/**
 * Returns how many servers have taken the account's JWT.
 * @throws when one of them refuses it, or none answers.
 */
export const tellServers = async ({ nc }: Connection, jwt: string, servers: number): Promise<number> => {
  const answers = await nc.requestMany(UPDATE_SUBJECT, jwt, {
    strategy: 'count',
    maxMessages: servers,
    maxWait: ANSWERS_MS,
  });
  let taken = 0;
  for await (const message of answers) {
    const { data, error } = answer.parse(message.json());
    if (error !== undefined) throw new Error(error.description);
    if (data?.code === 200) taken += 1;
  }
  if (taken === 0) throw new Error('no server has answered');
  return taken;
};

/**
 * Returns the public keys whose rights the server to which this is connected knows to be taken.
 * @throws when it does not answer, or has no such account.
 */
export const askRevoked = async ({ nc }: Connection, account: string): Promise<ReadonlyMap<string, number>> =>
  revokedBy((await nc.request(lookupSubject(account), undefined, { timeout: ANSWERS_MS })).string());
