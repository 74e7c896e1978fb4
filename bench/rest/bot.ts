/** A bot at rest beside one healthy gateway of the sandbox, with Lifeline's own defaults. */
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startChild, type Child } from '../alert-latency/child.ts';
import { until } from '../alert-latency/stage.ts';
import { writeOwnDefaults } from '../own-defaults.ts';
import { cpuMs, memoryOf, type Memory } from '../proc.ts';

export const READY_LIMIT_MS = 120_000;
const WARM_UP_MS = 15_000;

export const gatewayIsReady = ({ gateway }: Sandbox): Promise<void> =>
  until('the gateway to be ready', READY_LIMIT_MS, () =>
    gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
  );

/** With the channels that are asked for. @returns the configuration's file. */
export const writeRestConfig = (sandbox: Sandbox, which: string): string =>
  writeOwnDefaults(sandbox, ({ channels, operators, ...kept }) => {
    const { qq } = channels as { readonly qq: object };
    const used: Readonly<Record<string, object>> = {
      both: { channels, operators },
      qq: {
        channels: { qq },
        operators: (operators as readonly { readonly qq: string }[]).map((each) => ({
          name: 'me',
          role: 'admin',
          qq: each.qq,
        })),
      },
    };
    return { ...kept, ...used[which] };
  });

export interface Started {
  readonly bot: Child;
  /** From the start to the first look at the gateway, by the wall clock and of CPU. */
  readonly startMs: number;
  readonly startCpuMs: number;
}

/** @throws Error when the bot ends. */
export const startBot = async (
  dir: string,
  {
    node,
    flags,
    program,
    config,
  }: Readonly<Record<'node' | 'program' | 'config', string>> & { flags: readonly string[] },
): Promise<Started> => {
  const log = join(dir, 'lifeline.log');
  rmSync(log, { force: true });
  const begun = performance.now();
  const bot = await startChild(node, [...flags, resolve(program), 'run', '--config', config], log);
  await until(
    'the bot to run',
    READY_LIMIT_MS,
    () => bot.ended() !== null || readFileSync(log, 'utf8').includes('"lifeline.started"'),
  );
  if (bot.ended() !== null) throw new Error(`the bot ended: ${readFileSync(log, 'utf8').slice(-1_000)}`);
  return { bot, startMs: performance.now() - begun, startCpuMs: cpuMs(bot.pid) };
};

export interface Rest extends Memory {
  readonly cpuPercent: number;
}

/** What processes take together in this time, after they have come to rest. */
export const restOf = async (pids: readonly number[], forMs: number): Promise<Rest> => {
  await pause(WARM_UP_MS);
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  const before = cpu();
  const begun = performance.now();
  await pause(forMs);
  const cpuPercent = (100 * (cpu() - before)) / (performance.now() - begun);
  const memory = pids.map(memoryOf);
  const sum = (field: keyof Memory): number => memory.reduce((total, each) => total + each[field], 0);
  return { cpuPercent, rssMb: sum('rssMb'), anonMb: sum('anonMb'), fileMb: sum('fileMb') };
};
