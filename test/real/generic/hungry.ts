// A service that takes as much memory as its folder's file `order` says: `eat 50`, `child 50`, in MB; a line each time.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [, , port = '0', group = ''] = process.argv;
const say = (message: string): void => appendFileSync('hungry.log', `${new Date().toISOString()} ${message}\n`);

/** Where systemd does not put its units into a group that counts memory, it goes into one itself. */
if (group !== '') {
  mkdirSync(group, { recursive: true });
  writeFileSync(`${group}/cgroup.procs`, String(process.pid));
}

const held: Buffer[] = [];
const order = (): readonly string[] => {
  try {
    const words = readFileSync('order', 'utf8').trim().split(' ');
    rmSync('order');
    return words;
  } catch {
    return [];
  }
};
const eat = (megabytes: number): void => {
  for (let count = 0; count < megabytes; count += 1) held.push(Buffer.alloc(1_048_576, 1));
};
setInterval(() => {
  const [what, megabytes = '0'] = order();
  if (what === 'eat') eat(Number(megabytes));
  if (what === 'child')
    spawn(
      process.execPath,
      ['-e', `const held = Buffer.alloc(${megabytes} * 1048576, 1); setInterval(() => held.length, 1000);`],
      {
        stdio: 'ignore',
      },
    );
}, 100);
process.on('SIGTERM', () => {
  say('stopping');
  process.exit(0);
});
createServer((socket) => socket.on('error', () => undefined).end()).listen(Number(port), '127.0.0.1', () =>
  say('ready'),
);
