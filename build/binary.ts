/**
 * `npm run build:binary`: makes `dist/lifeline`, one executable file with this Node in it, for machines without Node.
 * Node's own way for it takes CommonJS, so the program is bundled a second time.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inject } from 'postject';
import { NODE_FLAGS } from '../src/service/spec.ts';
import { bundleAsOne, ROOT } from './bundle.ts';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const target = resolve(process.argv[2] ?? join(ROOT, 'dist-binary/lifeline'));
const folder = `${target}.parts`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const program = join(folder, 'lifeline.cjs');
await bundleAsOne(program);
const config = join(folder, 'sea.json');
const blob = join(folder, 'lifeline.blob');
writeFileSync(
  config,
  JSON.stringify({
    main: program,
    output: blob,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    execArgv: NODE_FLAGS,
    assets: { 'package.json': join(ROOT, 'package.json') },
  }),
);
execFileSync(process.execPath, [...NODE_FLAGS, '--experimental-sea-config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
rmSync(target, { force: true });
copyFileSync(process.execPath, target);
await inject(target, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
chmodSync(target, 0o755);
rmSync(folder, { recursive: true });
