/** How the tests deliver, unless they say otherwise: as a configuration that says nothing of it. */
import { DELIVERY_PAUSES, type DeliveryPolicy } from '../../../src/notify/outbox/channel-order.ts';

export const DEFAULT_DELIVERY_POLICY: DeliveryPolicy = { ...DELIVERY_PAUSES, copies: 1, channelTimeoutMs: 30_000 };
