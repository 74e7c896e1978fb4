/** The example for containers fits this package. No image is built here: that needs an engine. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { NODE_FLAGS } from '../../src/service/spec.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  readonly bin: { readonly lifeline: string };
  readonly scripts: Record<string, string>;
  readonly engines: { readonly node: string };
};
const dockerfile = read('Dockerfile');
interface Service {
  readonly volumes: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}
const compose = parse(read('compose.yaml')) as {
  readonly services: Readonly<Record<'gateway' | 'lifeline', Service>>;
  readonly volumes: object;
};

it('starts what npm installs as lifeline, with a Node that the package takes', () => {
  const entry = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '') as string[];
  expect(entry).toEqual(['node', ...NODE_FLAGS, `/lifeline/${manifest.bin.lifeline}`]);
  expect(JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '')).toEqual(['run', '--config', '/config/config.yaml']);
  const bases = [...dockerfile.matchAll(/^FROM node:(\d+)-slim/gm)].map(([, version]) => Number(version));
  expect(bases).toEqual([24, 24]);
  expect(manifest.engines.node).toBe('^22.18.0 || >=24');
});

it('builds with a script that is there, from files that are let in', () => {
  for (const [, script = ''] of dockerfile.matchAll(/npm run ([\w-]+)/g))
    expect(manifest.scripts).toHaveProperty([script]);
  const letIn = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(letIn.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(letIn).toEqual(
    expect.arrayContaining([
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'src',
      'sandbox',
      'commands',
      'build',
    ]),
  );
});

it('does not run as root, and asks Lifeline itself whether it is well', () => {
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK[^]*127\.0\.0\.1:9464\/healthz/m);
});

it('has the gateway at the same path for both, and Lifeline apart from it', () => {
  const { gateway, lifeline } = compose.services;
  const home = '${GATEWAY_HOME}:${GATEWAY_HOME}';
  expect(gateway.volumes).toContain(home);
  expect(lifeline.volumes).toEqual(
    expect.arrayContaining([
      home,
      '/var/run/docker.sock:/var/run/docker.sock',
      'lifeline-data:/data',
      './lifeline:/config:ro',
    ]),
  );
  expect(Object.keys(compose.volumes)).toEqual(['lifeline-data']);
  expect(lifeline).toMatchObject({ restart: 'always', pid: 'host', cgroup: 'host' });
  expect(lifeline).not.toHaveProperty('depends_on');
  expect(lifeline.environment['TZ']).toBe(gateway.environment['TZ']);
});

it('warns of the socket in the file and in the documents of both languages', () => {
  expect(read('compose.yaml')).toMatch(/WARNING: .*socket is root/);
  expect(read('docs/service.md')).toMatch(/docker\.sock[^]*root/);
  expect(read('docs/service.zh-CN.md')).toMatch(/docker\.sock[^]*root/);
});
