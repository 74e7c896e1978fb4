import { describe, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { expectHealed } from './expect-healed.ts';

const LIMIT = { timeout: 240_000 };

// Each in a scene of its own, and mostly waiting: side by side they take the time of one.
describe.concurrent('a gateway that lives on with an ill link', () => {
  test('is restarted when QQ gives up', LIMIT, () =>
    expectHealed('qq_gives_up', {
      alert: /^🔴 main.QQ 失联，网关已放弃重连[\s\S]*正在重启[\s\S]*Max reconnect attempts reached/,
      recovery: /^🟢 main.QQ 已恢复[\s\S]*重启 1 次/,
    }),
  );

  test.runIf(IN_DEPTH)('is restarted when QQ reconnects without a login', LIMIT, () =>
    expectHealed('qq_no_login', {
      alert: /^🔴 main.QQ 失联[\s\S]*正在重启/,
      recovery: /^🟢 main.QQ 已恢复[\s\S]*重启 1 次/,
    }),
  );

  test.runIf(IN_DEPTH)(
    'is restarted when QQ keeps dropping, of which the first channel that takes it is told',
    LIMIT,
    () =>
      expectHealed('flapping', {
        alert: /^🟠 main.QQ 反复掉线[\s\S]*正在重启/,
        recovery: /^🟢 main.QQ 已恢复[\s\S]*重启 1 次/,
        phones: ['feishu'],
      }),
  );

  test.runIf(IN_DEPTH)('is restarted when the Feishu link is lost for good', LIMIT, () =>
    expectHealed('feishu_lost', {
      alert: /^🔴 main.飞书失联[\s\S]*正在重启/,
      recovery: /^🟢 main.飞书已恢复[\s\S]*重启 1 次/,
    }),
  );
});
