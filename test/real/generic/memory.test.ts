/**
 * A service in a control group with a limit of memory, beside the real Lifeline: it comes near the limit, and the kernel
 * ends it, or a process that it had started, at the limit.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOTH } from '../phones.ts';
import { skipped, startUserSystemd, whyNoUserSystemd, type UserSystemd } from '../systemd/user-systemd.ts';
import { whyNoMemoryGroup } from './memory-group.ts';
import { inServiceScene, type ServiceScene } from './service-scene.ts';

const LIMIT = { timeout: 480_000 };
/** A gateway's memory is looked at once a minute, and is high once it has been so for another. */
const PATIENCE_MS = 300_000;
const MOST_MB = 400;
const KILLED = /^🔴 main 没有在运行 #\d+\n内存用完，进程被系统杀掉\n正在启动[\s\S]*it was ended for want of memory/;
const STARTED = /^🟢 main 已恢复[\s\S]*启动 1 次[\s\S]*内存用完，进程被系统杀掉/;
const STRAINED = '^🟠 main 在运行，但资源吃紧 #\\d+\n';

const why = whyNoUserSystemd() ?? whyNoMemoryGroup();
describe.skipIf(skipped('a service with a limit of memory', why)).concurrent('a service with a limit of memory', () => {
  let systemd: UserSystemd;
  beforeAll(async () => {
    systemd = await startUserSystemd();
  });
  afterAll(() => systemd.stop());

  const inScene = (unit: readonly string[] | null, play: (scene: ServiceScene) => Promise<void>): Promise<void> =>
    inServiceScene(systemd, { service: 'hungry', unit, limit: MOST_MB, patienceMs: PATIENCE_MS }, play);
  /** Whole at once, for the service takes the file away as soon as it is there. */
  const order = async ({ service }: ServiceScene, what: 'eat' | 'child', megabytes: number): Promise<void> => {
    await writeFile(join(service.home, 'written'), `${what} ${megabytes}`);
    await rename(join(service.home, 'written'), join(service.home, 'order'));
  };

  test.each([
    ['a bare process', null],
    ['a unit that nothing restarts', ['Restart=no']],
  ] as const)('%s that reaches it is told as ended for want of memory, and started', LIMIT, (_, unit) =>
    inScene(unit, async (scene) => {
      const first = await scene.main();
      const told = Promise.all([scene.want(BOTH, KILLED), scene.want(BOTH, STARTED)]);
      await order(scene, 'eat', 2 * MOST_MB);
      await told;
      await scene.main(first);
      expect(scene.lifeline.treatments()).toMatchObject([{ remedy: 'start', outcome: 'recovered' }]);
    }),
  );

  test('a unit that systemd starts again is told as ended for want of memory, and let alone', LIMIT, () =>
    inScene(['Restart=always', 'RestartSec=1'], async (scene) => {
      const first = await scene.main();
      const told = scene.want(['feishu'], new RegExp(`${STRAINED}刚才内存用完，它被系统杀掉，现在又在运行了`));
      await order(scene, 'eat', 2 * MOST_MB);
      await scene.main(first);
      await told;
      expect(scene.lifeline.treatments()).toEqual([]);
    }),
  );

  test('one of whose processes reaches it lives on, and is told to have lost that process', LIMIT, () =>
    inScene(['Restart=no'], async (scene) => {
      const first = await scene.main();
      const told = scene.want(['feishu'], new RegExp(`${STRAINED}内存用完，它的一个子进程被系统杀掉`));
      await order(scene, 'child', 2 * MOST_MB);
      await told;
      expect(await scene.main()).toBe(first);
      expect(scene.lifeline.treatments()).toEqual([]);
    }),
  );

  test('one that comes near it is told with how much of it is held, and let alone', LIMIT, () =>
    inScene(['Restart=no'], async (scene) => {
      const first = await scene.main();
      const share = String.raw`3\d\d MB of ${MOST_MB} MB \([89]\d %\), the limit of its control group; 1 processes, PSS`;
      const told = scene.want(['feishu'], new RegExp(`${STRAINED}[\\s\\S]*${share}`));
      await order(scene, 'eat', 320);
      await told;
      expect(await scene.main()).toBe(first);
      expect(scene.lifeline.treatments()).toEqual([]);
    }),
  );
});
