/**
 * Whether somebody stands behind a bare process who will start it again when it has ended. An orphan belongs to init or
 * to a subreaper, which only collects its exit code; any other living parent (pm2, a shell's loop, tmux) may be its
 * keeper.
 */
import { entryPointOf } from '../../gateways/entry-point.ts';
import { isAlive, readProcess } from './proc.ts';

export type ParentOf = (pid: number) => Promise<'nobody' | 'unknown'>;

/** Programs that start processes again, and are a container's first process at times. */
const MANAGERS =
  /^(?:ba|da|a|z|k)?sh$|^(?:busybox|fish|pm2.*|supervisord|circusd|runsv|runsvdir|foreman|honcho|forever|nodemon|god|monit|tmux.*|screen|cron|crond|sshd.*)$/;
/** Subreapers that start nothing of their own accord beside their units, which their control groups tell. */
const REAPERS = /^(?:systemd|init|tini|dumb-init|docker-init|catatonit|podman-init)$/;

const INIT = 1;

/** To be asked while the process lives: afterwards nothing tells it. */
export const parentOf: ParentOf = async (pid) => {
  const child = await readProcess(pid).catch(() => null);
  if (!child) return 'unknown';
  // What Lifeline has started, Lifeline keeps.
  if (child.ppid === process.pid) return 'nobody';
  const parent = child.ppid > 0 ? await readProcess(child.ppid).catch(() => null) : null;
  if (!isAlive(parent)) return 'unknown';
  const entry = entryPointOf(parent.argv);
  const name = (entry?.name ?? '').replace(/^-/, '');
  if (REAPERS.test(name)) return 'nobody';
  return child.ppid === INIT && entry !== null && !entry.interpreted && !MANAGERS.test(name) ? 'nobody' : 'unknown';
};
