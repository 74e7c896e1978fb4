/** Small programs that play a gateway in these tests, and what is needed to end them all. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { isAlive, listProcesses, readProcess } from '../../src/sensors/process/proc.ts';
import type { ProcessSnapshot } from '../../src/sensors/process/process-table.ts';

export const patience = { timeout: 20_000, interval: 20 };

/** Each notes its pid once it can take a signal. */
const NOTE_PID =
  'import { writeFileSync } from "node:fs"; setInterval(() => {}, 1000); const up = () => writeFileSync("pid", String(process.pid));';
export const SCRIPTS = {
  obedient: `${NOTE_PID} console.log("gateway up", process.pid); up();`,
  ignores_sigterm: `${NOTE_PID} process.on("SIGTERM", () => console.log("SIGTERM ignored")); up();`,
  tells_environment: `${NOTE_PID} console.log(JSON.stringify(process.env)); up();`,
  leaves_a_child: `${NOTE_PID} import { spawn } from "node:child_process"; spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", import.meta.dirname], { stdio: "ignore" }).once("spawn", up);`,
  ends_on_sigusr1: `${NOTE_PID} process.on("SIGUSR1", () => { console.log("drained"); process.exit(75); }); up();`,
  ignores_sigusr1: `${NOTE_PID} process.on("SIGUSR1", () => console.log("SIGUSR1 ignored")); up();`,
  drains_slowly: `${NOTE_PID} process.on("SIGUSR1", () => { console.log("draining"); setTimeout(() => process.exit(75), 600_000); }); up();`,
  exits_78:
    'console.error("bad config"); console.error("app_secret=hunter2hunter2 is refused"); process.exitCode = 78;',
  exits_1: 'console.log("Another gateway instance is already running"); process.exitCode = 1;',
  exits_0: 'console.log("handed over");',
  killed: 'process.kill(process.pid, "SIGKILL");',
} as const;

export interface GatewayFolder {
  readonly dir: string;
  readonly outputFile: string;
  readonly command: (script: keyof typeof SCRIPTS) => readonly string[];
  /** The live process that noted its pid last, as a gateway's pid file would tell it. */
  readonly find: () => Promise<ProcessSnapshot | null>;
  /** Waits until there is a live process other than `not`. */
  readonly running: (not?: number) => Promise<ProcessSnapshot>;
  readonly output: () => Promise<string>;
  /** Ends whatever runs a script of this folder. */
  readonly remove: () => Promise<void>;
}

export const createGatewayFolder = async (): Promise<GatewayFolder> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-process-'));
  for (const [name, source] of Object.entries(SCRIPTS)) await writeFile(join(dir, `${name}.mjs`), source);
  const outputFile = join(dir, 'logs', 'gateway.out');
  const find = async (): Promise<ProcessSnapshot | null> => {
    const pid = Number(await readFile(join(dir, 'pid'), 'utf8').catch(() => '0'));
    const seen = pid > 0 ? await readProcess(pid) : null;
    return isAlive(seen) && seen.argv.some((arg) => arg.startsWith(dir)) ? seen : null;
  };
  return {
    dir,
    outputFile,
    command: (script) => [process.execPath, join(dir, `${script}.mjs`)],
    find,
    running: (not) =>
      vi.waitFor(async () => {
        const seen = await find();
        if (!seen || seen.pid === not) throw new Error('no new gateway process yet');
        return seen;
      }, patience),
    output: () => readFile(outputFile, 'utf8'),
    remove: async () => {
      await vi.waitFor(async () => {
        const left = (await listProcesses()).filter(
          (seen) => isAlive(seen) && seen.argv.some((arg) => arg.startsWith(dir)),
        );
        for (const { pid } of left) process.kill(pid, 'SIGKILL');
        expect(left).toEqual([]);
      }, patience);
      await rm(dir, { recursive: true });
    },
  };
};
