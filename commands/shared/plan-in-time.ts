/**
 * Asks a gateway what a treatment would do, and does not keep the operator waiting for one that cannot be looked at.
 */
import { UserError } from '../../src/base/errors.ts';
import { within } from '../../src/base/time-limit.ts';
import type { GatewayPort } from '../../src/chat/command/command.ts';
import type { TreatmentPlan } from '../../src/healing/treatment.ts';
import type { Locale } from '../../src/text/locale.ts';
import { treatmentTexts } from '../../src/text/common/treatments.ts';

export const PLAN_LIMIT_MS = 20_000;

/**
 * For every command that treats a gateway. A plan that comes later is dropped: nothing is begun for it.
 * @throws UserError `PLAN_TOO_SLOW` in the language of whoever asked; and what the plan itself throws.
 */
export const planInTime = async (
  { name }: Pick<GatewayPort, 'name'>,
  asked: Promise<TreatmentPlan>,
  locale: Locale,
): Promise<TreatmentPlan> => {
  const plan = await within(asked, PLAN_LIMIT_MS);
  if (!plan) throw new UserError('PLAN_TOO_SLOW', treatmentTexts(locale).tooSlow(name, PLAN_LIMIT_MS / 1_000));
  return plan;
};
