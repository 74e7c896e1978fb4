/** Reads whether a gateway that was found runs, and which supervisor keeps it. The choice of gateways shows both. */
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { silentLogger } from '../base/logger.ts';
import { parseConfig } from '../config/parse-config.ts';
import { readSecretFile } from '../config/read-secret.ts';
import { createMonitoredGateway } from '../monitor/monitored-gateway.ts';
import type { FoundGateway } from './find-gateways.ts';
import { userHomeOf, type Variables } from './paths.ts';

export interface FoundGatewayState {
  readonly pid: number | null;
  readonly keeper:
    | { readonly kind: 'keeps'; readonly supervisor: string; readonly unit: string }
    /** The supervisor cannot be asked. */
    | { readonly kind: 'unknown'; readonly why: string };
}

/** Reads only. Never throws. */
export const readGatewayState = async (
  { name, kind, home }: FoundGateway,
  env: Variables,
  clock: Clock,
): Promise<FoundGatewayState> => {
  let pid: number | null = null;
  try {
    const text = JSON.stringify({ gateways: [{ name, kind, home }] });
    const config = parseConfig(text, { file: '(found)', env, home: userHomeOf(env), readSecret: readSecretFile });
    const [gateway] = config.gateways;
    if (!gateway) throw new Error('no gateway');
    const monitored = createMonitoredGateway(gateway, config, { clock, logger: silentLogger() });
    pid = (await monitored.findProcess()).gateway?.pid ?? null;
    const { supervisor } = await monitored.detection.choose();
    return { pid, keeper: { kind: 'keeps', supervisor: supervisor.name, unit: supervisor.unit } };
  } catch (error) {
    return { pid, keeper: { kind: 'unknown', why: errorText(error).split('\n')[0] ?? '' } };
  }
};
