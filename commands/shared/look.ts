/** Looks at a gateway without letting a gateway that cannot be looked at hold up the answer. */
import { errorText } from '../../src/base/errors.ts';
import { redact } from '../../src/base/redact.ts';
import type { GatewayPort, GatewayReport } from '../../src/chat/command.ts';

export type Look =
  | { readonly name: string; readonly report: GatewayReport }
  /** `problem` null: no answer in time. */
  | { readonly name: string; readonly report: null; readonly problem: string | null };

const LIMIT_MS = 10_000;

/** Never throws and never takes longer than `limitMs`. */
export const look = async (gateway: GatewayPort, limitMs = LIMIT_MS): Promise<Look> => {
  const { promise: tooLate, resolve } = Promise.withResolvers<Look>();
  const timer = setTimeout(() => resolve({ name: gateway.name, report: null, problem: null }), limitMs);
  const answer = async (): Promise<Look> => {
    try {
      return { name: gateway.name, report: await gateway.report() };
    } catch (error) {
      return { name: gateway.name, report: null, problem: redact(errorText(error)) };
    }
  };
  try {
    return await Promise.race([answer(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
};
