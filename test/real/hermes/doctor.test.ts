/** `hermes doctor` of the real Hermes, as Lifeline's doctor calls and reads it. Recorded with 0.19.0. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { contextOf } from '../doctor.ts';
import { gatewayDoctor } from '../../../src/doctor/checks/gateway-doctor.ts';
import { skipReason, whyNoPackages } from '../packages.ts';
import { skipped } from '../systemd/user-systemd.ts';
import { installHermes } from './install.ts';

describe.skipIf(skipped('the real Hermes', whyNoPackages()))('the real Hermes', () => {
  test('says what is to be done, and leaves its settings alone', { timeout: 900_000 }, async ({ skip }) => {
    const dir = await mkdtemp(join(tmpdir(), 'lifeline-hermes-doctor-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const { program } = await installHermes(dir).catch((error: unknown) => skip(skipReason('the real Hermes', error)));
    const home = join(dir, '.hermes');
    await mkdir(home, { recursive: true });
    const config = 'logging:\n  level: INFO\n';
    await writeFile(join(home, 'config.yaml'), config);
    const found = await gatewayDoctor.run(
      contextOf(dir, `{ name: main, kind: hermes, home: "${home}", command: ["${program}", gateway, run] }`),
    );
    // It has no .env: a row with ✗, and an issue of its list.
    expect(found).toMatchObject([
      { code: 'gateway_doctor', severity: 'warning', said: expect.stringContaining('.env file missing') as string },
      ...Array.from({ length: (found as readonly unknown[]).length - 1 }, () => ({
        code: 'gateway_doctor',
        severity: 'info',
      })),
    ]);
    expect(found).toContainEqual(expect.objectContaining({ said: "Run 'hermes setup' to create .env" }));
    expect(await readFile(join(home, 'config.yaml'), 'utf8')).toBe(config);
  });
});
