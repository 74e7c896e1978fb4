/**
 * A small service with Lifeline's notifier, and loops that are stuck while a file of that name is there; it ends when
 * asked to, once there is the file stuck.end. Argument: its folder.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../../../src/base/logger.ts';
import { createSystemdNotifier } from '../../../src/service/systemd-notify.ts';

const stuckFile = join(process.argv[2] ?? '', 'stuck');
const notifier = createSystemdNotifier({
  env: process.env,
  stuck: () => (existsSync(stuckFile) ? ['outbox', 'round'] : []),
  logger: createLogger('info'),
});
process.on('SIGHUP', () => {
  notifier.reloading();
  setTimeout(() => notifier.ready(), 1_000);
});
process.on('SIGTERM', () => {
  notifier.stopping();
  setInterval(() => existsSync(`${stuckFile}.end`) && process.exit(0), 50);
});
setTimeout(() => notifier.ready(), 200);
setInterval(() => undefined, 60_000);
