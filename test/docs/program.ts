/** The command line as it is defined: caught on its way to being run. */
import { Command } from 'commander';
import { vi } from 'vitest';

export const definedProgram = async (): Promise<Command> => {
  const caught: Command[] = [];
  const spy = vi.spyOn(Command.prototype, 'parseAsync').mockImplementation(function (this: Command) {
    caught.push(this);
    return Promise.resolve(this);
  });
  try {
    await import('../../src/main.ts');
  } finally {
    spy.mockRestore();
  }
  const [program] = caught;
  if (!program) throw new Error('src/main.ts did not run a program');
  return program;
};

/** Null where the words are a call that the program knows; `a|b` stands for either, `[…]` for what may be left out. */
export const problemWith = (program: Command, line: string): string | null => {
  const words = line
    .replaceAll(/[[\]]/g, ' ')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '…');
  let command = program;
  let values = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word.startsWith('-')) {
      const known = [command.createHelp().visibleOptions(command), command.options].flat();
      const names = word.split('|').map((name) => name.split('=')[0] ?? '');
      const found = names.map((name) => known.find(({ long, short }) => long === name || short === name));
      const missing = names.find((_, index) => found[index] === undefined);
      if (missing !== undefined) return `"${command.name()}" has no option ${missing}`;
      if ((found[0]?.required || found[0]?.optional) && !word.includes('=')) at += 1;
      continue;
    }
    if (values === 0 && command.commands.length > 0) {
      const found = word.split('|').map((name) => ({
        name,
        sub: command.commands.find((each) => each.name() === name || each.aliases().includes(name)),
      }));
      const missing = found.find(({ sub }) => !sub);
      if (missing && command.registeredArguments.length === 0)
        return `"${command.name()}" has no command ${missing.name}`;
      if (!missing) {
        command = found[0]?.sub ?? command;
        continue;
      }
    }
    values += 1;
    if (values > command.registeredArguments.length && !command.registeredArguments.at(-1)?.variadic)
      return `"${command.name()}" takes no ${word}`;
  }
  return null;
};
