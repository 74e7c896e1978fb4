/** A scene whose gateway is a fake OpenClaw. What OpenClaw and Lifeline wait for are minutes; they pass faster here. */
import { createFake, type FakeOpenClaw, type FakeOptions } from '../gateways/openclaw/fake/fake.ts';
import { fast, type FastOptions } from './fast.ts';
import { inScene, type Scene, type SceneOptions } from './scene.ts';

export interface OpenClawOptions extends FastOptions {
  readonly speed: number;
  readonly world?: FakeOptions['world'];
  readonly locale?: SceneOptions['locale'];
  /**
   * `auto`: the test is a parent that may start it again, and so has `gone` for that; a bare one is started at once.
   */
  readonly supervisor?: 'process' | 'auto';
  /** Before Lifeline begins to watch; by default it is only started. */
  readonly before?: (fake: FakeOpenClaw) => Promise<void>;
}

/** A link's grace is shorter than what OpenClaw's own healing is given, which thus decides. */
const GRACE = { qqbot: 1, feishu: 1, default: 1 };

export const withOpenClaw = async (
  {
    speed,
    world,
    locale,
    supervisor = 'process',
    before = (fake) => fake.start(),
    grace = {},
    ...more
  }: OpenClawOptions,
  play: (scene: Scene, fake: FakeOpenClaw) => Promise<void>,
): Promise<void> => {
  const { config, gateway, timings } = fast(speed, { ...more, grace: { ...GRACE, ...grace } });
  let fake: FakeOpenClaw | undefined;
  try {
    await inScene(
      {
        speed,
        timings,
        gateway,
        ownGateways: true,
        ...(locale ? { locale } : {}),
        config: async ({ dir, env, feishu, qq }) => {
          fake = await createFake({ dir, name: 'openclaw', env, ...(world ? { world } : {}) });
          await before(fake);
          const hosts = { feishu: [new URL(feishu.url).host], qqbot: [new URL(qq.url).host] };
          return {
            ...config,
            gateways: [{ name: 'main', kind: 'openclaw', home: fake.home, supervisor, command: fake.command, hosts }],
          };
        },
      },
      async (scene) => {
        if (fake) await play(scene, fake);
      },
    );
  } finally {
    await fake?.stop();
  }
};
