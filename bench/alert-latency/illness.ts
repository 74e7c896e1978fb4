/**
 * The failures whose alert is timed: how each is brought about, when it began, and how it is recognised from outside.
 */
import { rename } from 'node:fs/promises';
import type { SandboxGateway } from '../../sandbox/gateway/controller.ts';
import type { GatewayUnit } from './unit.ts';

export interface Illness {
  readonly name: string;
  /** Where monit and cron report it. */
  readonly path: string;
  /** Brings it about. @returns when the gateway failed, by the machine's clock */
  readonly begin: (gateway: SandboxGateway, unit: GatewayUnit | null) => Promise<number>;
  /** Whether Lifeline starts the gateway again, which is timed, too. */
  readonly isHealed?: boolean;
  /** What Lifeline's alert must say; another message is not the one that was waited for. */
  readonly alert: RegExp;
  /** When a script that looks just then sees it, from when it began. */
  readonly visibleAt: (failedAt: number, heartbeatAt: number) => number;
  /** The failure comes at any moment of the longest rhythm by which it is noticed. */
  readonly phaseMs: number;
  /** Who is silent for so long does not see it at all. */
  readonly limitMs: number;
}

export const GAVE_UP_LINE = 'Max reconnect attempts reached';
export const HEARTBEAT_LIMIT_S = 90;
/** How often Hermes rewrites its heartbeat (docs/facts/hermes.md 3.3). */
export const HEARTBEAT_MS = 30_000;
const PULSE_MS = 5_000;
const POLL_MS = 20;
const GIVE_UP_LIMIT_MS = 120_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The time at the head of a log line: local, a comma before the milliseconds. */
const timeOf = (line: string): number => new Date(line.slice(0, 23).replace(' ', 'T').replace(',', '.')).getTime();

const waitForLine = async (gateway: SandboxGateway): Promise<number> => {
  for (const deadline = Date.now() + GIVE_UP_LIMIT_MS; Date.now() < deadline; await pause(POLL_MS)) {
    const line = gateway.tail(100).find((each) => each.includes(GAVE_UP_LINE));
    if (line !== undefined) return timeOf(line);
  }
  throw new Error('the gateway did not give up');
};

/** A fault that is there at once. */
const breaking =
  (fault: Parameters<SandboxGateway['break']>[0]) =>
  async (gateway: SandboxGateway): Promise<number> => {
    const at = Date.now();
    await gateway.break(fault);
    return at;
  };

export const DEAD: Illness = {
  name: 'dead process (SIGKILL)',
  path: '/gone',
  begin: breaking('killed'),
  alert: /^🔴 main: not running/,
  visibleAt: (failedAt) => failedAt,
  phaseMs: PULSE_MS,
  limitMs: 180_000,
  isHealed: true,
};

/** Its program is away, so that each start by systemd fails until it makes no more. */
export const GIVEN_UP_ON: Illness = {
  name: 'start that fails for good',
  path: '/latched',
  begin: async (gateway, unit) => {
    const [program = ''] = gateway.command;
    await rename(program, `${program}.away`);
    await gateway.break('killed');
    if (unit === null) throw new Error('there is no unit that systemd could give up on');
    return unit.givenUpAt();
  },
  alert: /^🔴 main/,
  visibleAt: (failedAt) => failedAt,
  phaseMs: PULSE_MS,
  limitMs: 180_000,
};

export const GAVE_UP: Illness = {
  name: 'QQ link given up',
  path: '/gave-up',
  // The tries before it are the gateway's own affair: it fails when it writes that it will make no more.
  begin: async (gateway) => {
    await gateway.break('qq_gives_up');
    return waitForLine(gateway);
  },
  alert: /^🔴 main: QQ offline, the gateway gave up/,
  visibleAt: (failedAt) => failedAt,
  phaseMs: PULSE_MS,
  limitMs: 60_000,
};

export const FROZEN: Illness = {
  name: 'frozen event loop',
  path: '/frozen',
  begin: breaking('loop_frozen'),
  alert: /^🔴 main: frozen/,
  visibleAt: (_failedAt, heartbeatAt) => heartbeatAt + HEARTBEAT_LIMIT_S * 1_000,
  phaseMs: HEARTBEAT_MS,
  limitMs: 240_000,
};
