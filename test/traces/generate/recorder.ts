/**
 * Records a gateway's life and writes it down as the home Hermes would have left: which logger's records reach
 * which file, in which format, split by rotation. Records may be told out of order; they are written by true time.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asctime, chance, isoIn, span } from './time.ts';

export type Level = 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

export interface RecorderOptions {
  readonly seed: string;
  readonly tz: string;
  /** ISO time with offset: the recording's first moment. */
  readonly from: string;
  /** The log files this version and setup of Hermes writes. */
  readonly logs: readonly string[];
  /** launchd: the Lark SDK's stdout handler ends in gateway.log too. */
  readonly launchd: boolean;
}

interface SayOptions {
  /** Hermes's session tag between level and logger. */
  readonly tag?: string;
  /** Lines that belong to the record: a traceback, the rest of a long message. */
  readonly below?: readonly string[];
}

interface Line {
  readonly at: number;
  readonly file: string;
  readonly text: string;
}

const GATEWAY_LOGGERS = /^(?:gateway|hermes_plugins|plugins\.platforms)/;

export const createRecorder = (options: RecorderOptions) => {
  const { tz, logs, launchd } = options;
  const random = chance(options.seed);
  const lines: Line[] = [];
  const files = new Map<string, string>();
  const rotations = new Map<string, number[]>();
  const spoilers = new Map<string, (content: Buffer) => Buffer>();
  let now = Date.parse(options.from);
  /** How far the machine's clock is off, from which true time on. */
  const skews: { from: number; by: number }[] = [];

  const clockAt = (at: number): number => at + (skews.findLast((skew) => skew.from <= at)?.by ?? 0);

  const reaches = (file: string, level: Level, logger: string): boolean => {
    switch (file) {
      case 'gateway.log':
        return GATEWAY_LOGGERS.test(logger);
      case 'errors.log':
        return level !== 'INFO';
      default:
        return file === 'agent.log';
    }
  };

  const sayAt = (
    at: number,
    level: Level,
    logger: string,
    message: string,
    { tag, below = [] }: SayOptions = {},
  ): void => {
    const text = [`${asctime(clockAt(at), tz)} ${level}${tag ? ` [${tag}]` : ''} ${logger}: ${message}`, ...below].join(
      '\n',
    );
    for (const file of logs) if (reaches(file, level, logger)) lines.push({ at, file, text });
    if (launchd && logger === 'Lark')
      lines.push({ at, file: 'gateway.log', text: `[Lark] [${asctime(clockAt(at), tz)}] [${level}] ${message}` });
    if (launchd && level !== 'INFO')
      lines.push({ at, file: 'gateway.error.log', text: `${asctime(clockAt(at), tz)} ${level} ${logger}: ${message}` });
  };

  return {
    tz,
    random,
    logs,
    now: () => now,
    /** The time now, or so much later, as the expectation writes it: what the machine's clock shows. */
    iso: (later = '0s') => isoIn(clockAt(now + span(later)), tz),
    clock: (at = now) => clockAt(at),
    /** Lets time pass. */
    pass: (duration: string) => {
      now += span(duration);
    },
    passMs: (ms: number) => {
      now += ms;
    },
    goTo: (at: number) => {
      now = at;
    },
    /** A record at the present moment; the next one comes some milliseconds later. */
    say: (level: Level, logger: string, message: string, more?: SayOptions) => {
      now += 1 + Math.floor(random() * 40);
      sayAt(now, level, logger, message, more);
    },
    sayAt,
    /** Text that is no record: a banner, another writer's line. */
    raw: (file: string, text: string) => {
      lines.push({ at: now, file, text });
    },
    jumpClock: (byMs: number) => {
      skews.push({ from: now + 1, by: clockAt(now + 1) - (now + 1) + byMs });
      now += 1;
    },
    rotate: (file: string) => {
      rotations.set(file, [...(rotations.get(file) ?? []), now]);
    },
    /** Damages a log after it was written. */
    spoil: (file: string, how: (content: Buffer) => Buffer) => {
      spoilers.set(file, how);
    },
    file: (path: string, content: string | object) => {
      files.set(path, typeof content === 'string' ? content : JSON.stringify(content));
    },
    forget: (path: string) => {
      files.delete(path);
    },

    write: async (home: string): Promise<void> => {
      await rm(home, { recursive: true, force: true });
      const sorted = lines.toSorted((a, b) => a.at - b.at);
      const output = new Map<string, string[]>(logs.map((file) => [file, []]));
      for (const line of sorted) {
        const age = (rotations.get(line.file) ?? []).filter((at) => at > line.at).length;
        const name = age === 0 ? line.file : `${line.file}.${age}`;
        output.set(name, [...(output.get(name) ?? []), line.text]);
      }
      for (const [name, texts] of output) {
        const content = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        files.delete(`logs/${name}`);
        await put(join(home, 'logs', name), spoilers.get(name)?.(content) ?? content);
      }
      for (const [path, content] of files) await put(join(home, path), content);
    },
  };
};

export type Recorder = ReturnType<typeof createRecorder>;

const put = async (path: string, content: string | Buffer): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
};
