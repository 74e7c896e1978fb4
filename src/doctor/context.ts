/**
 * What checks get. Those of a gateway: one gateway of the configuration, the machine it is on, and the ways to ask that;
 * those of Lifeline itself: its configuration, its memory, what keeps it, and the machine.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import type { Trust } from '../base/file-trust.ts';
import { readForeign, MOST_BYTES, trustIn } from '../base/open-foreign.ts';
import type { Logger } from '../base/logger.ts';
import type { Config, GatewayConfig } from '../config/config.ts';
import type { LinkName } from '../diagnosis/evidence.ts';
import type { GatewayKind, ServiceName } from '../gateways/gateway-kind.ts';
import type { GatewayProcess } from '../sensors/process/process.ts';
import type { RunCommand } from '../supervisors/run-command.ts';
import { findContainer, processesOf, type KeptIn } from './gateway-here.ts';
import { doctorKindOf } from '../gateways/doctor-kinds.ts';
import type { DoctorKind } from '../gateways/doctor-kind.ts';
import { readGatewayPlists, type PlistFile } from './plist.ts';
import { findLogSymptoms, type LogFindings } from './log-findings.ts';
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

export interface SelfContext extends Machine {
  readonly config: Config;
  /** False when there is no configuration, and Lifeline watches what it finds. */
  readonly fromFile: boolean;
  readonly logger: Logger;
  /** Reads Lifeline's memory. @returns null when there is none yet. @throws UserError when it cannot be read. */
  readonly withStore: <T>(work: (db: DatabaseSync) => T) => T | null;
  readonly service: () => Promise<OwnService>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What keeps Lifeline, as far as the doctor asks: a part of what `src/service/state.ts` tells. */
export type OwnService =
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable'; readonly unit: string; readonly problem: string }
  | {
      readonly kind: 'systemd';
      readonly scope: 'user' | 'system';
      readonly unit: string;
      readonly active: string;
      readonly enabled: boolean;
      readonly linger: boolean | null;
      readonly lingerProblem: string | null;
      readonly definition: 'current' | 'outdated' | 'changed';
      readonly user: string;
      readonly watchdogMs: number | null;
      readonly configFile: string | null;
    }
  | {
      readonly kind: 'launchd';
      readonly unit: string;
      readonly active: boolean;
      readonly enabled: boolean;
      readonly definition: 'current' | 'outdated' | 'changed';
      readonly configFile: string | null;
    };

export interface DoctorContext extends Machine {
  readonly gateway: GatewayConfig;
  readonly kind: GatewayKind;
  readonly doctor: DoctorKind;
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
  const doctor = doctorKindOf(gateway.kind, gateway.home);
  return {
    ...machine,
    gateway,
    kind,
    doctor,
    services,
    trust,
    text,
    plists: once(() => readGatewayPlists(gateway.home, kind, services, machine.userHome)),
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
      findContainer(gateway, async () => (await processes().catch(() => []))[0]?.pid ?? null, machine),
    ),
    owner: once(() =>
      stat(gateway.home).then(
        ({ uid }) => uid,
        () => null,
      ),
    ),
    symptoms: once(async () => findLogSymptoms(kind, await doctor.symptom(text), gateway.home, machine.clock.now())),
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

/** Returns the links that the configuration names, or else those whose bot the gateway's own files name. */
export const configuredLinks = async ({
  gateway,
  kind,
  text,
}: Pick<DoctorContext, 'text'> & {
  readonly gateway: Pick<DoctorContext['gateway'], 'links'>;
  readonly kind: Pick<DoctorContext['kind'], 'appFiles'>;
}): Promise<readonly LinkName[]> => {
  if (gateway.links !== 'auto') return gateway.links;
  const found = await Promise.all(
    kind.appFiles.map(async ({ path, read, links }) => {
      try {
        const written = (await text(path)) ?? '';
        return [...read(written).map(({ link }) => link), ...(links?.(written) ?? [])];
      } catch {
        // Another check tells of a file that cannot be understood.
        return [];
      }
    }),
  );
  return [...new Set(found.flat())];
};
