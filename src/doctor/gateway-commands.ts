/**
 * The gateway's own commands, called as the gateway is started, and so with the right profile. A gateway in a container
 * is started by the engine: its own commands, given outside the container, would make a second gateway.
 */
import type { KeptIn } from './container.ts';
import type { GatewayConfig } from '../config/config.ts';
import { KINDS } from '../gateways/index.ts';
import { commandLine } from '../supervisors/command-steps.ts';

type Called = Pick<GatewayConfig, 'kind' | 'command'>;
/** One command, or none: not every kind has a command line of its own. */
type Commands = readonly string[];

/** Writes the definition anew, in today's form. */
export const reinstall = (gateway: Called): Commands => gatewayCommand(gateway, 'install', '--force');

export const install = (gateway: Called): Commands => gatewayCommand(gateway, 'install');

/** Starts the gateway by its service manager where there is one, else in the terminal of whoever types the command. */
export const start = (gateway: Called, container: KeptIn | null): Commands =>
  container ? engineCommand(container, 'start') : gatewayCommand(gateway, 'start');

export const restart = (gateway: Called, container: KeptIn | null): Commands =>
  container ? engineCommand(container, 'restart') : gatewayCommand(gateway, 'restart');

/** Ends the gateway, also one that no service manager keeps. */
export const stop = (gateway: Called): Commands => gatewayCommand(gateway, 'stop');

const engineCommand = ({ tool, name }: KeptIn, action: 'start' | 'restart'): Commands =>
  tool === null ? [] : [commandLine([tool, action, name])];

const gatewayCommand = ({ kind, command }: Called, ...words: readonly string[]): Commands => {
  const usual = upToGateway(KINDS[kind].usualCommand);
  return usual === null ? [] : [commandLine([...(upToGateway(command) ?? usual), ...words])];
};

/** Returns the command without the words that start the gateway; null when no word stands before those. */
const upToGateway = (command: readonly string[]): readonly string[] | null => {
  const at = command.lastIndexOf('gateway');
  return at < 1 ? null : command.slice(0, at + 1);
};
