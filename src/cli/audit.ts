import { processClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { createAudit, type AuditEntry } from '../store/audit.ts';
import { auditLine, nothingAuditedText } from '../text/chat/access.ts';
import { findConfig } from './config/find-config.ts';
import { ASK_BY_PHONE, refuseHub } from './beside-bot/hub-here.ts';
import { openToRead } from '../store/beside.ts';
import { applyTimezone } from './timezone.ts';
import { isoWithOffset } from './verdict-json.ts';

const DEFAULT_COUNT = 20;
const MAX_COUNT = 10_000;

/**
 * `lifeline audit`: the last `count` attempts to command, allowed or refused, the newest last.
 * @throws UserError when the configuration is invalid or the count makes no sense.
 */
export const audit = async ({
  config: file,
  count = DEFAULT_COUNT,
  json = false,
}: {
  config?: string;
  count?: number;
  json?: boolean;
}): Promise<void> => {
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT)
    throw new UserError('USAGE_COUNT', `Give a whole number from 1 to ${MAX_COUNT}.`);
  const { config } = findConfig(file);
  refuseHub(config, ASK_BY_PHONE);
  applyTimezone(config);
  const entries = recent(config.dataDir, count);
  const now = processClock().now();
  if (entries.length === 0 && !json) process.stdout.write(`${nothingAuditedText(config.locale)}\n`);
  for (const entry of entries) process.stdout.write(`${json ? jsonOf(entry) : auditLine(entry, config.locale, now)}\n`);
};

const recent = (dataDir: string, count: number): readonly AuditEntry[] => {
  const db = openToRead(dataDir);
  try {
    return db ? createAudit(db).recent({ count }).toReversed() : [];
  } finally {
    db?.close();
  }
};

const jsonOf = ({ at, ...entry }: AuditEntry): string => JSON.stringify({ at: isoWithOffset(at), ...entry });
