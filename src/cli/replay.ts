import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { kindAt, kindOfHome, KINDS } from '../gateways/index.ts';
import { KIND_NAMES } from '../gateways/names.ts';
import { replay } from '../monitor/replay-logs.ts';
import { outputEnded } from './output.ts';
import { isoWithOffset, verdictJson } from './verdict-json.ts';

/** `lifeline replay`. @throws UserError when there is no such kind or folder. */
export const replayHome = async (
  home: string,
  { kind: kindName, until, json = false }: { kind?: string; until?: number; json?: boolean },
): Promise<void> => {
  const known = KIND_NAMES.filter((name) => KINDS[name].usualHome !== null);
  const asked = known.find((name) => name === kindName);
  if (kindName !== undefined && asked === undefined)
    throw new UserError(
      'USAGE_KIND',
      `There is no kind of gateway "${kindName}" whose logs could be replayed. Known: ${known.join(', ')}.`,
    );
  const folder = resolve(home);
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory())
    throw new UserError(
      'USAGE_HOME',
      `${folder} is not a folder. Give a gateway's home, which has its logs in "logs".`,
    );
  const kind = kindAt(asked ?? kindOfHome(folder) ?? known[0] ?? 'generic', folder);
  let told = 0;
  for await (const verdict of replay({ kind, home: folder, gateway: 'main', until: until ?? null })) {
    told += 1;
    const who = verdict.link ?? 'gateway';
    const line = json
      ? verdictJson(verdict)
      : `${isoWithOffset(verdict.at)}  ${who.padEnd(8)} ${verdict.condition.padEnd(18)} ${verdict.remedy.padEnd(8)} ${verdict.evidence.at(-1)?.text ?? ''}`;
    process.stdout.write(`${line}\n`);
    if (outputEnded.aborted) return;
  }
  if (told === 0)
    throw new UserError(
      'NOTHING_FOUND',
      `There is nothing to judge in ${folder}: none of ${kind.logs.join(', ')} has a line that tells of the gateway.`,
    );
};
