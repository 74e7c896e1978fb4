/** Reads whether a gateway that was found runs, and which supervisor keeps it. The choice of gateways shows both. */
import { join } from 'node:path';
import { readForeign, MOST_BYTES, ANYBODY } from '../base/open-foreign.ts';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { silentLogger } from '../base/logger.ts';
import { parseConfig } from '../config/load.ts';
import { readSecretFile } from '../config/secret.ts';
import type { LinkName } from '../diagnosis/evidence.ts';
import { configuredLinks } from '../doctor/context.ts';
import { kindAt } from '../gateways/index.ts';
import { createMonitoredGateway } from '../monitor/gateway/monitored-gateway.ts';
import type { FoundGateway } from './find-gateways.ts';
import { userHomeOf, type Variables } from './paths.ts';

export interface FoundGatewayState {
  readonly pid: number | null;
  /** The platforms that its files name. */
  readonly links: readonly LinkName[];
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
  const links = await configuredLinks({
    gateway: { links: 'auto' },
    kind: kindAt(kind, home),
    text: (file) =>
      readForeign(join(home, file), { trust: ANYBODY, mostBytes: MOST_BYTES.config }).then(
        ({ text }) => text,
        () => null,
      ),
  });
  try {
    const text = JSON.stringify({ gateways: [{ name, kind, home }] });
    const config = parseConfig(text, { file: '(found)', env, home: userHomeOf(env), readSecret: readSecretFile });
    const [gateway] = config.gateways;
    if (!gateway) throw new Error('no gateway');
    const monitored = createMonitoredGateway(gateway, config, { clock, logger: silentLogger() });
    pid = (await monitored.findProcess()).gateway?.pid ?? null;
    const { supervisor } = await monitored.detection.choose();
    return { pid, links, keeper: { kind: 'keeps', supervisor: supervisor.name, unit: supervisor.unit } };
  } catch (error) {
    return { pid, links, keeper: { kind: 'unknown', why: errorText(error).split('\n')[0] ?? '' } };
  }
};
