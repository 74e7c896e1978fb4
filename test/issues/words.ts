/** The words of labels: a closed list, so that a slip of the pen is no miss of the rules. */
import type { GatewayCondition, LinkCondition } from '../../src/diagnosis/verdict.ts';

/** The conditions that somebody is told of. */
export const CONDITIONS = [
  'starting',
  'stopped',
  'stopped_on_purpose',
  'frozen',
  'broken_executor',
  'crash_looping',
  'misconfigured',
  'duplicate',
  'network_down',
  'connecting',
  'reconnecting',
  'down',
  'gave_up',
  'deaf',
  'flapping',
  'rejected',
  'unreachable',
  'disabled',
  'unanswered',
] as const satisfies readonly (GatewayCondition | LinkCondition)[];

/** The platforms of the excerpts; `feishu:work` is an account of one. */
export const LINK =
  /^(?:qqbot|feishu|telegram|discord|slack|whatsapp|weixin|wecom|dingtalk|matrix|signal|email|google_chat)(?::[\w-]+)?$/;
