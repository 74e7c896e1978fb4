/** How long, as people type it on a phone: `90s`, `1h30m`, `2小时`, `半小时`, `1天`. The configuration is stricter. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS: readonly (readonly [number, readonly string[]])[] = [
  [1_000, ['s', 'sec', 'secs', 'second', 'seconds', '秒', '秒钟']],
  [MINUTE_MS, ['m', 'min', 'mins', 'minute', 'minutes', '分', '分钟']],
  [HOUR_MS, ['h', 'hr', 'hrs', 'hour', 'hours', '小时', '个小时', '钟头', '个钟头']],
  [DAY_MS, ['d', 'day', 'days', '天', '日']],
  [7 * DAY_MS, ['w', 'week', 'weeks', '周', '个星期', '星期']],
];
const UNIT_MS: ReadonlyMap<string, number> = new Map(
  UNITS.flatMap(([ms, names]) => names.map((name) => [name, ms] as const)),
);

const NUMERALS: ReadonlyMap<string, number> = new Map(
  [...'半一二三四五六七八九十'].map((sign, value) => [sign, value === 0 ? 0.5 : value]),
);
const numberOf = (text: string): number => (text === '两' ? 2 : (NUMERALS.get(text) ?? Number(text)));

/** The longest names first, so that none hides another. */
const NAMES = [...UNIT_MS.keys()].sort((a, b) => b.length - a.length).join('|');
const NUMBER = '\\d{1,9}(?:\\.\\d{1,9})?|[半一二两三四五六七八九十]';
const WHOLE = new RegExp(`^(?:(?:${NUMBER})(?:${NAMES}))+$`);
const EACH = new RegExp(`(${NUMBER})(${NAMES})`, 'g');

/** @returns milliseconds; null for what is no duration, a bare number among it. */
export const readDuration = (typed: string): number | null => {
  const text = typed.toLowerCase();
  if (text.length > 40 || !WHOLE.test(text)) return null;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(EACH)) total += numberOf(amount) * (UNIT_MS.get(unit) ?? 0);
  return Math.round(total);
};

/** @returns whether the word is a unit alone, as after a stray blank: `2 小时`. */
export const isUnit = (word: string): boolean => UNIT_MS.has(word.toLowerCase());
