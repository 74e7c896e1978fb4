/** How the gateway's own command line is called: as the gateway is started, and so with the right profile. */
import { commandLine } from '../supervisors/command-steps.ts';

/** Writes the definition anew, in today's form. */
export const reinstall = (command: readonly string[]): string => gatewayCommand(command, 'install', '--force');

export const install = (command: readonly string[]): string => gatewayCommand(command, 'install');

/** Through its service manager where there is one, else in front of whoever types it. */
export const start = (command: readonly string[]): string => gatewayCommand(command, 'start');

export const restart = (command: readonly string[]): string => gatewayCommand(command, 'restart');

/** Ends the gateway, also one that no service manager keeps. */
export const stop = (command: readonly string[]): string => gatewayCommand(command, 'stop');

const gatewayCommand = (command: readonly string[], ...words: readonly string[]): string => {
  const at = command.lastIndexOf('gateway');
  return commandLine([...(at < 1 ? ['hermes', 'gateway'] : command.slice(0, at + 1)), ...words]);
};
