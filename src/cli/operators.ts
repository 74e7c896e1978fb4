import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { processClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { Config } from '../config/config.ts';
import { databaseIn } from '../store/files.ts';
import { openBeside, openToRead } from '../store/beside.ts';
import { createPairedOperators, type PairedOperator } from '../store/operators.ts';
import { noOperatorsText, operatorLine, revokedText } from '../text/chat/access.ts';
import { findConfig } from './config/find-config.ts';
import { applyTimezone } from './timezone.ts';
import { isoWithOffset } from './verdict-json.ts';

/** A person who may command, by the configuration or by pairing. */
interface Listed {
  readonly name: string;
  readonly role: string;
  readonly ids: Readonly<Record<string, string>>;
  /** When the person was paired; null for one of the configuration. */
  readonly pairedAt: number | null;
}

/**
 * `lifeline operators`: who may command; with `revoke`, takes the paired ones of that name off the list, which counts
 * for a running bot from the next message on.
 * @throws UserError when the configuration is invalid, or nobody of that name was paired.
 */
export const operators = async ({
  config: file,
  revoke,
  json = false,
}: {
  config?: string;
  revoke?: string;
  json?: boolean;
}): Promise<void> => {
  const { config } = findConfig(file);
  applyTimezone(config);
  const now = processClock().now();
  if (revoke !== undefined) {
    for (const gone of revokeOne(config, revoke, now))
      print(json ? jsonOf(listed(gone)) : revokedText(gone.name, gone.channel, config.locale));
    if (isConfigured(config, revoke)) process.stderr.write(`${inConfig(config, revoke)}\n`);
    return;
  }
  const all: readonly Listed[] = [
    ...config.operators.map((operator) => ({ ...operator, pairedAt: null })),
    ...pairedOf(openToRead(config.dataDir)).map(listed),
  ];
  if (all.length === 0 && !json) print(noOperatorsText(config.locale));
  for (const each of all) print(json ? jsonOf(each) : operatorLine(each, config.locale, now));
};

const pairedOf = (db: DatabaseSync | null): readonly PairedOperator[] => {
  try {
    return db ? createPairedOperators(db).list() : [];
  } finally {
    db?.close();
  }
};

const revokeOne = (config: Config, name: string, now: number): readonly PairedOperator[] => {
  const db = existsSync(databaseIn(config.dataDir)) ? openBeside(config.dataDir) : null;
  try {
    const paired = db && createPairedOperators(db);
    const gone = paired?.revoke(name, now) ?? [];
    if (gone.length > 0) return gone;
    if (isConfigured(config, name)) throw new UserError('USAGE_OPERATOR_CONFIGURED', inConfig(config, name));
    const near = suggest(name, paired?.list().map((operator) => operator.name) ?? []);
    throw new UserError(
      'USAGE_OPERATOR',
      `Nobody named "${name}" was paired.${near ? ` Did you mean ${near}?` : ' lifeline operators shows who was.'}`,
    );
  } finally {
    db?.close();
  }
};

const isConfigured = (config: Config, name: string): boolean =>
  config.operators.some((operator) => operator.name === name);

const inConfig = (config: Config, name: string): string =>
  `"${name}" stands in the configuration, where no command takes it away: remove it under "operators" in ${config.file} and start Lifeline again.`;

const listed = ({ name, role, channel, user, pairedAt }: PairedOperator): Listed => ({
  name,
  role,
  ids: { [channel]: user },
  pairedAt,
});

const jsonOf = ({ name, role, ids, pairedAt }: Listed): string =>
  JSON.stringify({
    name,
    role,
    ids,
    source: pairedAt === null ? 'configuration' : 'paired',
    pairedAt: pairedAt === null ? null : isoWithOffset(pairedAt),
  });

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
