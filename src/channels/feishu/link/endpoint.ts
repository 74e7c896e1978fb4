/** Asks the endpoint for the address of the long connection, in the SDK's place, and checks the answer. */
import * as z from 'zod';
import { callJson, jsonBody } from '../../../base/http.ts';
import { clientConfig, PING_INTERVAL_S, readPingInterval } from './sdk-patch.ts';
import { isSocketAddress } from '../../socket-address.ts';
import type { Settings } from '../options.ts';
import { explain } from '../http/refusals.ts';

/** The call as the SDK hands it to its `httpInstance`. */
export interface SdkRequest {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: object;
}

/** Only the ping interval of the platform's configuration is used: Lifeline reconnects by its own rules. */
const goodAnswer = z.object({
  code: z.literal(0),
  data: z.object({ URL: z.string(), ClientConfig: z.record(z.string(), z.unknown()).nullish() }),
});

const refusedAnswer = z.object({ code: z.number().refine((code) => code !== 0), msg: z.string().nullish() });

export interface EndpointAnswer {
  /** The body as the SDK wants it. */
  readonly body: object;
  readonly pingIntervalMs: number;
}

/**
 * Any failure is thrown here, so that the cycle ends at once and with a reason: left to itself the SDK would take some
 * for final and wait two minutes after others (docs/facts/feishu.md 1.2).
 * @throws Error with a sentence for people.
 */
export const callEndpoint = async (
  { url, headers, data }: SdkRequest,
  { origin, httpTimeoutMs }: Settings,
  signal: AbortSignal,
): Promise<EndpointAnswer> => {
  const answer = await callJson({
    method: 'POST',
    url: url ?? '',
    timeoutMs: httpTimeoutMs,
    signal,
    ...(headers ? { headers } : {}),
    ...(data ? { body: jsonBody(data) } : {}),
  });
  const good = goodAnswer.safeParse(answer.body);
  if (!good.success) {
    const refusal = refusedAnswer.safeParse(answer.body);
    if (refusal.success) throw new Error(explain(refusal.data.code, refusal.data.msg ?? ''));
    throw new Error(`the platform answered HTTP ${answer.status} without an address to connect to`);
  }
  const { URL: address, ClientConfig } = good.data.data;
  // The agent speaks only one of the two, and a secure platform must not send us to an unencrypted connection.
  if (!isSocketAddress(address, [origin.startsWith('https:') ? 'wss:' : 'ws:']))
    throw new Error('the platform named an address of the wrong kind to connect to');
  const pingIntervalS = readPingInterval(ClientConfig?.['PingInterval']) ?? PING_INTERVAL_S.usual;
  const config = clientConfig(pingIntervalS);
  return {
    body: { ...answer.body, data: { URL: address, ClientConfig: config } },
    pingIntervalMs: pingIntervalS * 1_000,
  };
};
