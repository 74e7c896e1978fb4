/** Who listens on the gateway's port in its place, when the gateway itself says that another instance runs. */
import type { ProcessIdentity, Suspect } from '../../diagnosis/evidence.ts';
import type { GatewayKind } from '../../gateways/gateway-kind.ts';
import { listenersOn } from './listeners.ts';
import { suspectOf } from '../process/process.ts';
import type { Sensor } from '../sensor.ts';
import { MOMENT_MS, survey } from '../process/survey.ts';

export interface PortHolderOptions {
  readonly kind: GatewayKind;
  readonly home: string;
  /**
   * Whether the gateway has said so lately, and of which port; null: it has not; `own`: of that which its kind knows.
   */
  readonly wanted: (now: number) => number | 'own' | null;
  /** The gateway's own process, whose port it is. */
  readonly process: () => ProcessIdentity | null | undefined;
}

/** Says nothing where the port is free, the gateway's own, or held by somebody who cannot be seen. */
export const createPortHolderSensor = ({ kind, home, wanted, process }: PortHolderOptions): Sensor => ({
  name: 'port',
  look: async (now) => {
    const named = wanted(now);
    const port = named === 'own' ? ((await kind.port?.(home)) ?? null) : named;
    if (port === null) return [];
    const holder = await holderOf(port, process() ?? null);
    return holder
      ? [
          {
            at: now,
            source: 'port',
            text: `port ${port} is held by pid ${holder.pid} (${holder.command})`,
            link: null,
            fact: { kind: 'port-taken', port, holder },
          },
        ]
      : [];
  },
});

const holderOf = async (port: number, own: ProcessIdentity | null): Promise<Suspect | null> => {
  const { processes } = await survey(MOMENT_MS);
  const listeners = await listenersOn(
    port,
    processes.map(({ pid }) => pid),
  );
  const holder = listeners.includes(own?.pid ?? -1) ? undefined : processes.find(({ pid }) => listeners.includes(pid));
  return holder ? suspectOf(holder) : null;
};
