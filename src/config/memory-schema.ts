/** The keys of how much memory a gateway may hold. */
import { z } from 'zod';
import { compactDuration, parseDuration } from '../base/duration.ts';
import type { Amount } from '../diagnosis/memory-rules.ts';
import type { MemoryConfig } from './config.ts';
import { Complaint, field, quote } from './fields.ts';

const UNITS: Readonly<Record<string, number>> = { mb: 1_048_576, gb: 1_073_741_824 };

const readAmount = (value: unknown): Amount | null => {
  const given = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (given === 'off' || given === false) return null;
  const [, digits, unit] = (typeof given === 'string' && /^(\d{1,6}(?:\.\d{1,3})?) ?(%|mb|gb)$/.exec(given)) || [];
  const amount = Number(digits);
  if (unit === '%' && amount >= 1 && amount <= 100) return { share: amount / 100 };
  const bytes = amount * (UNITS[unit ?? ''] ?? NaN);
  if (bytes >= 1_048_576) return { bytes: Math.round(bytes) };
  throw new Complaint(`must be a share such as 80%, a size such as 500 MB or 2 GB, or off, not ${quote(value)}`);
};

const amount = field(readAmount, { kind: 'amount' });

/** Shorter would not be a state but a peak. */
const LEAST_MS = 60_000;
const MOST_MS = 7 * 86_400_000;

const when = field(
  (value): number | null => {
    if (value === 'idle') return null;
    const ms = typeof value === 'string' ? parseDuration(value.trim()) : null;
    if (ms === null || ms < LEAST_MS || ms > MOST_MS)
      throw new Complaint(`must be idle or a duration from 1m to 7d, such as 30m, not ${quote(value)}`);
    return Math.round(ms);
  },
  { kind: 'idle_or_duration' },
);

export const memorySchema = z.strictObject({
  warn: amount.prefault('80%'),
  restart: amount.prefault('off'),
  when: when.prefault('idle'),
});

/** Returns the rules in the form of the file. */
export const memoryKeys = ({ warn, restart, restartBusyMs }: MemoryConfig): Readonly<Record<string, string>> => ({
  warn: typedAmount(warn),
  restart: typedAmount(restart),
  when: restartBusyMs === null ? 'idle' : compactDuration(restartBusyMs),
});

const typedAmount = (amount: Amount | null): string => {
  if (amount === null) return 'off';
  if ('share' in amount) return `${Math.round(amount.share * 10_000) / 100}%`;
  return `${Math.round((amount.bytes / UNITS['mb']!) * 1_000) / 1_000} MB`;
};
