/**
 * Whose gateway a unit of the machine's systemd runs. The installer gives it the same name for every user's usual home,
 * so that beside an ordinary user's gateway such a unit may be another user's.
 */
import type { UnixUser } from './systemd-reach.ts';
import type { RunCommand } from './run-command.ts';

/**
 * Whether the unit runs as somebody else than these users; not where systemd does not say. `User=` has a name or a
 * number, and nothing for root.
 */
export const runsAsAnother = async (unit: string, users: readonly UnixUser[], run: RunCommand): Promise<boolean> => {
  const { exitCode, stdout } = await run(['systemctl', 'show', '--property=User', '--value', unit]);
  if (exitCode !== 0) return false;
  const user = stdout.trim() || 'root';
  return !users.some(({ name, uid }) => user === name || user === String(uid));
};
