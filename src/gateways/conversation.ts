/** What the logs of different gateways tell alike of conversations. */
import { hash } from 'node:crypto';
import type { TurnFault } from '../diagnosis/evidence.ts';

/** A model takes longer for an answer, milliseconds: what ends sooner was no turn of its own, or was cut short. */
export const TURN_MS = 5_000;

const HASH_LENGTH = 12;

/** @returns a name of the conversation that tells nobody who takes part in it. */
export const chatHash = (chat: string) => hash('sha256', chat, 'hex').slice(0, HASH_LENGTH);

const QUOTA =
  /\b402\b|quota|insufficient[ _](?:balance|credit|funds)|credit balance|billing|usage[ _]limit|余额不足|欠费|额度/i;
const KEY =
  /\b40[13]\b|invalid[ _]api[ _-]?key|incorrect api key|unauthori[sz]ed|authentication|auth failed|permission[ _]denied|no \w+ credentials|no api key/i;
const OVERLOADED =
  /\b(?:429|5\d\d)\b|rate[ _-]?limit|RateLimitError|overloaded|too many requests|InternalServerError|APITimeoutError|APIConnectionError|no non-ping SSE event/i;

/** @returns what the words of a model's provider mean. */
export const faultIn = (error: string): TurnFault => {
  if (QUOTA.test(error)) return 'provider_quota';
  if (KEY.test(error)) return 'provider_key';
  return OVERLOADED.test(error) ? 'provider_overloaded' : 'turns_fail';
};
