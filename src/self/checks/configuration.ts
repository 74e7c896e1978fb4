/** Whether there is a configuration, what its reader warned of, and who else may read its secrets or change it. */
import { stat } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { openness } from '../../base/foreign/close.ts';
import { mendingOf, fileRefusalText } from '../../base/foreign/refusal.ts';
import type { Config } from '../../config/config.ts';
import { ownFilesOf } from '../../config/own-files.ts';
import type { DoctorCheck } from '../../doctor/check.ts';
import { ownerOnly, writtenByOwner } from '../../doctor/chmod.ts';
import type { DoctorFinding } from '../../doctor/finding.ts';
import type { SelfContext } from '../context.ts';
import { own } from '../own-finding.ts';

/** The last word of the sentence is the file. */
const READABLE = /; run: chmod 600 (.+)$/;
/** The warnings that other checks tell, together with what to do. */
const TOLD_ELSEWHERE = /^(?:no channel is set up|there are no operators|operator .* has no id)/;

export const configuration: DoctorCheck<SelfContext> = {
  name: 'configuration',
  run: async ({ config, fromFile, clock, uid }) => {
    if (!fromFile) return [own('info', { code: 'own_no_config' }, ['lifeline init'])];
    const found = await Promise.all(
      config.warnings
        .filter((warning) => !TOLD_ELSEWHERE.test(warning))
        .map(async (warning): Promise<DoctorFinding> => {
          const path = READABLE.exec(warning)?.[1];
          const file = path === undefined ? null : await stat(path).catch(() => null);
          if (path === undefined || !file) return own('warning', { code: 'own_config_warning', warning });
          const act = ownerOnly(path, file.mode, clock);
          return own(
            'error',
            { code: 'own_secret_readable', path },
            act.commands,
            file.uid === uid ? { edit: null, act } : null,
          );
        }),
    );
    return [...found, ...openFiles(config, uid, clock)];
  },
};

/**
 * Whoever can write these files can command Lifeline, or pretend to be Lifeline. `lifeline run` mends what it can when
 * it starts.
 */
const openFiles = (config: Config, uid: number, clock: Clock): readonly DoctorFinding[] => {
  const refusals = ownFilesOf(config)
    .map(openness)
    .filter((refusal) => refusal !== null);
  return [...new Map(refusals.map((refusal) => [fileRefusalText(refusal), refusal])).values()].map((refusal) => {
    const act = refusal.why === 'writable' && refusal.uid === uid ? writtenByOwner(refusal, clock) : null;
    const command = mendingOf(refusal);
    return own(
      'error',
      { code: 'own_file_open', path: refusal.path, refusal },
      command === null ? [] : [command],
      act === null ? null : { edit: null, act },
    );
  });
};
