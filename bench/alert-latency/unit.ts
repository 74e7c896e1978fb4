/** The gateway as a unit of a private `systemd --user`, as Hermes installs it, but for what the case changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxGateway } from '../../sandbox/gateway/controller.ts';
import { installSandboxUnit } from '../../test/real/systemd/sandbox-unit.ts';
import { startUserSystemd, whyNoUserSystemd, type UserSystemd } from '../../test/real/systemd/user-systemd.ts';

export interface GatewayUnit {
  readonly name: string;
  /** What Lifeline needs to reach the manager. */
  readonly env: Readonly<Record<string, string>>;
  /** When systemd has given up on it, by the machine's clock; waits for that. */
  givenUpAt(): Promise<number>;
  stop(): Promise<void>;
}

export const whyNoUnit = whyNoUserSystemd;

/** The case's own lines for its `[Unit]` and its `[Service]`. */
export interface UnitLines {
  readonly needs?: readonly string[];
  readonly extra: readonly string[];
}

export const startGatewayUnit = async (
  { home, command }: SandboxGateway,
  env: Readonly<Record<string, string>>,
  lines: UnitLines,
): Promise<GatewayUnit> => {
  const systemd = await startUserSystemd();
  try {
    const name = await installSandboxUnit(systemd, { home, command, env, ...lines });
    await systemd.systemctl('start', name);
    return { name, env: systemd.env, givenUpAt: () => failedAt(systemd, name), stop: () => systemd.stop() };
  } catch (error) {
    await systemd.stop();
    throw error;
  }
};

const LIMIT_MS = 120_000;

const failedAt = async (systemd: UserSystemd, unit: string): Promise<number> => {
  for (const deadline = Date.now() + LIMIT_MS; Date.now() < deadline; await sleep(100)) {
    const { stdout } = await systemd.systemctl('show', '--property=ActiveState,StateChangeTimestampMonotonic', unit);
    const now = Date.now();
    // systemd counts in microseconds of the clock that is this one's, too.
    const monotonicMs = Number(process.hrtime.bigint() / 1_000n) / 1_000;
    const changed = Number(/^StateChangeTimestampMonotonic=(\d+)$/m.exec(stdout)?.[1]) / 1_000;
    if (/^ActiveState=failed$/m.test(stdout)) return Math.round(now - (monotonicMs - changed));
  }
  throw new Error(`systemd does not give up on ${unit}`);
};
