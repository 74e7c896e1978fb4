/** Values that speak of times: schedules, zones, hours of the day. */
import { validate as isCron } from 'node-cron';
import { Complaint, curly, field, quote } from './fields.ts';

export const cron = (example: string) =>
  field(
    (value) => {
      if (typeof value === 'string' && isCron(value)) return value;
      throw new Complaint(`must be a cron expression such as "${example}", not ${quote(value)}${curly(value)}`);
    },
    { kind: 'cron' },
  );

export const timezone = field(
  (value) => {
    try {
      if (typeof value === 'string') return new Intl.DateTimeFormat('en', { timeZone: value }) && value;
    } catch {
      // The name is no zone: the complaint below says so.
    }
    throw new Complaint(`must be a time zone such as Asia/Shanghai, not ${quote(value)}`);
  },
  { kind: 'timezone' },
);

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** `23:00-07:00` in local time. @returns minutes of the day. */
const readHours = (value: unknown): { readonly from: number; readonly to: number } => {
  const [from, to, ...rest] =
    typeof value === 'string' ? value.split(/[-–]/).map((time) => CLOCK.exec(time.trim())) : [];
  if (!from || !to || rest.length > 0)
    throw new Complaint(`must be two times such as "23:00-07:00", not ${quote(value)}`);
  const minutes = ([, hour, minute]: RegExpExecArray): number => Number(hour) * 60 + Number(minute);
  if (minutes(from) === minutes(to))
    throw new Complaint('begins when it ends; give two different times, or leave it out');
  return { from: minutes(from), to: minutes(to) };
};

/** `09:00` in local time. @returns the minute of the day. */
export const clockTime = field(
  (value) => {
    const [, hour, minute] = (typeof value === 'string' ? CLOCK.exec(value.trim()) : null) ?? [];
    if (hour === undefined) throw new Complaint(`must be a time such as "09:00", not ${quote(value)}`);
    return Number(hour) * 60 + Number(minute);
  },
  { kind: 'text', pattern: '^\\s*\\d{1,2}:\\d{2}\\s*$', examples: ['09:00'] },
);

export const hours = field(readHours, { kind: 'hours' });
