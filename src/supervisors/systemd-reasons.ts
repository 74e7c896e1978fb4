/** What systemctl said when it refused, as a reason for people with the command that helps. */
import { UserError } from '../base/errors.ts';
import { wordsOf, type CommandOutput } from './run-command.ts';
import {
  noRunuser,
  noUserManager,
  notBooted,
  notInstalled,
  systemctlOf,
  type SystemdAddress,
} from './systemd-reach.ts';

/** A failure to reach systemd at all, whatever was asked; null when it was reached. */
export const unreached = (output: CommandOutput, address: SystemdAddress): UserError | null => {
  const said = output.stderr;
  if (output.failure === 'not_found' || /systemctl.{1,500}No such file or directory/.test(said)) {
    const [program] = systemctlOf(address);
    return program === 'runuser' && output.failure === 'not_found' ? noRunuser(address) : notInstalled();
  }
  if (/not been booted with systemd|Host is down/.test(said)) return notBooted();
  if (!/Failed to (?:connect to .{0,100}bus|get D-Bus connection)|XDG_RUNTIME_DIR not defined/.test(said)) return null;
  if (address.scope === 'user') return noUserManager(address, wordsOf(output));
  return new UserError(
    'SYSTEMD_NO_BUS',
    `The system's systemd cannot be asked: ${wordsOf(output)}. Look at: systemctl status dbus.service`,
  );
};

/** Why an action was refused. `command` is its exact command line. */
export const refusal = (output: CommandOutput, address: SystemdAddress, command: string): string => {
  const { scope, unit } = address;
  const said = output.stderr;
  const problem = unreached(output, address);
  if (problem) return problem.message;
  if (/Interactive authentication required|Access denied|Permission denied|not authorized/i.test(said))
    return notAllowed(address, command);
  const queued = /has '([a-z-]+)' job queued/.exec(said)?.[1];
  if (queued !== undefined) return busy(unit, queued);
  if (said.includes(' is masked')) return masked(address);
  if (/ (not found|could not be found)\.|not loaded/.test(said)) return missing(address);
  if (said.includes('bad unit file setting')) return badSetting(address);
  return `systemd did not do it (${command}): ${wordsOf(output)}${/^Job for /m.test(said) ? ` Its last words: ${journal(scope, unit)}` : ''}`;
};

/** It is somebody else's job: theirs goes first. */
export const busy = (unit: string, job: string): string =>
  `systemd is already busy with ${unit}: a ${job} that somebody asked for is in progress. Lifeline leaves it alone until that is done.`;

export const masked = (address: SystemdAddress): string =>
  `${address.unit} is masked, so somebody has forbidden its start. To allow it: ${forPeople(address)} unmask ${address.unit}`;

export const missing = (address: SystemdAddress): string =>
  `systemd knows no unit ${address.unit}. See what there is: ${forPeople(address)} list-unit-files '*gateway*'`;

export const badSetting = ({ scope, unit }: SystemdAddress): string =>
  `The definition of ${unit} has an error, so systemd does not start it. See which: systemd-analyze ${scope === 'user' ? '--user ' : ''}verify ${unit}`;

/** polkit asks for the unit's name since systemd 226; its rules are JavaScript since polkit 0.106. */
const notAllowed = ({ unit, self }: SystemdAddress, command: string): string =>
  `The user ${self.name} may not do that to the system unit ${unit}. By hand: sudo ${command}\n` +
  `To let Lifeline do it, put this once into /etc/polkit-1/rules.d/50-lifeline.rules: ` +
  `polkit.addRule(function(action, subject) { if (action.id == "org.freedesktop.systemd1.manage-units" && action.lookup("unit") == "${unit}" && subject.user == "${self.name}") return polkit.Result.YES; });`;

const forPeople = (address: SystemdAddress): string => {
  const tool = systemctlOf(address).join(' ');
  return address.scope === 'system' && address.self.uid !== 0 ? `sudo ${tool}` : tool;
};

const journal = (scope: 'user' | 'system', unit: string): string =>
  `journalctl ${scope === 'user' ? '--user-unit' : '-u'} ${unit} -n 20`;
