/**
 * The script that people run from cron every five minutes: is the process there, has the log a bad line, is the
 * heartbeat old? Its run is real; the wait for its next run is drawn, not waited for.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GAVE_UP_LINE, HEARTBEAT_LIMIT_S, type Illness } from './illness.ts';
import type { Hook } from './hook.ts';

export const CRON_PERIOD_MS = 300_000;

const SCRIPT = `#!/bin/sh
# usage: check HOME URL
say() { curl -s -m 10 -d "gateway: $1" "$2" > /dev/null; exit 1; }
pid=$(sed -n 's/.*"pid":\\([0-9]*\\).*/\\1/p' "$1/gateway.pid")
kill -0 "$pid" 2> /dev/null || say "not running" "$2"
tail -n 200 "$1/logs/gateway.log" | grep -q '${GAVE_UP_LINE}' && say "QQ has given up" "$2"
[ $(($(date +%s) - $(stat -c %Y "$1/state/gateway.heartbeat"))) -ge ${HEARTBEAT_LIMIT_S} ] && say "frozen" "$2"
exit 0
`;

const run = promisify(execFile);

export interface CronScript {
  /** Runs it once, now. @returns how long its message took, from its start; null when it saw nothing. */
  messageMs(illness: Illness): Promise<number | null>;
}

export const writeCronScript = (dir: string, home: string, hook: Hook): CronScript => {
  const file = join(dir, 'check');
  writeFileSync(file, SCRIPT, { mode: 0o700 });
  return {
    messageMs: async ({ path }) => {
      const begun = Date.now();
      await run('/bin/sh', [file, home, `${hook.url}/cron${path}`]).catch(() => undefined);
      const at = hook.arrivedAt(`/cron${path}`);
      return at === null ? null : at - begun;
    },
  };
};

/** Failures do not keep to the clock: each moment between two runs is as likely as another. */
export const waitForNextRunMs = (): number => Math.random() * CRON_PERIOD_MS;
