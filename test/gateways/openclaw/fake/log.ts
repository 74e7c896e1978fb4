/**
 * OpenClaw's log, one JSON object a line (docs/facts/openclaw.md 1.2), and the console beside it
 * (docs/facts/openclaw.md 1.3).
 */
import { appendFileSync } from 'node:fs';
import type { Clock } from '../../../../src/base/clock.ts';

export type Level = 'INFO' | 'WARN' | 'ERROR';

/** @param subsystem null: printed by a library. @param consoleText where the console words it differently. */
export type Log = (level: Level, subsystem: string | null, message: string, consoleText?: string) => void;

const LEVEL_IDS: Readonly<Record<Level, number>> = { INFO: 3, WARN: 4, ERROR: 5 };

export const openLog =
  (file: string, clock: Clock): Log =>
  (level, subsystem, message, consoleText = message) => {
    const date = new Date(clock.now()).toISOString();
    const name = subsystem === null ? null : JSON.stringify({ subsystem });
    const line = {
      ...(name === null ? { 0: message } : { 0: name, 1: message }),
      _meta: {
        runtime: 'node',
        runtimeVersion: process.version.slice(1),
        hostname: 'vm',
        date,
        logLevelId: LEVEL_IDS[level],
        logLevelName: level,
        name: name ?? 'openclaw',
        parentNames: ['openclaw'],
      },
      time: date.replace('Z', '+00:00'),
      hostname: 'vm',
      message,
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    const short = subsystem?.replace(/^(?:gateway|channels)\//, '');
    process.stdout.write(
      short === undefined ? `${consoleText}\n` : `${date.replace('Z', '+00:00')} [${short}] ${consoleText}\n`,
    );
  };
