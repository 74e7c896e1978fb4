/** Links that were lost again and again and came back by themselves: nothing to mend, but worth knowing. */
import type { DoctorCheck } from '../check.ts';
import type { DoctorContext } from '../context.ts';

const LEAST = 5;
/** QQ ends each session about every half hour, and that is its normal life (docs/facts/qq.md 2.7). */
const OFTENER_THAN_MS = 900_000;

export const linkDrops: DoctorCheck<DoctorContext> = {
  name: 'link-drops',
  run: async (context) => {
    const { anyLog, drops } = await context.symptoms();
    if (!anyLog) return { skip: 'no_log' };
    return drops
      .filter(({ count, spanMs }) => count >= LEAST && spanMs / count < OFTENER_THAN_MS)
      .map((each) => ({
        ...each,
        code: 'link_drops',
        gateway: context.gateway.name,
        severity: 'info',
        commands: [],
        fix: null,
      }));
  },
};
