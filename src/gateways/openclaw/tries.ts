/** When the gateway is asked over its WebSocket, and when not: each refusal is a warning in its own log. */
import { errorText } from '../../base/errors.ts';
import { redact } from '../../base/redact/redact.ts';
import type { GatewayAccess, NoAccess } from './access.ts';
import { RpcError } from './rpc.ts';

export interface Tries {
  /** @returns the answer; null: there is none now. Never throws. */
  ask(call: () => Promise<unknown>, when: { readonly now: number; readonly isReady: boolean }): Promise<unknown>;
  /** Why it is not asked at all; null: it is. */
  readonly closedBecause: string | null;
}

const WHY: Readonly<Record<NoAccess, string>> = {
  none: 'gateway.auth.mode is none: it answers paired devices only',
  proxy: 'gateway.auth.mode is trusted-proxy: it answers behind that only',
  missing: 'no gateway.auth secret is set where Lifeline can read it',
  reference: 'gateway.auth refers to a secret that Lifeline cannot read',
};

/** One that is up and refuses will refuse again. */
const AGAIN_MS = 600_000;

export const createTries = (access: GatewayAccess, onRefused: (reason: string) => void): Tries => {
  let refusedAt: number | null = null;
  return {
    closedBecause: access.credential === null ? WHY[access.why] : null,
    ask: async (call, { now, isReady }) => {
      if (access.credential === null) {
        onRefused(WHY[access.why]);
        return null;
      }
      if (refusedAt !== null && Math.abs(now - refusedAt) < AGAIN_MS) return null;
      try {
        const answer = await call();
        refusedAt = null;
        return answer ?? {};
      } catch (error) {
        // While it starts it takes nobody; what only broke is tried again soon.
        if (!(error instanceof RpcError) || (error.failure !== 'refused' && error.failure !== 'rejected') || !isReady)
          return null;
        refusedAt = now;
        onRefused(redact(withoutSecrets(errorText(error), Object.values(access.credential))));
        return null;
      }
    },
  };
};

const MOST_LETTERS = 200;
const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text).slice(0, MOST_LETTERS);
