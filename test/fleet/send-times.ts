/**
 * When each hub began to send, seen from outside of the hubs: each reaches the platform by a door of its own, and the lease's
 * bucket is watched beside them.
 */
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { LEASE } from '../../src/fleet/lease.ts';
import { HUB_INBOX, LEASE_BUCKET } from '../../src/fleet/subjects.ts';

export interface Send {
  readonly hub: string;
  readonly at: number;
}

export interface SendTimes {
  /** The address of the platform for this hub. */
  door(hub: string): Promise<string>;
  /** Begins to watch the lease, once a hub has made its bucket. */
  watch(url: string, seed: string): Promise<void>;
  sends(): readonly Send[];
  /** The sends that began when the hub's last renewal had been at the server for longer than the deadline allows. */
  late(): readonly Send[];
  stop(): Promise<void>;
}

/** A message to a person, or the change of one. Calls that nobody sees, such as a login, may be made at any time. */
const MESSAGE = '/open-apis/im/v1/messages';
/** A call needs a moment from its beginning in the hub to the door, on a machine that is busy. */
const UNDER_WAY_MS = 250;

export const createSendTimes = (platform: string): SendTimes => {
  const doors: Server[] = [];
  const sends: Send[] = [];
  const renewals: { readonly hub: string; readonly at: number }[] = [];
  let nc: NatsConnection | null = null;

  return {
    door: async (hub) => {
      const server = createServer((incoming, outgoing) => {
        if (incoming.url?.startsWith(MESSAGE) === true && incoming.method !== 'GET')
          sends.push({ hub, at: Date.now() });
        const { host: _, ...headers } = incoming.headers;
        const onward = forward(
          new URL(incoming.url ?? '/', platform),
          { method: incoming.method, headers },
          (answer) => {
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(outgoing);
          },
        );
        // The hub was killed, or the platform has hung up as it was told to.
        onward.on('error', () => outgoing.destroy());
        outgoing.on('close', () => onward.destroy());
        incoming.pipe(onward);
      });
      doors.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    watch: async (url, seed) => {
      nc = await connect({
        servers: url,
        authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
        inboxPrefix: HUB_INBOX,
        maxReconnectAttempts: -1,
      });
      const kv = await new Kvm(jetstream(nc)).open(LEASE_BUCKET);
      const entries = await kv.watch();
      void (async () => {
        for await (const { operation, created, value } of entries) {
          if (operation !== 'PUT') continue;
          const { hub } = JSON.parse(new TextDecoder().decode(value)) as { readonly hub: string };
          renewals.push({ hub, at: created.getTime() });
        }
      })();
    },
    sends: () => sends,
    late: () => {
      const [first] = renewals;
      return sends.filter(
        ({ hub, at }) =>
          first !== undefined &&
          at > first.at &&
          !renewals.some(
            (renewal) =>
              renewal.hub === hub && renewal.at <= at && at - renewal.at <= LEASE.ttlMs - LEASE.marginMs + UNDER_WAY_MS,
          ),
      );
    },
    stop: async () => {
      await nc?.close();
      for (const server of doors) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
};
