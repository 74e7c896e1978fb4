/** Reads the fields of a unit that Lifeline wrote; null for a field that somebody has written in another way. */

export interface DefinitionFields {
  readonly configFile: string | null;
  readonly path: string | null;
  readonly user: string | null;
}

export const readUnit = (text: string): DefinitionFields => {
  const command = words(/^ExecStart=(.*)$/m.exec(text)?.[1] ?? '');
  const at = command.indexOf('--config');
  const [path] = [...text.matchAll(/^Environment=(.*)$/gm)]
    .flatMap(([, line = '']) => words(line))
    .filter((each) => each.startsWith('PATH='));
  return {
    configFile: at < 0 ? null : (command[at + 1]?.replaceAll('$$', '$') ?? null),
    path: path?.slice('PATH='.length) ?? null,
    user: /^User=(\S+)$/m.exec(text)?.[1] ?? null,
  };
};

/** In double quotes as Lifeline writes them, or plain. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    (quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '').replaceAll('%%', '%'),
  );
