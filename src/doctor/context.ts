/**
 * What every check of a gateway gets: one gateway of the configuration, the machine it is on, and the ways to ask that.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { readForeign } from '../base/foreign/read.ts';
import { MOST_BYTES } from '../base/foreign/sizes.ts';
import { trustIn, type Trust } from '../base/foreign/trust.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { GatewayKind, ServiceName } from '../gateways/gateway-kind.ts';
import type { GatewayProcess } from '../sensors/process/process.ts';
import type { RunCommand } from '../supervisors/run-command.ts';
import { findContainer, type KeptIn } from './container.ts';
import { findLogSymptoms, type LogFindings } from './log-symptoms.ts';
import { readGatewayPlists, type PlistFile } from './launchd/plists.ts';
import { processesOf } from './processes.ts';
import { showUnits, type SystemdUnit } from './systemd-units.ts';

export interface Machine {
  readonly userHome: string;
  readonly user: string;
  readonly uid: number;
  readonly run: RunCommand;
  readonly clock: Clock;
  /** Whether hosts elsewhere may be asked. When left out, they may. */
  readonly network?: boolean;
}

export interface DoctorContext extends Machine {
  readonly gateway: GatewayConfig;
  readonly kind: GatewayKind;
  /**
   * The places of the gateway's service definitions: under the name that the configuration gives, then where the
   * gateway's own installer puts them.
   */
  readonly services: readonly ServiceName[];
  /** The launchd definitions that run this gateway, and those under its name that cannot be read. Read once. */
  readonly plists: () => Promise<readonly PlistFile[]>;
  /**
   * The units of systemd under this gateway's names that are there. Asked once. @throws UserError when systemd cannot
   * be asked.
   */
  readonly units: () => Promise<readonly SystemdUnit[]>;
  /** The gateway's processes, the oldest first; usually there is one. Looked for once. */
  readonly processes: () => Promise<readonly GatewayProcess[]>;
  /** The container that keeps the gateway; null when none does. Looked for once. */
  readonly container: () => Promise<KeptIn | null>;
  /** The uid of the owner of the gateway's home; null when there is no home. */
  readonly owner: () => Promise<number | null>;
  /** The users whose files are believed to be this gateway's. */
  readonly trust: Trust;
  /**
   * Returns the text of a file below the home, or at an absolute path; null when the file is missing, unreadable or not
   * trusted. Each file is read once.
   */
  readonly text: (path: string) => Promise<string | null>;
  /** What the gateway's logs name that somebody must mend. Read once. */
  readonly symptoms: () => Promise<LogFindings>;
}

export const createContext = (gateway: GatewayConfig, kind: GatewayKind, machine: Machine): DoctorContext => {
  const services = [...configuredServices(gateway, machine.userHome), ...kind.services(gateway.home, machine.userHome)];
  const trust = trustIn(gateway.home, kind.trustedUsers);
  const texts = new Map<string, Promise<string | null>>();
  const text = (path: string): Promise<string | null> => {
    const file = path.startsWith('/') ? path : join(gateway.home, path);
    const known =
      texts.get(file) ??
      readForeign(file, { trust, mostBytes: MOST_BYTES.config }).then(
        (read) => read.text,
        () => null,
      );
    texts.set(file, known);
    return known;
  };
  const processes = once(() => processesOf(gateway, kind, machine));
  return {
    ...machine,
    gateway,
    kind,
    services,
    trust,
    text,
    plists: once(() => readGatewayPlists({ home: gateway.home, kind, services, userHome: machine.userHome })),
    units: once(() =>
      showUnits({
        services,
        kind,
        wanted: gateway.supervisor,
        userHome: machine.userHome,
        uid: machine.uid,
        run: machine.run,
      }),
    ),
    processes,
    container: once(() =>
      findContainer({
        gateway,
        pid: async () => (await processes().catch(() => []))[0]?.pid ?? null,
        run: machine.run,
        clock: machine.clock,
      }),
    ),
    owner: once(() =>
      stat(gateway.home).then(
        ({ uid }) => uid,
        () => null,
      ),
    ),
    symptoms: once(() => findLogSymptoms(kind, gateway.home, machine.clock.now())),
  };
};

/** A unit that the configuration names comes first. */
const configuredServices = ({ supervisor, unit }: GatewayConfig, userHome: string): readonly ServiceName[] => {
  if (unit === null) return [];
  const all: readonly ServiceName[] = [
    { supervisor: 'systemd-user', unit, path: `${userHome}/.config/systemd/user/${unit}` },
    { supervisor: 'systemd-system', unit, path: `/etc/systemd/system/${unit}` },
    { supervisor: 'launchd', unit, path: `${userHome}/Library/LaunchAgents/${unit}.plist` },
    { supervisor: 's6', unit, path: `/run/service/${unit}` },
  ];
  return all.filter(
    (service) =>
      supervisor === service.supervisor || (supervisor === 'auto' && service.supervisor.startsWith('systemd')),
  );
};

const once = <T>(get: () => Promise<T>): (() => Promise<T>) => {
  let got: Promise<T> | null = null;
  return () => (got ??= get());
};
