/** One fault that strikes several gateways at once is one message, but for the first of them, which does not wait. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { parse } from 'yaml';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { fast } from './fast.ts';
import { inScene, type Scene, type SceneOptions } from './scene.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;

/** The gateway of a sandbox as a configuration names it. */
const entryOf = (sandbox: Sandbox, name: string): object => {
  const { gateways } = parse(readFileSync(sandbox.writeConfig(), 'utf8')) as { readonly gateways: readonly [object] };
  return { ...gateways[0], name };
};

/** Plays with several gateways, each with platforms of its own, under one bot; `others` are those beside `main`. */
const withSeveral = async (
  others: readonly string[],
  options: SceneOptions & { readonly config?: Readonly<Record<string, unknown>> },
  play: (scene: Scene, gateways: readonly Sandbox['gateway'][]) => Promise<void>,
): Promise<void> => {
  const sandboxes: { readonly name: string; readonly sandbox: Sandbox }[] = [];
  try {
    for (const name of others) {
      const sandbox = await createSandbox({
        dir: await mkdtemp(join(tmpdir(), 'lifeline-other-')),
        speed: options.speed ?? 1,
        gateway: options.timings ?? {},
      });
      sandboxes.push({ name, sandbox });
      await sandbox.gateway.start();
    }
    await inScene(
      {
        ...options,
        config: (first) => ({
          ...options.config,
          gateways: [entryOf(first, 'main'), ...sandboxes.map(({ name, sandbox }) => entryOf(sandbox, name))],
        }),
      },
      async (scene) => {
        for (const { name, sandbox } of sandboxes)
          await scene.until(`${name} to be ready`, () =>
            sandbox.gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
          );
        await play(scene, [scene.sandbox.gateway, ...sandboxes.map(({ sandbox }) => sandbox.gateway)]);
      },
    );
  } finally {
    for (const { sandbox } of sandboxes) {
      await sandbox.stop();
      await rm(sandbox.dir, { recursive: true, force: true });
    }
  }
};

describe.concurrent('several gateways', () => {
  test('that are killed at once: the first is told at once, the others are one message', LIMIT, () =>
    withSeveral(['work', 'home'], { gateway: { heal: 'off' } }, async (scene, gateways) => {
      const first = scene.want(BOTH, /^🔴 (main|work|home) 没有在运行/);
      const others = scene.want(
        BOTH,
        /^🔴 2 个网关：进程不在了，没有人要求停止它\n\d\d:\d\d:\d\d 🔴 (main|work|home) 没有在运行 #\d+\n[^\n]*(?!\1)(main|work|home) 没有在运行 #\d+\n+现在的情况发 \/status 看/,
      );
      await Promise.all(gateways.map((gateway) => gateway.break('killed')));
      await Promise.all([first, others]);
      await scene.quiet(8_000);
    }),
  );

  test.runIf(IN_DEPTH)('that lose the network are one message, and one when it is back', LIMIT, () =>
    withSeveral(['work'], fast(2), async (scene, gateways) => {
      const told = scene.want(BOTH, /^🔴 2 个网关：从这台机器连不上平台\n/);
      await Promise.all(gateways.map((gateway) => gateway.break('network_down')));
      await told;
      await scene.quiet(5_000);
      const over = scene.want(BOTH, /^🟢 2 个网关已恢复：(main、work|work、main)\n/);
      await Promise.all(gateways.map((gateway) => gateway.lift()));
      await over;
      await scene.quiet(5_000);
    }),
  );
});
