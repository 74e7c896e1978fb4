/**
 * The real OpenClaw under a real `systemd --user`: by the supervisor alone, and with Lifeline beside it. Recorded with
 * 2026.9.6. It is installed once for all of them; `LIFELINE_TEST_OPENCLAW=FOLDER` keeps it there for the next run.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import { skipReason, whyNoPackages } from '../packages.ts';
import { skipped, whyNoUserSystemd } from '../systemd/user-systemd.ts';
import { installFolder, installOpenClaw, type OpenClawInstalled } from './install.ts';
import { brakeCases } from './brake-cases.ts';
import { drainCases } from './drain-cases.ts';
import { checkLines, sceneLogs } from './lines.ts';
import { linkCases } from './link-cases.ts';
import { processCases } from './process-cases.ts';
import { supervisorCases } from './supervisor-cases.ts';
import { telegramCases } from './telegram-cases.ts';

describe.skipIf(skipped('the real OpenClaw', whyNoPackages() ?? whyNoUserSystemd()))('the real OpenClaw', () => {
  let dir: string;
  let openclaw: OpenClawInstalled | null = null;
  let problem = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lifeline-openclaw-'));
    try {
      openclaw = await installOpenClaw(installFolder(dir));
      console.info(`openclaw ${openclaw.version}`);
    } catch (error) {
      problem = skipReason('the real OpenClaw', error);
    }
  }, 900_000);
  afterAll(() => rm(dir, { recursive: true, force: true }), 120_000);
  const installed = ({ skip }: TestContext): OpenClawInstalled => openclaw ?? skip(problem);

  supervisorCases(installed);
  processCases(installed);
  drainCases(installed);
  brakeCases(installed);
  linkCases(installed);
  telegramCases(installed);
  // The last one: it reads what all of them have left.
  test('writes nothing that nobody has judged', (context) => {
    installed(context);
    if (sceneLogs.length === 0) context.skip('nothing was played');
    checkLines();
  });
});
