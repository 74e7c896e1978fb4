import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { parse } from '../../src/chat/parse.ts';

describe('the registry', () => {
  it('has no name twice', () => {
    const names = commands.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(commands.flatMap((command) => command.aliases.map((alias) => [alias, command.id] as const)))('%s alone is /%s', (alias, id) => {
    expect(parse(alias, commands)).toMatchObject({ kind: 'command', command: { id } });
  });

  it.each(commands.flatMap((command) => command.examples.map((example) => [example, command.id] as const)))('the example %s is /%s', (example, id) => {
    expect(parse(example, commands)).toMatchObject({ kind: 'command', command: { id } });
  });

  it('asks for more than looking where a command interrupts', () => {
    expect(commands.filter(({ effects }) => effects === 'interrupts').map(({ id, role }) => [id, role])).toEqual([['restart', 'operator'], ['start', 'operator'], ['stop', 'operator']]);
  });
});
