/** monit beside the gateway, at its shortest cycle, with the best checks that it has for each illness. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, versionOf, type Child } from './child.ts';
import { DEAD, FROZEN, GAVE_UP, GAVE_UP_LINE, HEARTBEAT_LIMIT_S, type Illness } from './illness.ts';

/** @returns why monit cannot be measured here; null when it can. */
export const whyNoMonit = (): string | null => {
  if (versionOf('monit', '-V') === null) return 'monit is not installed (`apt-get install monit`)';
  return versionOf('curl', '--version') === null
    ? 'curl, with which monit would tell the phone, is not installed'
    : null;
};

export const monitVersion = (): string => (versionOf('monit', '-V') ?? '').replace('This is ', '');

/** Hermes's pid file is JSON, which monit cannot read: it finds the process by its command line. */
const rules = (folder: string, home: string, executable: string, hook: string): string => {
  const tell = ({ path }: Illness): string => `exec "/usr/bin/env curl -s -m 10 -d down ${hook}/monit${path}"`;
  return [
    'set daemon 1',
    ...['log', 'pid', 'id', 'state'].map((name) => `set ${name}file ${join(folder, name)}`),
    `check process gateway matching "${executable} gateway run"`,
    `  if not exist then ${tell(DEAD)}`,
    `check file gateway_log path ${join(home, 'logs/gateway.log')}`,
    `  if content = "${GAVE_UP_LINE}" then ${tell(GAVE_UP)}`,
    `check file heartbeat path ${join(home, 'state/gateway.heartbeat')}`,
    `  if timestamp is older than ${HEARTBEAT_LIMIT_S} seconds then ${tell(FROZEN)}`,
    '',
  ].join('\n');
};

export const startMonit = async (dir: string, home: string, executable: string, hook: string): Promise<Child> => {
  const folder = join(dir, 'monit');
  mkdirSync(folder);
  const file = join(folder, 'monitrc');
  writeFileSync(file, rules(folder, home, executable, hook), { mode: 0o600 });
  return startChild('monit', ['-I', '-c', file], join(folder, 'output'));
};
