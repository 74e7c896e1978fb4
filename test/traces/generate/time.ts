/**
 * Times as Hermes writes them (local, no zone) and as expectations need them (ISO with offset), in a zone of choice.
 */
import { parseDuration } from '../../../src/base/duration.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (tz: string): Intl.DateTimeFormat => {
  const known = formats.get(tz);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone: tz,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(tz, made);
  return made;
};

const millis = (at: number): string => String(((at % 1000) + 1000) % 1000).padStart(3, '0');

/** `2026-11-21 08:00:00,123`: Python's asctime. */
export const asctime = (at: number, tz: string): string => `${formatOf(tz).format(at)},${millis(at)}`;

/** `2026-11-21T08:00:00.123+08:00`. */
export const isoIn = (at: number, tz: string): string => {
  const local = formatOf(tz).format(at).replace(' ', 'T');
  const offset = Math.round((Date.parse(`${local}Z`) - Math.floor(at / 1000) * 1000) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${local}.${millis(at)}${zone}`;
};

/** @throws RangeError for anything that is not a duration such as `90s` or `1h30m`. */
export const span = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === null) throw new RangeError(`Not a duration: "${text}"`);
  return ms;
};

/** Repeatable chance (mulberry32), so that the same script always writes the same home. */
export const chance = (seed: string): (() => number) => {
  let state = 0;
  for (const char of seed) state = (Math.imul(state, 31) + char.charCodeAt(0)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
