#!/usr/bin/env node
/**
 * What npm installs as `lifeline`. It imports nothing before it has looked at Node's version: an older one fails at
 * something deep inside, with words that help nobody.
 */
const NEEDED = '22.18';
const { node: version } = process.versions;
const [major = 0, minor = 0] = version.split('.').map(Number);

// Of 23 there is no version that is still cared for.
if (major < 22 || (major === 22 && minor < 18) || major === 23) {
  process.stderr.write(
    `Lifeline 需要 Node.js ${NEEDED} 或更新的版本（23 除外），这里是 ${version}。\nLifeline needs Node.js ${NEEDED} or newer (not 23); this is ${version} (${process.execPath}).\n`,
  );
  process.exitCode = 1;
} else if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2] ?? '')) {
  // Scripts ask for it: without the commands it takes half the time.
  process.stdout.write(`${ownVersion()}\n`);
} else if (!(await isToldByBot())) {
  if (!['run', 'hub'].includes(process.argv[2] ?? '')) keepCompiled();
  await import('./main.ts');
}

function ownVersion(): string {
  const manifest = process
    .getBuiltinModule('node:fs')
    .readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/** Whether the running bot has answered: without the commands and a look that takes a quarter of the time. */
async function isToldByBot(): Promise<boolean> {
  const [, , command, ...words] = process.argv;
  if (command !== 'status') return false;
  const { statusByBot } = await import('./cli/beside-bot/status-by-bot.ts');
  return statusByBot(words, ownVersion, process.env);
}

/**
 * Lets Node keep what it compiled, which saves the next command a third of its time. What lies there is run, so nothing
 * is kept where another user could write it: in a home of another user, as under sudo, or one that others may change.
 */
function keepCompiled(): void {
  const { mkdirSync, statSync } = process.getBuiltinModule('node:fs');
  const isOwn = (folder: string): boolean => {
    const { uid, mode } = statSync(folder);
    return uid === process.getuid?.() && (mode & 0o022) === 0;
  };
  try {
    const home = process.getBuiltinModule('node:os').homedir();
    if (!isOwn(home)) return;
    const folder = `${home}/.cache/lifeline`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOwn(`${home}/.cache`) && isOwn(folder)) process.getBuiltinModule('node:module').enableCompileCache(folder);
  } catch {
    // Without, it takes longer.
  }
}
