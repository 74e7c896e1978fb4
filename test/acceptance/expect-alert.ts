/** What every fault that no restart mends must lead to: one alert, and a gateway that is left alone. */
import { expect } from 'vitest';
import type { LastingFault } from '../../sandbox/gateway/faults.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import type { Scene } from './scene.ts';

const BOTH = ['feishu', 'qq'] as const;
/** Longer than any grace of the sandbox lets a restart wait. */
const LEFT_ALONE_MS = 6_000;

export interface ExpectedAlert {
  readonly alert: RegExp;
  /** How many starts the fault itself makes. */
  readonly ownStarts?: number;
}

/** Breaks it, and looks on after the alert. */
export const expectAlert = async (
  scene: Scene,
  fault: LastingFault,
  { alert, ownStarts = 0 }: ExpectedAlert,
): Promise<void> => {
  const [starts, treatments] = [await startsOf(scene), treatmentsOf(scene)];
  const told = scene.want(BOTH, alert);
  await Promise.all([told, scene.sandbox.gateway.break(fault)]);
  await scene.quiet(LEFT_ALONE_MS);
  expect(await startsOf(scene)).toBe(starts + ownStarts);
  expect(treatmentsOf(scene)).toEqual(treatments);
};

/** Puts right what is ill; then one word of recovery comes, and Lifeline has restarted nothing. */
export const expectRecovery = async (
  scene: Scene,
  putRight: () => Promise<unknown>,
  recovery: RegExp,
): Promise<void> => {
  const treatments = treatmentsOf(scene);
  await Promise.all([scene.want(BOTH, recovery, { withinMs: 90_000 }), putRight()]);
  expect(treatmentsOf(scene)).toEqual(treatments);
};
