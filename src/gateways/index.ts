import type { GatewayKind } from './gateway-kind.ts';
import { hermes } from './hermes/hermes.ts';

/** Every kind of gateway that Lifeline knows, by its name in the configuration. */
export const GATEWAY_KINDS: Readonly<Record<string, GatewayKind>> = { hermes };
