/**
 * The real Lifeline as a unit of a private `systemd --user`, as it runs in life: nobody hands it a manager's address.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import type { Step, Treatment } from '../../../src/healing/treatment.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { ActionStep } from '../../../src/supervisors/supervisor.ts';
import { BOTH, until } from '../phones.ts';
import { quoted } from './unit-text.ts';
import type { UserSystemd } from './user-systemd.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

export interface LifelineUnit {
  /** Ends it with SIGKILL, by systemd, which starts it again; resolves when the new one is connected. */
  kill(): Promise<void>;
  /** Its treatments, by its own book. */
  treatments(): readonly TreatmentSeen[];
  /** How much it has found to be ill so far, by its own book, whether it told of it or not. */
  incidents(): number;
  log(): string;
  stop(): Promise<void>;
}

export interface TreatmentSeen {
  readonly by: string;
  readonly remedy: Treatment;
  /** Null while it goes on. */
  readonly outcome: 'recovered' | 'failed' | null;
  /** Those that were taken; of one that goes on, those so far. */
  readonly rungs: readonly Step[];
  readonly commands: readonly string[];
  /** Who was ended and who came. */
  readonly pids: readonly [number | null, number | null];
  readonly problem: string | null;
  readonly phase: string | null;
}

/** Starts it; resolves when both platforms have it. @param config written by `sandbox.writeConfig` */
export const startLifeline = async (systemd: UserSystemd, sandbox: Sandbox, config: string): Promise<LifelineUnit> => {
  const unit = `lifeline-${process.pid}-${++count}.service`;
  const output = join(systemd.dir, `${unit}.out`);
  const database = join(sandbox.dir, 'lifeline', 'lifeline.db');
  const { PATH = '/usr/bin:/bin', TZ, NODE_COMPILE_CACHE } = process.env;
  const environment = {
    PATH,
    ...(TZ === undefined ? {} : { TZ }),
    ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
    ...sandbox.env,
  };
  const lines = [
    '[Service]',
    `ExecStart=${[process.execPath, MAIN, 'run', '--config', config].map(quoted).join(' ')}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    'Restart=always',
    'RestartSec=100ms',
    // As the README asks for: a gateway that Lifeline itself has started is not to end with it.
    'KillMode=process',
    `StandardOutput=append:${output}`,
    `StandardError=append:${output}`,
  ];
  const log = (): string => (existsSync(output) ? readFileSync(output, 'utf8') : '').split('\n').slice(-60).join('\n');
  const connected = (): Promise<void> =>
    until(
      'Lifeline to connect',
      () => BOTH.every((phone) => sandbox[phone].connections(sandbox.cast.lifeline[phone].appId) > 0),
      log,
    );
  await systemd.writeUnit(unit, `${lines.join('\n')}\n`);
  const { exitCode, stderr } = await systemd.systemctl('start', unit);
  if (exitCode !== 0) throw new Error(`Lifeline does not start: ${stderr}`);
  await connected();
  return {
    kill: async () => {
      const before = (await systemd.systemctl('show', '--property=MainPID', '--value', unit)).stdout;
      await systemd.systemctl('kill', '--signal=KILL', unit);
      await until('Lifeline to be started again', async () => {
        const { stdout } = await systemd.systemctl('show', '--property=MainPID', '--value', unit);
        return stdout !== '0' && stdout !== before;
      });
      await connected();
    },
    treatments: () => readTreatments(database),
    incidents: () => countIncidents(database),
    log,
    stop: async () => void (await systemd.systemctl('stop', unit)),
  };
};

let count = 0;

interface Detail {
  readonly before: { readonly pid: number } | null;
  readonly after?: { readonly pid: number } | null;
  readonly rungs: readonly Step[];
  readonly rung?: number;
  readonly steps: readonly ActionStep[];
  readonly problem?: string | null;
  readonly phase?: string;
}

const countIncidents = (file: string): number => {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return Number(db.prepare('SELECT count(*) AS count FROM incidents').get()?.['count']);
  } finally {
    db.close();
  }
};

export const readTreatments = (file: string): TreatmentSeen[] => {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return db
      .prepare('SELECT remedy, requested_by, outcome, record, detail FROM restarts ORDER BY id')
      .all()
      .map((row) => {
        const {
          before,
          after = null,
          rungs,
          rung,
          steps,
          problem = null,
          phase = null,
        } = JSON.parse(String(row['detail'] ?? row['record'])) as Detail;
        return {
          by: String(row['requested_by']),
          remedy: row['remedy'] as Treatment,
          outcome: row['outcome'] as TreatmentSeen['outcome'],
          rungs: rung === undefined ? rungs : rungs.slice(0, rung + 1),
          commands: steps.flatMap(({ action, command, pid }) =>
            action === 'exited' ? [] : [command ?? `${action} ${pid}`],
          ),
          pids: [before?.pid ?? null, after?.pid ?? null] as const,
          problem,
          phase,
        };
      });
  } finally {
    db.close();
  }
};
