/** The recorded homes: of a healthy one nothing is asked; of some sick ones the log names what to mend. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sample } from '../deep.ts';
import { scaledClock } from '../../src/base/clock.ts';
import { parseConfig } from '../../src/config/load.ts';
import { readSecretFile } from '../../src/config/secret.ts';
import { GATEWAY_CHECKS } from '../../src/doctor/checks/index.ts';
import { createContext } from '../../src/doctor/context.ts';
import { examineAll, findingsOf, type DoctorFinding } from '../../src/doctor/check.ts';
import { isProblem } from '../../src/text/common/findings.ts';
import { hermes } from '../../src/gateways/hermes/hermes.ts';
import { ALL } from '../traces/generate/all.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lifeline-traces-'));
});
afterAll(() => rm(root, { recursive: true }));

/** What a folder tells by itself; no process of it runs here. */
const READ = GATEWAY_CHECKS.filter(({ name }) =>
  ['log-symptoms', 'settings', 'secret-files', 'log-sizes', 'proxy', 'platform-hosts'].includes(name),
);

const examineTrace = async (name: string): Promise<readonly DoctorFinding[]> => {
  const trace = ALL.find((each) => each.name === name);
  if (!trace) throw new Error(`there is no trace ${name}`);
  const { home, expected } = await trace.write(root);
  const {
    gateways: [gateway],
  } = parseConfig(JSON.stringify({ gateways: [{ name: 'main', kind: 'hermes', home }] }), {
    file: 'config.yaml',
    env: {},
    home: '/nowhere',
    readSecret: readSecretFile,
  });
  if (!gateway) throw new Error('no gateway');
  const nothing = { exitCode: 1, stdout: '', stderr: '', failure: null };
  const context = createContext(gateway, hermes, {
    userHome: '/nowhere',
    user: 'me',
    uid: 501,
    run: () => Promise.resolve(nothing),
    clock: { ...scaledClock(0, 1), now: () => Date.parse(expected.until) },
    network: false,
  });
  return findingsOf(await examineAll(context, READ, { name: 'main' })).filter(isProblem);
};

describe('healthy', () => {
  test.each(
    sample(
      ALL.filter(({ kind }) => kind === 'healthy').map(({ name }) => name),
      4,
      0,
    ),
  )('%s', async (name) => {
    expect((await examineTrace(name)).map(({ code }) => code)).toEqual([]);
  });
});

describe('sick', () => {
  test.each<[string, readonly string[]]>([
    ['qq-4013-intent', ['log_intents']],
    ['qq-4014-intent', ['log_intents']],
    ['qq-4914-sandbox', ['log_banned']],
    ['qq-4915-banned', ['log_banned']],
    ['qq-wrong-secret', ['log_credentials']],
    ['exit-78-feishu-app-lock', ['log_app_in_use', 'log_refuses_start']],
    ['pid-file-race', ['log_pid_race']],
    ['refuses-open-policy', ['log_refuses_start']],
    ['qq-gave-up', []],
    ['feishu-keepalive-1011', []],
  ])('%s: %j', async (name, expected) => {
    expect((await examineTrace(name)).map(({ code }) => code)).toEqual(expected);
  });
});
