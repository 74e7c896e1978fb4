/** A person at a real terminal: types when the screen says what the person waits for. */
import { spawn, spawnSync } from 'node:child_process';

/** Machines are slow at times; this only ends what hangs. */
const PATIENCE_MS = 60_000;
const POLL_MS = 30;

/** util-linux's `script` gives a program a terminal; other systems have another program of that name. */
export const hasTerminals = (): boolean =>
  (spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '').includes('util-linux');

export const ENTER = '\r';
export const SPACE = ' ';
export const DOWN = '\u001B[B';
export const RIGHT = '\u001B[C';
export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';

export interface Person {
  /** Waits until the screen shows this, after what was waited for before. @returns what matched. */
  sees(what: RegExp): Promise<RegExpExecArray>;
  types(...keys: readonly string[]): Promise<void>;
  /** All that the screen has shown. */
  screen(): string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  kill(): void;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Only what a person reads: no colours, no movements of the cursor. */
const readable = (raw: string): string => raw.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');

export const atTerminal = (argv: readonly string[], env: Readonly<Record<string, string>>): Person => {
  const command = `stty cols 100 rows 50; exec ${argv.map(quoted).join(' ')}`;
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let raw = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (raw += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (raw += chunk));
  let code: number | null | undefined;
  const ended = new Promise<number | null>((resolve) => child.once('close', (exit) => resolve((code = exit))));
  return {
    sees: async (what) => {
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(POLL_MS)) {
        const isOver = code !== undefined;
        const shown = readable(raw);
        const match = what.exec(shown.slice(seen));
        if (match) {
          seen += match.index + match[0].length;
          return match;
        }
        if (isOver) break;
      }
      throw new Error(`${String(what)} did not come; the screen has shown:\n${readable(raw)}`);
    },
    types: async (...keys) => {
      for (const key of keys) {
        child.stdin.write(key);
        // Keys that come at once are one paste.
        await pause(POLL_MS * 2);
      }
    },
    screen: () => readable(raw),
    ended,
    kill: () => void child.kill('SIGKILL'),
  };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
