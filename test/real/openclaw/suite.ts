/**
 * What each file of tests against the real OpenClaw begins and ends with: the install, and a look at every line that
 * OpenClaw wrote. Recorded with 2026.9.6.
 */
import { beforeAll, describe, test, type TestContext } from 'vitest';
import { skipReason, whyNoPackages } from '../packages.ts';
import { skipped, whyNoUserSystemd } from '../systemd/user-systemd.ts';
import { INSTALL_MS, installOnce, type OpenClawInstalled } from './install.ts';
import { checkLines, sceneLogs } from './lines.ts';

/** Every step of a test has a limit of its own and says what it waited for; this one ends what no step does. */
export const LIMIT = { timeout: 3_600_000 };

/** @param cases takes what gives the install, or skips the test that asks for it */
export const describeOpenClaw = (cases: (installed: (context: TestContext) => OpenClawInstalled) => void): void => {
  describe.skipIf(skipped('the real OpenClaw', whyNoPackages() ?? whyNoUserSystemd()))('the real OpenClaw', () => {
    let openclaw: OpenClawInstalled | null = null;
    let problem = '';
    beforeAll(async () => {
      try {
        openclaw = await installOnce();
        console.info(`openclaw ${openclaw.version}`);
      } catch (error) {
        problem = skipReason('the real OpenClaw', error);
      }
      // Its three steps have limits of their own.
    }, 4 * INSTALL_MS);
    cases(({ skip }) => openclaw ?? skip(problem));
    // The last one: it reads what all of them have left.
    test('writes nothing that nobody has judged', (context) => {
      if (sceneLogs.length === 0) context.skip(problem || 'nothing was played');
      checkLines();
    });
  });
};
