/** What every fault that a restart mends must lead to: one alert, one restart, one word of recovery. */
import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FaultId } from '../../sandbox/gateway/faults.ts';
import { openScene, type PhoneName, type Scene, type SceneOptions } from './scene.ts';

const BOTH = ['feishu', 'qq'] as const;
/** Nothing may be said after the recovery, nor may another restart follow. */
const AFTERMATH_MS = 3_000;

export interface Expected {
  readonly alert: RegExp;
  readonly recovery: RegExp;
  /** Where both are told; on both phones by default, as all that is critical is. */
  readonly phones?: readonly PhoneName[];
  readonly options?: SceneOptions;
}

export const expectHealed = async (fault: FaultId, { options, ...expected }: Expected): Promise<void> => {
  const scene = await openScene(options);
  try {
    await expectHealedIn(scene, () => scene.sandbox.gateway.break(fault), expected);
  } finally {
    await scene.end();
  }
};

/** The same in a scene that goes on. */
export const expectHealedIn = async (
  scene: Scene,
  breakIt: () => Promise<void>,
  { alert, recovery, phones = BOTH }: Omit<Expected, 'options'>,
): Promise<void> => {
  const before = scene.sandbox.gateway.current();
  const [starts, treatments] = [await startsOf(scene), treatmentsOf(scene)];
  const told = Promise.all([scene.want(phones, alert), scene.want(phones, recovery, { withinMs: 90_000 })]);
  await Promise.all([told, breakIt()]);
  const after = scene.sandbox.gateway.current();
  expect(after).not.toBeNull();
  expect(after?.pid).not.toBe(before?.pid);
  expect(scene.sandbox.gateway.pids()).toHaveLength(1);
  await scene.quiet(AFTERMATH_MS);
  expect(await startsOf(scene)).toBe(starts + 1);
  expect(treatmentsOf(scene)).toEqual([...treatments, { requested_by: 'auto', outcome: 'recovered' }]);
};

/** How often the gateway was started since the scene opened, by its own count. */
export const startsOf = async ({ sandbox }: Scene): Promise<number> =>
  (await readFile(join(sandbox.gateway.home, 'gateway-starts.log'), 'utf8')).trim().split('\n').length;

/** The treatments in Lifeline's own book. */
export const treatmentsOf = ({ sandbox }: Scene): unknown[] => {
  const db = new DatabaseSync(join(sandbox.dir, 'lifeline', 'lifeline.db'), { readOnly: true });
  try {
    return db
      .prepare('SELECT requested_by, outcome FROM restarts ORDER BY id')
      .all()
      .map((row) => ({ ...row }));
  } finally {
    db.close();
  }
};
