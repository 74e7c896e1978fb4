/**
 * `/maintenance`: for a while nothing is healed and nothing is told, now or from a time on. Without a duration it shows
 * what is active and what is planned.
 */
import { UserError } from '../src/base/errors.ts';
import { defineCommand } from '../src/chat/command/command.ts';
import { SILENCE_HELP, silenceText } from '../src/text/commands/silences.ts';
import { PLAN_START_RULE, planText } from '../src/text/commands/plans.ts';
import { cancelPlan, DAYS, planAhead } from './shared/planned.ts';
import { beginSilence, endSilences, showSilences, SILENCE_LIMITS } from './shared/silence.ts';

const START = /^(?:[01]?\d|2[0-3]):[0-5]\d$/;
/** Times as people write them elsewhere, dates, and several days in one word. */
const LIKE_START =
  /^(?:\d{1,2}(?:[:：h.]\d{0,2})?(?:am|pm)|\d{1,2}[:：.]\d{1,2}|\d{1,2}[点點时時].{0,4}|\d{4}[-/.]\d{1,2}.{0,10}|\d{1,2}\.\d{1,2}\..{0,4}|\d{1,2}[/月].{1,8})$/i;
const LIKE_DAYS =
  /^(?:sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6}[-,/].{1,40}$|^(?:周|星期|礼拜)[一二三四五六日天].{1,20}$/i;
const PLAN = /^#\d{1,9}$/;

export const maintenance = defineCommand({
  id: 'maintenance',
  aliases: ['维护'],
  role: 'operator',
  effects: 'changes',
  args: {
    action: { kind: 'word', words: { end: ['结束', '取消', 'off', 'stop', 'cancel'] } },
    // With hidden ones the usage still fits a line; the examples show them.
    day: { kind: 'word', words: DAYS, hidden: true },
    start: {
      kind: 'pattern',
      pattern: START,
      rule: PLAN_START_RULE,
      resembles: [LIKE_START, LIKE_DAYS],
      example: '/maintenance 23:00 2h main',
    },
    duration: { kind: 'duration', ...SILENCE_LIMITS },
    gateway: { kind: 'gateway', missing: 'all' },
    repeat: { kind: 'word', words: { weekly: ['每周', '每星期'] }, hidden: true },
    plan: { kind: 'pattern', pattern: PLAN, rule: 'be the number of a plan such as #3', hidden: true },
  },
  help: SILENCE_HELP.maintenance,
  examples: [
    '/maintenance',
    '/maintenance 1h',
    '/maintenance 1h main',
    '/maintenance end',
    '/maintenance 23:00 2h main',
    '/maintenance sun 03:00 2h weekly',
    '/maintenance end #3',
  ],
  async run(context, { action, day, start, duration, gateway, repeat, plan }) {
    if (plan !== null) return cancelPlan(context, plan);
    if (action === 'end' && duration !== null)
      throw new UserError('END_OR_DURATION', silenceText(context.locale).endOrDuration());
    if (start !== null && action === null)
      return planAhead(context, { start, day, weekly: repeat !== null, duration, gateway });
    if (day !== null || repeat !== null) throw new UserError('PLAN_START', planText(context.locale).needsStart());
    if (action === 'end') return endSilences(context, 'maintenance', gateway);
    return duration === null
      ? showSilences(context, 'maintenance', gateway)
      : beginSilence(context, 'maintenance', gateway, duration);
  },
});
