/**
 * Messages that nobody asked for: permission, the person's switch, quotas, and the wake-up reserve (docs/facts/qq.md 0,
 * 4.3, 4.4).
 */
import type { Answer } from './answers.ts';
import { settingsOf, type Bot } from './bot.ts';
import { refusal } from './codes.ts';
import type { Target } from './exchange.ts';
import { usedUp, type Quota } from './quota.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const TO_ONE_PERSON: readonly Quota[] = [
  { ms: MINUTE, count: 20 },
  { ms: DAY, count: 1_000 },
];
const OF_THE_BOT: Readonly<Record<Bot['rules']['pushQuotaOfBot'], readonly Quota[]>> = {
  none: [],
  unverified: [
    { ms: SECOND, count: 5 },
    { ms: MINUTE, count: 30 },
  ],
  verified: [{ ms: SECOND, count: 10 }],
};
/** Where each wake-up period ends, counted from the person's last message. */
const WAKEUP_PERIODS = [DAY, 3 * DAY, 7 * DAY, 30 * DAY];

/** Adds a time to a list of which nothing older than a day counts. */
const count = (times: number[], now: number): void => {
  while (times[0] !== undefined && now - times[0] >= DAY) times.shift();
  times.push(now);
};

const timesOf = (bot: Bot, openid: string): number[] => {
  const times = bot.pushes.get(openid) ?? [];
  bot.pushes.set(openid, times);
  return times;
};

const refusedToUser = ({ rules, users }: Bot, openid: string): Answer | null => {
  const { friend, allowsProactive } = settingsOf(users, openid);
  if (rules.friendship && !friend) return refusal(40054004);
  if (rules.pushes !== 'granted') return refusal(rules.pushes === 'refused' ? 40034105 : 40034102);
  return rules.pushSwitch && !allowsProactive ? refusal(40054013) : null;
};

const refusedToGroup = ({ rules, groups }: Bot, openid: string): Answer | null => {
  const group = groups.get(openid);
  return rules.groupPushes && group?.member === true && group.allowsProactive ? null : refusal(40034105);
};

/** @returns the refusal of a push; null when it may go out, and then it counts. */
export const refusedPush = (bot: Bot, target: Target, now: number): Answer | null => {
  const refused = target.kind === 'group' ? refusedToGroup(bot, target.openid) : refusedToUser(bot, target.openid);
  if (refused) return refused;
  const times = timesOf(bot, target.openid);
  if (bot.rules.pushQuotaOfUser && usedUp(TO_ONE_PERSON, times, now)) return refusal(40034100);
  if (usedUp(OF_THE_BOT[bot.rules.pushQuotaOfBot], bot.allPushes, now)) return refusal(40034100);
  count(times, now);
  count(bot.allPushes, now);
  return null;
};

/**
 * @returns the refusal of a wake-up; null when it may go out, and then its period is used. The switch does not matter
 * to it.
 */
export const refusedWakeup = (bot: Bot, target: Target, now: number): Answer | null => {
  if (!bot.rules.wakeupPeriods) return null;
  const wrote = bot.lastWords.get(target.openid);
  const period = wrote === undefined ? -1 : WAKEUP_PERIODS.findIndex((end) => now - wrote.at < end);
  if (target.kind === 'group' || wrote === undefined || period < 0) return refusal(40034123);
  if (wrote.wakeups.has(period)) return refusal(40034122);
  wrote.wakeups.add(period);
  return null;
};
