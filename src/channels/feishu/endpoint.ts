/** The endpoint call, which says where the long connection is: made for the SDK, but judged by ourselves. */
import { z } from 'zod';
import { callJson } from './http.ts';
import type { Settings } from './options.ts';
import { explain } from './refusals.ts';

/** What the SDK asks of its `httpInstance` for this call. */
export interface SdkRequest {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: object;
}

/** All of it must be there: the SDK takes over a missing interval as NaN and then pings in a loop. */
const goodAnswer = z.object({
  code: z.literal(0),
  data: z.object({
    URL: z.string(),
    ClientConfig: z.object({ PingInterval: z.number().positive(), ReconnectInterval: z.number(), ReconnectNonce: z.number(), ReconnectCount: z.number() }),
  }),
});

const refusedAnswer = z.object({ code: z.number().refine((code) => code !== 0), msg: z.string().nullish() });

export interface EndpointAnswer {
  /** The body as the SDK wants it. */
  readonly body: object;
  readonly pingIntervalMs: number;
}

/**
 * Any failure is thrown here, so that the cycle ends at once and with a reason: left to itself the SDK would take some
 * for final and wait two minutes after others (facts/feishu.md 1.2).
 * @throws Error with a sentence for people.
 */
export const callEndpoint = async ({ url, headers, data }: SdkRequest, { origin, httpTimeoutMs }: Settings, signal: AbortSignal): Promise<EndpointAnswer> => {
  const answer = await callJson({ method: 'POST', url: url ?? '', timeoutMs: httpTimeoutMs, signal, ...(headers ? { headers } : {}), ...(data ? { body: data } : {}) });
  const good = goodAnswer.safeParse(answer.body);
  if (!good.success) {
    const refusal = refusedAnswer.safeParse(answer.body);
    if (refusal.success) throw new Error(explain(refusal.data.code, refusal.data.msg ?? ''));
    throw new Error(`the platform answered HTTP ${answer.status} without an address to connect to`);
  }
  const { URL: address, ClientConfig } = good.data.data;
  // The tap speaks the one or the other; and a secure platform must not send us to an open line.
  if (address.startsWith('wss:') !== origin.startsWith('https:')) throw new Error('the platform named an address of the wrong kind to connect to');
  return { body: answer.body ?? {}, pingIntervalMs: ClientConfig.PingInterval * 1_000 };
};
