/** Lifeline's QQ channel: the parts of this folder put together. */
import { processClock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import type { Inbound } from '../../chat/inbound.ts';
import type { Channel } from '../channel.ts';
import { createApi } from './api.ts';
import type { Dispatch } from './connection.ts';
import { createGatewayAddress } from './gateway-address.ts';
import { createHttp } from './http.ts';
import { pressToAnswer, toInbound } from './inbound.ts';
import { createLink } from './link.ts';
import { DEFAULT_TIMINGS, type QqChannelOptions } from './options.ts';
import { createSender } from './sender.ts';
import { createTokenSource } from './token.ts';

/** A channel lives once: after `stop` it does not start again. */
export const createQqChannel = ({ appId, clientSecret, apiBase, tokenUrl, logger, clock = processClock(), timings }: QqChannelOptions): Channel => {
  const times = { ...DEFAULT_TIMINGS, ...timings };
  const stopping = new AbortController();
  const http = createHttp(times.requestMs, stopping.signal);
  const tokens = createTokenSource({ appId, clientSecret, tokenUrl, http, clock });
  const api = createApi(apiBase.replace(/\/+$/, ''), tokens, http);
  let receive: (inbound: Inbound) => void = () => undefined;

  const answerPress = async (id: string): Promise<void> => {
    const answer = await api('PUT', `/interactions/${encodeURIComponent(id)}`, { code: 0 });
    const answered = answer.kind === 'answered' && answer.status < 300 && answer.code === null;
    if (!answered) logger.warn({ answer: answer.text }, 'QQ: a button press could not be answered');
  };

  const onEvent = (event: Dispatch): void => {
    const press = pressToAnswer(event);
    if (press) void answerPress(press);
    const inbound = toInbound(event, clock.now());
    if (inbound) receive(inbound);
  };

  const link = createLink({ tokens, address: createGatewayAddress(api), timings: times, clock, logger, onEvent });
  const sender = createSender(api, () => link.renew());

  return {
    name: 'qq',
    start: async (onInbound) => {
      receive = onInbound;
      link.start();
    },
    stop: async () => {
      stopping.abort(new Error('stopped'));
      await link.stop();
    },
    send: async (to, message, delivery) => {
      try {
        return await sender.send(to, message, delivery);
      } catch (thrown) {
        logger.error({ err: thrown }, 'QQ: a message could not be sent');
        return { outcome: 'retry', reason: `Unexpected: ${errorText(thrown)}`, afterMs: 60_000 };
      }
    },
    status: () => link.status(),
  };
};
