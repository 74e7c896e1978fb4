/** Where the gateway is. Asked once and kept: the platform allows two questions a minute (facts/qq.md §2.1). */
import type { Clock } from '../../../base/clock.ts';
import type { Api } from '../api.ts';

export type Address = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly reason: string; readonly cure: 'retry' | 'human' };

export interface GatewayAddress {
  get(): Promise<Address>;
  /** A connection there came to nothing: ask again before the next. */
  suspect(): void;
}

/** No permission for this API, API closed to this bot, bot banned. */
const BARRED: readonly number[] = [11253, 11254, 11265];

/** @param everyMs between two questions, once an address is known. */
export const createGatewayAddress = (api: Api, clock: Pick<Clock, 'now'>, everyMs: number): GatewayAddress => {
  let known: string | null = null;
  let suspected = false;
  let askedAt = -Infinity;
  return {
    get: async () => {
      if (known && (!suspected || Math.abs(clock.now() - askedAt) < everyMs)) return { ok: true, url: known };
      askedAt = clock.now();
      const answer = await api('GET', '/gateway');
      const url = answer.kind === 'answered' ? answer.body?.['url'] : null;
      if (typeof url === 'string' && /^wss?:\/\//.test(url)) {
        known = url;
        suspected = false;
        return { ok: true, url };
      }
      // The address hardly ever changes: the old one is better than none.
      if (known) return { ok: true, url: known };
      if (answer.kind === 'no_token') return { ok: false, reason: answer.text, cure: answer.cure };
      const barred = answer.kind === 'answered' && BARRED.includes(answer.code ?? 0);
      return { ok: false, reason: `QQ does not tell its gateway's address: ${answer.text}`, cure: barred ? 'human' : 'retry' };
    },
    suspect: () => {
      suspected = true;
    },
  };
};
