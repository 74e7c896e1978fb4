/** One fault that strikes several gateways at once is one message. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
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

/** Plays with two gateways, each with platforms of its own, under one bot. */
const withTwo = async (
  options: SceneOptions & { readonly config?: Readonly<Record<string, unknown>> },
  play: (scene: Scene, gateways: readonly Sandbox['gateway'][]) => Promise<void>,
): Promise<void> => {
  const second = await createSandbox({
    dir: await mkdtemp(join(tmpdir(), 'lifeline-second-')),
    speed: options.speed ?? 1,
    gateway: options.timings ?? {},
  });
  try {
    await second.gateway.start();
    await inScene(
      {
        ...options,
        config: (first) => ({ ...options.config, gateways: [entryOf(first, 'main'), entryOf(second, 'work')] }),
      },
      async (scene) => {
        await scene.until('the second gateway to be ready', () =>
          second.gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
        );
        await play(scene, [scene.sandbox.gateway, second.gateway]);
      },
    );
  } finally {
    await second.stop();
    await rm(second.dir, { recursive: true, force: true });
  }
};

describe.concurrent('two gateways', () => {
  test('that are killed at once are one message', LIMIT, () =>
    withTwo({ gateway: { heal: 'off' } }, async (scene, gateways) => {
      const told = scene.want(
        BOTH,
        /^🔴 2 个网关：进程不在了，没有人要求停止它\n\d\d:\d\d:\d\d 🔴 (main 没有在运行 #\d+\n[^\n]*work|work 没有在运行 #\d+\n[^\n]*main) 没有在运行 #\d+\n+现在的情况发 \/status 看/,
      );
      await Promise.all(gateways.map((gateway) => gateway.break('killed')));
      await told;
      await scene.quiet(8_000);
    }),
  );

  test('that lose the network are one message, and one when it is back', LIMIT, () =>
    withTwo(fast(2), async (scene, gateways) => {
      const told = scene.want(BOTH, /^🔴 2 个网关：这台机器连不上平台，是网络的问题\n/);
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
