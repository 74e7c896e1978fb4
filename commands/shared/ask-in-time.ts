/** Asks something that may fail or hang, without holding up the answer. */
import { errorText } from '../../src/base/errors.ts';
import { redact } from '../../src/base/redact/redact.ts';
import { within } from '../../src/base/time-limit.ts';

export type AnswerInTime<T> =
  | { readonly ok: true; readonly value: T }
  /** `problem` null: no answer in time. */
  | { readonly ok: false; readonly problem: string | null };

/** Never throws and never takes longer than `limitMs`. */
export const askInTime = async <T>(ask: () => Promise<T>, limitMs: number): Promise<AnswerInTime<T>> => {
  const answer = async (): Promise<AnswerInTime<T>> => {
    try {
      return { ok: true, value: await ask() };
    } catch (error) {
      return { ok: false, problem: redact(errorText(error)) };
    }
  };
  return (await within(answer(), limitMs)) ?? { ok: false, problem: null };
};
