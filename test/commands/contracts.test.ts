import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/chat/arguments/read-arguments.ts';
import { COMMANDS, scene } from './scene.ts';

describe('the commands about incidents, silences and Lifeline itself', () => {
  it('have names of their own', () => {
    const names = COMMANDS.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const { aliases } of COMMANDS) expect(aliases.some((alias) => /\p{Script=Han}/u.test(alias))).toBe(true);
  });

  it.each(COMMANDS.map((command) => [command.id, command] as const))(
    '%s has help in both languages and examples that can be typed',
    (id, command) => {
      expect(command.help['zh-CN']).toMatch(/\p{Script=Han}/u);
      expect(command.help.en).not.toMatch(/\p{Script=Han}/u);
      expect(Math.max(command.help['zh-CN'].length, command.help.en.length)).toBeLessThanOrEqual(70);
      for (const example of command.examples) {
        const [name, ...words] = example.slice(1).split(' ');
        expect(name).toBe(id);
        expect(readArguments(command, words, scene().context).kind).toBe('values');
      }
    },
  );

  it('are for those whose business they are', () => {
    expect(Object.fromEntries(COMMANDS.map(({ id, role, effects }) => [id, `${role} ${effects}`]))).toEqual({
      check: 'viewer reads',
      history: 'viewer reads',
      incident: 'viewer reads',
      mute: 'operator changes',
      unmute: 'operator changes',
      ack: 'operator changes',
      maintenance: 'operator changes',
      doctor: 'viewer reads',
      config: 'admin reads',
      audit: 'admin reads',
      whoami: 'viewer reads',
      version: 'viewer reads',
    });
  });
});
