import { describe, expect, it } from 'vitest';
import { afterClose } from '../../../sandbox/gateway/qq-close.ts';
import { closeSandboxes, eventually, homeJson, logged, messages, must, openSandbox, startReady } from './harness.ts';

describe('a close code on the QQ link', () => {
  it.each([
    [1000, 'resume'],
    [4009, 'resume'],
    [4003, 'resume'],
    [4004, 'new-token'],
    [4006, 'new-session'],
    [4007, 'new-session'],
    [4008, 'rate-limited'],
    [4900, 'new-session'],
    [4913, 'new-session'],
    ...[4001, 4002, 4010, 4011, 4012, 4013, 4014, 4914, 4915].map((code) => [code, 'fatal'] as const),
  ] as const)('%d leads to %s', (code, kind) => {
    expect(afterClose(code).kind).toBe(kind);
  });

  it('that bans the bot ends the link for good and is said in log and state', async () => {
    const sandbox = await openSandbox();
    try {
      await startReady(sandbox);
      sandbox.qq.closeSockets(sandbox.cast.gateway.qq.appId, 4915, 'banned');
      await logged(sandbox, /^\[QQ\] Bot is banned\. Check QQ Open Platform\.$/, 1, 'gateway.log');
      await eventually(() => {
        const { qqbot } = homeJson(sandbox, 'gateway_state.json')['platforms'] as Record<string, unknown>;
        expect(qqbot).toMatchObject({ state: 'fatal', error_code: 'qq_banned' });
      });
      expect(messages(sandbox)).not.toContainEqual(expect.stringMatching(/Reconnecting/));
    } finally {
      await closeSandboxes();
    }
  });

  it('that ends the session leads to a fresh Identify', async () => {
    const sandbox = await openSandbox();
    try {
      await startReady(sandbox);
      sandbox.qq.closeSockets(sandbox.cast.gateway.qq.appId, 4902, 'reset by resume');
      await logged(sandbox, /^\[QQ\] Ready, session_id=/, 2);
      must(messages(sandbox).includes('[QQ] Session error (4902), clearing session for re-identify'), 'said so');
      expect(messages(sandbox).filter((message) => message === '[QQ] Identify sent')).toHaveLength(2);
    } finally {
      await closeSandboxes();
    }
  });
});
