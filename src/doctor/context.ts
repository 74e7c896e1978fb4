/** What every check gets: one gateway of the configuration, the machine it is on, and the ways to ask that. */
import type { Clock } from '../base/clock.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { GatewayKind, ServiceName } from '../gateways/gateway-kind.ts';
import type { RunCommand } from '../supervisors/run-command.ts';
import { readGatewayPlists, type PlistFile } from './launchd/plists.ts';
import { showUnits, type SystemdUnit } from './systemd-units.ts';
import type { Finding } from './finding.ts';

export interface Machine {
  readonly userHome: string;
  readonly user: string;
  readonly uid: number;
  readonly run: RunCommand;
  readonly clock: Clock;
}

export interface DoctorContext extends Machine {
  readonly gateway: GatewayConfig;
  readonly kind: GatewayKind;
  /** Where its definitions may be: under the name that the configuration gives, then where its own installer puts them. */
  readonly services: readonly ServiceName[];
  /** The launchd definitions that run this gateway, and those under its name that cannot be read. Read once. */
  readonly plists: () => Promise<readonly PlistFile[]>;
  /** The units of systemd under this gateway's names that are there. Asked once. @throws UserError when systemd cannot be asked. */
  readonly units: () => Promise<readonly SystemdUnit[]>;
}

/** One thing that the doctor looks for. */
export interface Check {
  /** Names it in the documents: the name of its file. */
  readonly name: string;
  readonly run: (context: DoctorContext) => Promise<readonly Finding[]>;
}

export const createContext = (gateway: GatewayConfig, kind: GatewayKind, machine: Machine): DoctorContext => {
  const services = [...configuredServices(gateway, machine.userHome), ...kind.services(gateway.home, machine.userHome)];
  return {
    ...machine,
    gateway,
    kind,
    services,
    plists: once(() => readGatewayPlists({ home: gateway.home, kind, services, userHome: machine.userHome })),
    units: once(() => showUnits({ services, kind, userHome: machine.userHome, uid: machine.uid, run: machine.run })),
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
  return all.filter((service) => supervisor === service.supervisor || (supervisor === 'auto' && service.supervisor.startsWith('systemd')));
};

const once = <T>(get: () => Promise<T>): (() => Promise<T>) => {
  let got: Promise<T> | null = null;
  return () => (got ??= get());
};
