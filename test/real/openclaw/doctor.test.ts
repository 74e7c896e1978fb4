/** `openclaw doctor --lint --json` of the real OpenClaw, as Lifeline's doctor calls and reads it. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gatewayDoctor } from '../../../src/doctor/checks/gateway-doctor.ts';
import { contextOf } from '../doctor.ts';
import { skipReason, whyNoPackages } from '../packages.ts';
import { skipped } from '../systemd/user-systemd.ts';
import { INSTALL_MS, installOnce } from './install.ts';

describe.skipIf(skipped('the real OpenClaw', whyNoPackages()))('the real OpenClaw', () => {
  test('finds what its schema refuses, and writes nothing', { timeout: 4 * INSTALL_MS }, async ({ skip }) => {
    const { entry } = await installOnce().catch((error: unknown) => skip(skipReason('the real OpenClaw', error)));
    const dir = await mkdtemp(join(tmpdir(), 'lifeline-openclaw-doctor-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const home = join(dir, '.openclaw');
    await mkdir(home);
    const look = async (config: string): Promise<unknown> => {
      await writeFile(join(home, 'openclaw.json'), config);
      const command = JSON.stringify([process.execPath, entry, 'gateway', 'run']);
      return gatewayDoctor.run(contextOf(dir, `{ name: main, kind: openclaw, home: "${home}", command: ${command} }`));
    };
    expect(await look('{ gateway: { mode: "local", channelHealthCheckMinutes: 5 } }')).toMatchObject([
      { code: 'gateway_doctor', severity: 'error', said: 'Unrecognized key: "channelHealthCheckMinutes" (gateway)' },
    ]);
    expect(await look('{}')).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        said: 'gateway.mode is unset; gateway start will be blocked. (gateway.mode)',
      }),
    );
    expect(await readdir(home)).toEqual(['openclaw.json']);
  });
});
