#!/usr/bin/env node
/**
 * What npm installs as `lifeline`. It imports nothing before it has looked at Node's version: an older one fails at
 * something deep inside, with words that help nobody.
 */
const NEEDED = 24;
const { node: version } = process.versions;

if (Number.parseInt(version, 10) < NEEDED) {
  process.stderr.write(
    `Lifeline 需要 Node.js ${NEEDED} 或更新的版本，这里是 ${version}。\nLifeline needs Node.js ${NEEDED} or newer; this is ${version} (${process.execPath}).\n`,
  );
  process.exitCode = 1;
} else {
  await import('./main.ts');
}
