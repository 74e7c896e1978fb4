/** Every command that treats a gateway waits for its plan only so long, and says so in its own words. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GatewayPort } from '../../src/chat/command/command.ts';
import { PLAN_LIMIT_MS } from '../../commands/shared/plan-in-time.ts';
import { context, named, plan, port, suspect, type } from './helpers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const WAYS: readonly [string, string, Partial<GatewayPort>][] = [
  ['restart', 'main', {}],
  ['restart', 'main dry', {}],
  ['restart', 'main qq', { restartsLinks: true }],
  ['start', 'main', {}],
  ['stop', 'main', {}],
  ['end', 'main 4711', {}],
];

describe.each(WAYS)('/%s %s', (id, args, more) => {
  const set = (answer: () => Promise<ReturnType<typeof plan>>, locale: 'zh-CN' | 'en') => {
    const treat = vi.fn<GatewayPort['treat']>(() => true);
    return {
      treat,
      here: context({
        locale,
        by: 'tapped',
        gateways: [port('main', { plan: answer, planLink: answer, planEnd: answer, treat, ...more })],
      }),
    };
  };

  test.each([
    ['zh-CN', '20 秒内没能看清 main 现在的情况，什么都还没做\n请再试一次；还是不行就发 /doctor main'],
    [
      'en',
      'main and its supervisor could not be looked at within 20 s; nothing was done\nTry again; if it stays so, /doctor main may tell why',
    ],
  ] as const)(
    'says in %s that a gateway cannot be looked at, and begins nothing for a plan that comes later',
    async (locale, words) => {
      const { promise, resolve } = Promise.withResolvers<ReturnType<typeof plan>>();
      const { here, treat } = set(() => promise, locale);
      const answer = type(named(id), here, args).then(
        () => null,
        (error: unknown) => error,
      );
      const state = vi.fn();
      void answer.then(state);
      await vi.advanceTimersByTimeAsync(PLAN_LIMIT_MS - 1);
      expect(state).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(await answer).toMatchObject({ name: 'UserError', code: 'PLAN_TOO_SLOW', message: words });
      resolve(plan({ remedy: 'end_process', target: suspect(4_711, 9_000) }));
      await vi.advanceTimersByTimeAsync(PLAN_LIMIT_MS);
      expect(treat).not.toHaveBeenCalled();
    },
  );

  test('goes on with a plan that comes just in time', async () => {
    const { here } = set(
      () => new Promise((resolve) => setTimeout(resolve, PLAN_LIMIT_MS - 1, plan({ target: suspect(4_711, 9_000) }))),
      'en',
    );
    const answer = type(named(id), here, args).then(
      () => 'no refusal',
      (error: unknown) => error,
    );
    await vi.advanceTimersByTimeAsync(PLAN_LIMIT_MS);
    expect(await answer).toBe('no refusal');
  });
});
