/** A hub and a host of a fleet, as they are published: a phone sees the host, hears of its trouble, and heals it. */
import { expect, onTestFinished, test } from 'vitest';
import { NO_NATS } from '../fleet/nats.ts';
import { openFleet } from '../fleet/scene.ts';

test.skipIf(NO_NATS !== null)(
  `a phone at the hub is told of a host's trouble, and restarts its gateway${NO_NATS === null ? '' : ` (${NO_NATS})`}`,
  { timeout: 240_000 },
  async () => {
    const scene = await openFleet({ agentConfig: () => ({ gateway: { heal: 'ask' } }) });
    onTestFinished(() => scene.end());
    await scene.speaking();
    await scene.allWell();
    const pid = (): number | undefined => scene.sandbox.gateway.pids()[0]?.pid;
    const before = pid();
    await scene.sandbox.gateway.break('qq_gives_up');
    const alert = await scene.want(/🔴 web-1 · main.*QQ/);
    await scene.tap(alert.id);
    await scene.until('another process', () => pid() !== undefined && pid() !== before);
    await scene.want(/🟢 web-1 · main/);
    expect(scene.told().filter(({ text }) => text.startsWith('🔴 web-1 · main'))).toHaveLength(1);
  },
);
