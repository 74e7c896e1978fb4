/**
 * The subjects of the fleet, and who may use them (docs/fleet.md#how-it-works). `lf1` is the protocol's version: a change
 * that neighbouring versions could not read takes new subjects.
 */
import * as z from 'zod';
import { HOST_NAME } from '../config/fleet-schema.ts';

const ROOT = 'lf1';

/** What an agent asks the hub. */
export type Up = 'beat' | 'notice' | 'claim' | 'answer';
/** What the hub sends to one agent. */
export type Down = 'command' | 'receipt';

export const upSubject = (host: string, kind: Up): string => `${ROOT}.up.${host}.${kind}`;
export const downSubject = (host: string, kind: Down): string => `${ROOT}.down.${host}.${kind}`;

/** What the hub listens to: one kind from every host. */
export const fromAll = (kind: Up): string => `${ROOT}.up.*.${kind}`;
/** Everything that goes to one agent. */
export const toHost = (host: string): string => `${ROOT}.down.${host}.>`;

/** Where the answers to an agent's requests arrive: a prefix of its own, so that no agent can read those of another. */
export const inboxOf = (host: string): string => `${ROOT}.inbox.${host}`;
/** Whether an answer may go there. A host can name any subject, and a hub may publish on many that the host may not. */
export const isInboxOf = (host: string, subject: string): boolean => subject.startsWith(`${inboxOf(host)}.`);
/** Not among those of the hosts: a host may have any name. */
export const HUB_INBOX = `${ROOT}.hub`;

/** @returns who sent it, by the subject: the server lets each agent publish under its own name only. */
export const senderOf = (subject: string): string | null =>
  /^lf1\.up\.([a-z0-9][a-z0-9-]{0,62})\.(?:beat|notice|claim|answer)$/.exec(subject)?.[1] ?? null;

export const LOG_STREAM = 'LF1_LOG';
export const LEASE_BUCKET = 'lf1_lease';
export const CHANGE_SUBJECT = `${ROOT}.log.change`;
export const SNAPSHOT_SUBJECT = `${ROOT}.log.snapshot`;
export const LOG_SUBJECTS = `${ROOT}.log.*`;

export interface Rights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** An agent speaks under its own name alone, and hears only what is meant for it. */
export const agentRights = (host: string): Rights => ({
  publish: [`${ROOT}.up.${host}.*`],
  subscribe: [toHost(host), `${inboxOf(host)}.>`],
});

/** A hub hears all agents, and is the only one that may command, hold the lease and write the log. */
export const hubRights = (): Rights => ({
  publish: [
    `${ROOT}.down.>`,
    LOG_SUBJECTS,
    `$KV.${LEASE_BUCKET}.>`,
    '$JS.API.>',
    '$JS.ACK.>',
    '$JS.FC.>',
    // The answers to the agents' requests.
    `${ROOT}.inbox.>`,
  ],
  subscribe: [`${ROOT}.up.>`, `${HUB_INBOX}.>`],
});

export const hostName = z.string().regex(HOST_NAME);

export type Labels = Readonly<Record<string, string>>;

/** They stand in what operators type. */
export const labels = z
  .record(z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/), z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/))
  .refine((given) => Object.keys(given).length <= 16);
