/** Looks at a gateway without letting a gateway that cannot be looked at hold up the answer. */
import { errorText } from '../../src/base/errors.ts';
import { redact } from '../../src/base/redact.ts';
import { within } from '../../src/base/within.ts';
import type { GatewayPort, GatewayReport } from '../../src/chat/command.ts';

export type Look =
  | { readonly name: string; readonly report: GatewayReport }
  /** `problem` null: no answer in time. */
  | { readonly name: string; readonly report: null; readonly problem: string | null };

const LIMIT_MS = 10_000;

/** Never throws and never takes longer than `limitMs`. */
export const look = async (gateway: GatewayPort, limitMs = LIMIT_MS): Promise<Look> => {
  const answer = async (): Promise<Look> => {
    try {
      return { name: gateway.name, report: await gateway.report() };
    } catch (error) {
      return { name: gateway.name, report: null, problem: redact(errorText(error)) };
    }
  };
  return (await within(answer(), limitMs)) ?? { name: gateway.name, report: null, problem: null };
};
