/**
 * Asks for the address of QQ's gateway and keeps it: the platform allows two questions a minute (docs/facts/qq.md 2.1).
 */
import type { Clock } from '../../../base/clock.ts';
import { isSocketAddress } from '../../socket-address.ts';
import type { Api } from '../api.ts';

export type Address =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly reason: string; readonly cure: 'retry' | 'human' };

export interface GatewayAddress {
  get(): Promise<Address>;
  /** A connection to the address failed: the address is asked for again before the next one. */
  suspect(): void;
}

/** No permission for this API, API closed to this bot, bot banned. */
const BARRED: readonly number[] = [11253, 11254, 11265];

export interface GatewayAddressOptions {
  readonly api: Api;
  /** Behind an API of https the gateway must be wss: the token goes there too. */
  readonly apiBase: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Between two questions, once an address is known. */
  readonly everyMs: number;
}

export const createGatewayAddress = ({ api, apiBase, clock, everyMs }: GatewayAddressOptions): GatewayAddress => {
  const allowed = URL.parse(apiBase)?.protocol === 'http:' ? ['ws:', 'wss:'] : ['wss:'];
  let known: string | null = null;
  let suspected = false;
  let askedAt = -Infinity;
  return {
    get: async () => {
      if (known && (!suspected || Math.abs(clock.now() - askedAt) < everyMs)) return { ok: true, url: known };
      askedAt = clock.now();
      const answer = await api('GET', '/gateway');
      const url = answer.kind === 'answered' ? answer.body?.['url'] : null;
      if (isSocketAddress(url, allowed)) {
        known = url;
        suspected = false;
        return { ok: true, url };
      }
      // The address hardly ever changes: the old one is better than none.
      if (known) return { ok: true, url: known };
      if (isSocketAddress(url, ['ws:']))
        return {
          ok: false,
          reason:
            'QQ names a gateway without encryption, where the token would go in the clear; somebody may be between this machine and QQ',
          cure: 'retry',
        };
      if (answer.kind === 'no_token') return { ok: false, reason: answer.text, cure: answer.cure };
      const barred = answer.kind === 'answered' && BARRED.includes(answer.code ?? 0);
      return {
        ok: false,
        reason: `QQ does not tell its gateway's address: ${answer.text}`,
        cure: barred ? 'human' : 'retry',
      };
    },
    suspect: () => {
      suspected = true;
    },
  };
};
