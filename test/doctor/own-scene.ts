/**
 * A Lifeline to be examined: a configuration of its own, a folder of its own, a platform that answers as a test says.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { loadConfig } from '../../src/config/load.ts';
import { examineAll, findingsOf, type DoctorFinding } from '../../src/doctor/check.ts';
import { SELF_CHECKS } from '../../src/doctor/checks/index.ts';
import type { SelfContext } from '../../src/doctor/context.ts';
import { runCommand } from '../../src/supervisors/run-command.ts';
import { expectSound } from './sound.ts';

export const SERVICE = {
  kind: 'systemd',
  scope: 'user',
  unit: 'lifeline.service',
  active: 'active',
  enabled: true,
  linger: true,
  lingerProblem: null,
  definition: 'current',
  user: 'me',
  watchdogMs: 30_000,
  configFile: null,
} as const;

export interface Scene {
  readonly dir: string;
  readonly context: (yaml: string, more?: Partial<SelfContext>) => SelfContext;
  /** The findings of one check. */
  readonly look: (check: string, yaml: string, more?: Partial<SelfContext>) => Promise<readonly DoctorFinding[]>;
  readonly resultOf: (check: string, yaml: string, more?: Partial<SelfContext>) => Promise<unknown>;
}

export const openScene = (): Scene => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-self-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const { uid } = userInfo();
  const context: Scene['context'] = (yaml, more = {}) => {
    const file = join(dir, 'config.yaml');
    writeFileSync(file, `data_dir: ${join(dir, 'data')}\n${yaml}`, { mode: 0o600 });
    return {
      config: loadConfig(file, { HOME: dir }),
      fromFile: true,
      logger: silentLogger(),
      withStore: () => null,
      service: () => Promise.resolve(SERVICE),
      env: {},
      userHome: dir,
      user: 'me',
      uid,
      run: runCommand,
      clock: scaledClock(0, 1),
      ...more,
    };
  };
  const examined = async (check: string, yaml: string, more?: Partial<SelfContext>) => {
    const checks = SELF_CHECKS.filter(({ name }) => name === check);
    if (checks.length !== 1) throw new Error(`no check ${check}`);
    return examineAll(context(yaml, more), checks, null);
  };
  return {
    dir,
    context,
    look: async (...asked) => expectSound(findingsOf(await examined(...asked))),
    resultOf: async (...asked) => (await examined(...asked))[0]?.result,
  };
};

export type Answers = Readonly<
  Record<string, { readonly status?: number; readonly body?: object; readonly date?: string }>
>;

/** Answers by path; what it does not know is not there. @returns its address. */
export const platform = async (answers: Answers): Promise<string> => {
  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').replace(/\?.*$/, '')];
    request.resume();
    response.writeHead(answer?.status ?? (answer ? 200 : 404), {
      'content-type': 'application/json',
      ...(answer?.date ? { date: answer.date } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify(answer?.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
