/**
 * The `hermes` command of a sandbox: a real file to be executed, so that the gateway's command line reads as Hermes's
 * does.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** This module runs from the sources or, in the published package, compiled. */
const entry = (): string => new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url).href;

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
    `import(${JSON.stringify(entry())})`,
    `  .then(({ main }) => main(process.argv.slice(2)))`,
    `  .then((code) => process.exit(code));`,
  ];
  writeFileSync(hermes, `${lines.join('\n')}\n`, { mode: 0o755 });
  return hermes;
};
