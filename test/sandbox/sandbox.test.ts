import { statSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { closeSandboxes, eventually, homeJson, must, openSandbox, startReady } from './gateway/harness.ts';

afterEach(closeSandboxes);

describe('the sandbox', () => {
  it('casts bots and people with ids in the form of the platforms, all different', async () => {
    const { cast } = await openSandbox();
    const feishu = [cast.gateway.feishu.appId, cast.lifeline.feishu.appId];
    for (const id of feishu) expect(id).toMatch(/^cli_[0-9a-f]{16}$/);
    for (const id of [cast.operator.feishu, cast.stranger.feishu]) expect(id).toMatch(/^ou_[0-9a-f]{32}$/);
    for (const id of [cast.operator.qq, cast.stranger.qq]) expect(id).toMatch(/^[0-9A-F]{32}$/);
    const all = [
      ...feishu,
      cast.gateway.qq.appId,
      cast.lifeline.qq.appId,
      cast.operator.feishu,
      cast.stranger.feishu,
      cast.operator.qq,
      cast.stranger.qq,
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('writes a configuration that the bot accepts, for its owner only', async () => {
    const sandbox = await openSandbox();
    const file = sandbox.writeConfig();
    expect(statSync(file).mode & 0o077).toBe(0);
    const config = loadConfig(file, {});
    expect(config.warnings).toEqual([]);
    expect(config.gateways[0]).toMatchObject({
      name: 'main',
      home: sandbox.gateway.home,
      supervisor: 'process',
      command: sandbox.gateway.command,
    });
    expect(config.channels).toMatchObject({
      feishu: { domain: sandbox.feishu.url },
      qq: { apiBase: sandbox.qq.url, tokenUrl: sandbox.qq.tokenUrl },
    });
    expect(config.alerts).toMatchObject({ order: ['feishu', 'qq'], copies: 2 });
    expect(config.dataDir.startsWith(sandbox.dir)).toBe(true);
  });

  it('lets a test change single keys of the configuration', async () => {
    const sandbox = await openSandbox({ locale: 'en' });
    const config = loadConfig(
      sandbox.writeConfig({ watch: { grace: { qqbot: '3s' } }, alerts: { order: ['qq'], copies: 1 } }),
      {},
    );
    expect(config.locale).toBe('en');
    expect(config.watch).toMatchObject({ linkGraceMs: { qqbot: 3_000, feishu: 12_000 }, settleMs: 10_000 });
    expect(config.alerts.order).toEqual(['qq']);
  });

  it('runs a faster clock in the gateway when asked to', async () => {
    const sandbox = await openSandbox({
      speed: 100,
      gateway: { timings: { startDelayMs: 1_000, heartbeatIntervalMs: 60_000 } },
    });
    expect(sandbox.env).toMatchObject({ LIFELINE_CLOCK: expect.stringMatching(/^\d+:100$/) as unknown });
    await startReady(sandbox);
    const beat = (): number => Date.parse(String(homeJson(sandbox, 'state', 'gateway.heartbeat')['updated_at']));
    const first = beat();
    const second = await eventually(() => {
      must(beat() !== first, 'another beat');
      return beat();
    });
    expect(second - first).toBeGreaterThanOrEqual(59_000);
    expect(second).toBeGreaterThan(Date.now() + 30_000);
  });
});
