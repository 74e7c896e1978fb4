/**
 * The `hermes` command of a sandbox: a real file to be executed, so that the gateway's command line reads as Hermes's
 * does.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programFile } from '../../src/base/program-files.ts';

/** A folder with the built program, of which the gateway starts in a third of the time. */
const entry = (): URL => {
  const folder = process.env['LIFELINE_BUNDLE'];
  return folder === undefined
    ? programFile('sandbox/gateway/main.ts')
    : pathToFileURL(join(folder, 'sandbox/gateway/main.js'));
};

/** @returns the path of `<dir>/bin/hermes` */
export const writeExecutable = (dir: string): string => {
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  // A first line may hold neither blanks nor a long path, and Node's own may have both.
  const node = join(bin, 'node');
  rmSync(node, { force: true });
  symlinkSync(process.execPath, node);
  const hermes = join(bin, 'hermes');
  const lines = [
    `#!${node}`,
    `import(${JSON.stringify(entry().href)})`,
    `  .then(({ main }) => main(process.argv.slice(2)))`,
    `  .then((code) => process.exit(code));`,
  ];
  writeFileSync(hermes, `${lines.join('\n')}\n`, { mode: 0o755 });
  return hermes;
};
