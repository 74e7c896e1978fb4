/** A platform that does not answer as Lifeline starts holds up neither the watch nor the other channel. */
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { ownFolder } from '../store/helpers.ts';
import { lifeline } from './command-line.ts';
import { inScene } from './scene.ts';

const LIMIT = { timeout: 240_000 };

describe.concurrent('as Lifeline starts', () => {
  test("a token endpoint that hangs delays neither the watch nor the other channel's alert", LIMIT, () =>
    // So long is waited for a channel that is known to work.
    inScene({ gateway: { heal: 'off' }, config: { alerts: { copies: 1, channel_timeout: '10m' } } }, async (scene) => {
      const { feishu, cast, gateway } = scene.sandbox;
      await scene.endBot('SIGTERM');
      const said = scene.bot().said.length;
      feishu
        .faults(cast.lifeline.feishu.appId)
        .calls.push(...Array.from({ length: 200 }, () => ({ kind: 'hang', api: 'auth.token' }) as const));
      await gateway.break('killed');
      const alert = scene.want(['qq'], /^🔴 main 没有在运行/);
      await scene.startBot();
      await alert;
      const log = scene.bot().said.slice(said);
      expect(log).toMatch(/"event":"incident\.opened"/);
      expect(log).toMatch(/"event":"lifeline\.started"/);
      // What asks the platform whether the app is fit had not had its answer when the gateway was judged.
      await scene.until('the check of the app to give up', () =>
        scene.bot().said.slice(said).includes('the Feishu app may not be ready'),
      );
      const whole = scene.bot().said.slice(said);
      expect(whole.indexOf('the Feishu app may not be ready')).toBeGreaterThan(
        whole.indexOf('"event":"incident.opened"'),
      );
    }),
  );

  test.runIf(IN_DEPTH)(
    'a token endpoint that hangs while Lifeline runs sends the alert to the other channel',
    LIMIT,
    () =>
      inScene(
        { gateway: { heal: 'off' }, config: { alerts: { copies: 1, channel_timeout: '10m' } } },
        async (scene) => {
          const { feishu, cast, gateway } = scene.sandbox;
          // The platform takes the token that Lifeline has no longer, and gives no other.
          feishu
            .faults(cast.lifeline.feishu.appId)
            .calls.push(
              { kind: 'code', code: 99991663, status: 400, api: 'im.message.create' },
              ...Array.from({ length: 200 }, () => ({ kind: 'hang', api: 'auth.token' }) as const),
            );
          const alert = scene.want(['qq'], /^🔴 main 没有在运行/);
          await gateway.break('killed');
          await alert;
        },
      ),
  );

  test.runIf(IN_DEPTH)(
    'an app that has never worked and cannot is refused as ever, though the watch had begun',
    LIMIT,
    async () => {
      const sandbox = await createSandbox({ dir: ownFolder() });
      try {
        const file = sandbox.writeConfig({ channels: { feishu: { app_secret: 'not-the-secret' } } });
        const { code, err } = await lifeline(['run', '--config', file], { env: { ...sandbox.env } });
        expect(code).toBe(1);
        expect(err).toContain('is not ready');
      } finally {
        await sandbox.stop();
      }
    },
  );
});
