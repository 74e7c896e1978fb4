/** The record of the commands that one action of a service manager runs. */
import type { Clock } from '../base/clock.ts';
import { commandLine } from '../base/command-line.ts';
import type { CommandOptions, CommandOutput, RunCommand } from './run-command.ts';
import type { ActionResult, ActionStep } from './supervisor.ts';

export interface CommandRecord {
  /** Runs one command that changes something, and writes it down. */
  readonly run: (argv: readonly [string, ...string[]], options?: CommandOptions) => Promise<CommandOutput>;
  /** Writes down what was done without a command. */
  readonly onStep: (step: ActionStep) => void;
  readonly done: () => ActionResult;
  readonly failed: (reason: string) => ActionResult;
}

export const newCommandRecord = (run: RunCommand, clock: Clock): CommandRecord => {
  const steps: ActionStep[] = [];
  return {
    run: (argv, options) => {
      steps.push({ at: clock.now(), action: 'command', pid: null, command: commandLine(argv) });
      return run(argv, options);
    },
    onStep: (step) => steps.push(step),
    done: () => ({ outcome: 'done', steps }),
    failed: (reason) => ({ outcome: 'failed', steps, reason }),
  };
};

export { commandLine } from '../base/command-line.ts';
