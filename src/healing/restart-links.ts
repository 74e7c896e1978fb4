/**
 * Restarts links alone. One that was stopped and not started again would stay off, and the gateway would take that for
 * somebody's wish: a stop is always followed by its start, also when Lifeline ends meanwhile, and the record on the
 * disk lets the next Lifeline do it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { LinkName } from '../diagnosis/evidence.ts';
import type { LinkControl } from '../gateways/gateway-kind.ts';
import type { ActionResult, ActionStep } from '../supervisors/supervisor.ts';

export interface LinkRestart {
  readonly control: LinkControl | null;
  readonly links: readonly LinkName[];
  readonly clock: Clock;
  /** Before a start is tried again, real time; 2 s unless told. */
  readonly againMs?: number;
}

/** A gateway under load, or one that is still stopping the link, takes a start a moment later. */
const START_TRIES = 5;
const AGAIN_MS = 2_000;

/** One after the other. @returns what was done; failed when one of them was not started. */
export const restartLinks = async ({
  control,
  links,
  clock,
  againMs = AGAIN_MS,
}: LinkRestart): Promise<ActionResult> => {
  if (control === null)
    return { outcome: 'failed', steps: [], reason: 'this gateway offers no way to restart one link alone' };
  const steps: ActionStep[] = [];
  const reasons: string[] = [];
  for (const link of links) {
    const step = (act: 'stop' | 'start'): void => {
      steps.push({ at: clock.now(), action: 'command', pid: null, command: control.command(act, link) });
    };
    try {
      // Written down first: whether a stop without an answer was carried out, nobody knows.
      step('stop');
      await control.stop(link);
    } catch (error) {
      reasons.push(`${control.command('stop', link)}: ${errorText(error)}`);
    }
    const failure = await startLink(control, link, againMs);
    step('start');
    if (failure !== null) reasons.push(`${control.command('start', link)}: ${failure}`);
  }
  return reasons.length === 0 ? { outcome: 'done', steps } : { outcome: 'failed', steps, reason: reasons.join('; ') };
};

/** @returns why it could not be started; null: it was. */
export const startLink = async (control: LinkControl, link: LinkName, againMs = AGAIN_MS): Promise<string | null> => {
  let failure = '';
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    if (tries > 0) await sleep(againMs);
    try {
      await control.start(link);
      return null;
    } catch (error) {
      failure = errorText(error);
    }
  }
  return failure;
};
