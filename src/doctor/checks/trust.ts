/** Whether the gateway's files can be believed: a file that others can write to is no evidence. */
import { resolve } from 'node:path';
import { mendingOf, fileRefusalOf, fileRefusalText, type Refusal } from '../../base/foreign/refusal.ts';
import { readForeign } from '../../base/foreign/read.ts';
import { MOST_BYTES } from '../../base/foreign/sizes.ts';
import { listLogFiles } from '../../sensors/logs/log-files.ts';
import type { DoctorCheck } from '../check.ts';
import { writtenByOwner } from '../chmod.ts';
import type { DoctorContext } from '../context.ts';
import type { DoctorFinding } from '../finding.ts';

export const trust: DoctorCheck<DoctorContext> = {
  name: 'trust',
  run: async (context) => {
    const found = [...(await logRefusals(context)), ...(await smallRefusals(context))];
    const each = new Map(found.map((refusal) => [fileRefusalText(refusal), refusal]));
    return [...each.values()].map((refusal) => findingOf(refusal, context));
  },
};

const findingOf = (refusal: Refusal, { gateway, uid, clock }: DoctorContext): DoctorFinding => {
  const command = refusal.why === 'writable' ? mendingOf(refusal) : null;
  const act = refusal.why === 'writable' && refusal.uid === uid ? writtenByOwner(refusal, clock) : null;
  return {
    code: 'file_refused',
    gateway: gateway.name,
    severity: 'error',
    path: refusal.path,
    refusal,
    commands: command === null ? [] : [command],
    fix: act === null ? null : { edit: null, act },
  };
};

/** Of several places where the log may be, the unused ones are left out. */
const logRefusals = async ({ gateway, kind, trust: whom }: DoctorContext): Promise<readonly Refusal[]> => {
  const logs = await Promise.all(
    kind.logs.map(async (log) => ({
      isMain: kind.mainLogs.includes(log),
      ...(await lookAt(resolve(gateway.home, log), whom)),
    })),
  );
  const hasMain = logs.some(({ isMain, files }) => isMain && files > 0);
  return logs.filter(({ isMain, files }) => !isMain || !hasMain || files > 0).flatMap(({ refused }) => refused);
};

const lookAt = async (
  path: string,
  whom: DoctorContext['trust'],
): Promise<{ readonly files: number; readonly refused: readonly Refusal[] }> => {
  try {
    const { files, refused } = await listLogFiles(path, whom);
    return { files: files.length, refused };
  } catch (error) {
    const refusal = fileRefusalOf(error);
    return { files: 0, refused: refusal === null ? [] : [refusal] };
  }
};

const smallRefusals = async ({ gateway, kind, trust: whom }: DoctorContext): Promise<readonly Refusal[]> => {
  const files = [
    ...kind.stateFiles,
    ...kind.appFiles,
    ...kind.records,
    ...(kind.loop === null ? [] : [{ path: kind.loop.heartbeat, mostBytes: MOST_BYTES.record }]),
  ];
  const refusals = await Promise.all(
    files.map(({ path, mostBytes }) =>
      readForeign(resolve(gateway.home, path), { trust: whom, mostBytes }).then(() => null, fileRefusalOf),
    ),
  );
  return refusals.filter((refusal) => refusal !== null);
};
