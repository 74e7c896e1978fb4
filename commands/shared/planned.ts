/** Maintenance ahead: `/maintenance 23:00 2h main`, once or weekly, listed, cancelled by its number. */
import { UserError } from '../../src/base/errors.ts';
import { compactDuration } from '../../src/base/duration.ts';
import type { CommandContext, GatewayPort } from '../../src/chat/command/command.ts';
import type { Button, Message } from '../../src/chat/message/message.ts';
import { clockText, firstMomentOf, localTimeOf, type LocalTime } from '../../src/base/local-time.ts';
import { occurrenceAt, type PlannedMaintenance } from '../../src/store/planned-maintenance.ts';
import { planText } from '../../src/text/commands/plans.ts';
import { silenceText } from '../../src/text/commands/silences.ts';
import { formatDuration, formatTime } from '../../src/text/common/time.ts';

/** More than these nobody keeps in mind. */
const MOST_PLANS = 20;
const MOST_BUTTONS = 3;
const MOST_OVERLAPS = 3;

/** The days of the week as people type them; the key is that of `Date.getDay`. */
export const DAYS = {
  sun: ['sunday', '周日', '周天', '星期日', '星期天', '礼拜天'],
  mon: ['monday', '周一', '星期一', '礼拜一'],
  tue: ['tuesday', '周二', '星期二', '礼拜二'],
  wed: ['wednesday', '周三', '星期三', '礼拜三'],
  thu: ['thursday', '周四', '星期四', '礼拜四'],
  fri: ['friday', '周五', '星期五', '礼拜五'],
  sat: ['saturday', '周六', '星期六', '礼拜六'],
  today: ['今天', '今晚', 'tonight'],
  tomorrow: ['明天', '明晚'],
} as const;

const DAY_NUMBERS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** @param time such as `23:00`. @returns when clocks show that next. */
export const nextStart = (time: string, day: keyof typeof DAYS | null, now: number): LocalTime => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const wanted = day === null ? -1 : DAY_NUMBERS.indexOf(day);
  const today = localTimeOf(now);
  for (let later = day === 'tomorrow' ? 1 : 0; ; later += 1) {
    const start = { ...today, day: today.day + later, minuteOfDay: hours * 60 + minutes };
    // Today's time may be over.
    if (day === 'today' || (firstMomentOf(start) > now && (wanted < 0 || weekdayOf(start) === wanted))) return start;
  }
};

/** Whatever the clocks do on that day. */
const weekdayOf = ({ year, month, day }: LocalTime): number => new Date(Date.UTC(year, month, day)).getUTCDay();

const scopeWords = ({ locale, gateways }: CommandContext, gateway: string | null): string =>
  silenceText(locale).scope(gateway ?? (gateways.length === 1 ? (gateways[0]?.name ?? null) : null));

const whenWords = (plan: PlannedMaintenance, { locale, now }: CommandContext): string => {
  const from = occurrenceAt(plan, now)?.from ?? plan.startsAt;
  // Plans begin with a minute.
  const next = formatTime(from, locale, now).replace(/:00$/, '');
  return plan.weekly
    ? planText(locale).weekly(weekdayOf(plan.localStart), clockText(plan.localStart.minuteOfDay), next)
    : next;
};

const lineOf = (plan: PlannedMaintenance, context: CommandContext): string =>
  planText(context.locale).one(
    plan.id,
    scopeWords(context, plan.gateway),
    whenWords(plan, context),
    formatDuration(plan.durationMs, context.locale),
    plan.by,
  );

const concerns = (plan: PlannedMaintenance, gateway: string | null): boolean =>
  gateway === null || plan.gateway === null || plan.gateway === gateway;

/** What is planned, a line each. */
export const planLines = (context: CommandContext, gateway: string | null): readonly string[] =>
  context.plans
    .pending(context.now)
    .filter((plan) => concerns(plan, gateway))
    .map((plan) => lineOf(plan, context));

export const cancelButtons = (context: CommandContext, gateway: string | null): readonly Button[] =>
  context.plans
    .pending(context.now)
    .filter((plan) => concerns(plan, gateway))
    .slice(0, MOST_BUTTONS)
    .map(({ id }) => cancelButton(id, context));

const cancelButton = (id: number, { locale }: CommandContext): Button => ({
  label: planText(locale).cancelButton(id),
  style: 'plain',
  command: `/maintenance end #${id}`,
});

export interface PlanAsked {
  readonly start: string;
  readonly day: keyof typeof DAYS | null;
  readonly weekly: boolean;
  readonly duration: number | null;
  readonly gateway: GatewayPort | null;
}

type Asked = Omit<PlannedMaintenance, 'id'>;

const isSame = (plan: PlannedMaintenance, asked: Asked, now: number): boolean =>
  plan.gateway === asked.gateway &&
  plan.weekly === asked.weekly &&
  plan.durationMs === asked.durationMs &&
  plan.localStart.minuteOfDay === asked.localStart.minuteOfDay &&
  occurrenceAt(plan, now)?.from === asked.startsAt;

const overlap = (one: Asked, other: Asked, now: number): boolean =>
  reachesInto(one, other, now) || reachesInto(other, one, now);

/** Whether the next occurrence of the first is not over when one of the other comes or lasts. */
const reachesInto = (one: Asked, other: Asked, now: number): boolean => {
  const mine = occurrenceAt(one, now);
  const others = mine && occurrenceAt(other, mine.from);
  return mine !== null && others !== null && others.from < mine.until;
};

/** @throws UserError without a duration, for a time of today that is over, and for too many. */
export const planAhead = (context: CommandContext, { start, day, weekly, duration, gateway }: PlanAsked): Message => {
  const { locale, now, operator } = context;
  const text = planText(locale);
  if (duration === null) throw new UserError('PLAN_DURATION', text.needsDuration(start));
  const localStart = nextStart(start, day, now);
  const startsAt = firstMomentOf(localStart);
  if (startsAt <= now) throw new UserError('PLAN_PAST', text.isPast(start));
  const asked = {
    gateway: gateway?.name ?? null,
    by: operator.name,
    at: now,
    startsAt,
    localStart,
    durationMs: duration,
    weekly,
    skippedUntil: null,
  };
  const pending = context.plans.pending(now);
  const same = pending.find((plan) => isSame(plan, asked, now));
  if (same !== undefined) {
    return {
      tone: 'info',
      title: text.already(lineOf(same, context)),
      lines: [],
      note: text.howToCancel(`/maintenance end #${same.id}`),
      buttons: [cancelButton(same.id, context)],
    };
  }
  if (pending.length >= MOST_PLANS) throw new UserError('PLAN_LIMIT', text.tooMany(MOST_PLANS));
  const overlapping = pending.filter((plan) => concerns(plan, asked.gateway) && overlap(plan, asked, now));
  return context.carryOut(({ plans }) => {
    const plan = plans.add(asked);
    return {
      tone: 'info',
      title: text.planned(
        plan.id,
        scopeWords(context, plan.gateway),
        whenWords(plan, context),
        formatDuration(duration, locale),
      ),
      lines: [
        silenceText(locale).means('maintenance'),
        ...overlapping.slice(0, MOST_OVERLAPS).map((other) => text.overlaps(lineOf(other, context))),
      ],
      note: text.howToCancel(`/maintenance end #${plan.id}`),
      buttons: [cancelButton(plan.id, context)],
    };
  });
};

/** @param typed such as `#3`. @throws UserError where there is no such plan. */
export const cancelPlan = (context: CommandContext, typed: string): Message => {
  const { locale, now } = context;
  const id = Number(typed.slice(1));
  const plan = context.plans.pending(now).find((each) => each.id === id);
  if (plan === undefined) throw new UserError('NO_SUCH_PLAN', planText(locale).noSuchPlan(typed));
  return context.carryOut(({ plans }) => {
    plans.cancel(id, now);
    return { tone: 'good', title: planText(locale).cancelled(lineOf(plan, context)) };
  });
};

/** How one is planned, as an example. */
export const planExample = (gateway: string | null): string =>
  ['/maintenance 23:00', compactDuration(2 * 3_600_000), ...(gateway === null ? [] : [gateway])].join(' ');
