/** A test run that gets killed: starts a private systemd with a unit that does not end by itself, and waits. */
import { startUserSystemd } from './user-systemd.ts';

const systemd = await startUserSystemd();
await systemd.writeUnit(
  'stubborn.service',
  '[Service]\nExecStart=/bin/sleep infinity\nKillSignal=SIGWINCH\nTimeoutStopSec=600\n',
);
await systemd.systemctl('start', 'stubborn.service');
const { stdout } = await systemd.systemctl('show', '--property=MainPID', '--value', 'stubborn.service');
process.stdout.write(`${JSON.stringify({ pid: Number(stdout), dir: systemd.dir, group: systemd.slice })}\n`);
setInterval(() => undefined, 60_000);
