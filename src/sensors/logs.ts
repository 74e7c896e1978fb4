/** All logs of one gateway as one stream of evidence. */
import { join } from 'node:path';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { GatewayKind, LogRecord } from '../gateways/gateway-kind.ts';
import { createLogFollower } from './log-follower.ts';
import { mergeRecords } from './merge-records.ts';
import type { Sensor } from './sensor.ts';

export interface LogSensor extends Sensor {
  /** Files that exist but cannot be read, for people. */
  problems(): readonly string[];
}

export const createLogSensor = (kind: GatewayKind, home: string): LogSensor => {
  const files = kind.logs.map((log) => ({
    reader: kind.newLogReader(log.slice(log.lastIndexOf('/') + 1)),
    follower: createLogFollower(join(home, log)),
  }));
  const unseen = createUnseen();
  return {
    name: 'logs',
    look: async () => {
      const batches: LogRecord[][] = [];
      for (const { reader, follower } of files) {
        const lines = await follower.read();
        batches.push(lines.map((line) => reader.line(line)).filter((record) => record !== null));
      }
      return mergeRecords(batches).filter(unseen);
    },
    problems: () => files.map(({ follower }) => follower.problem()).filter((problem) => problem !== null),
    close: async () => {
      for (const { follower } of files) await follower.close();
    },
  };
};

const REMEMBERED = 2_000;

/** The same record is written to several files; @returns a filter that lets each piece of evidence through once. */
export const createUnseen = (): ((evidence: Evidence) => boolean) => {
  const seen = new Set<string>();
  return (evidence) => {
    const key = `${evidence.at} ${evidence.link ?? ''} ${evidence.fact.kind} ${evidence.text}`;
    if (seen.has(key)) return false;
    seen.add(key);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value ?? '');
    return true;
  };
};
