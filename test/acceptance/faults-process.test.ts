import { describe, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import { expectHealed } from './expect-healed.ts';

const LIMIT = { timeout: 240_000 };

// Each in a scene of its own, and mostly waiting: side by side they take the time of one.
describe.concurrent('a gateway that is ill as a whole', () => {
  test.runIf(IN_DEPTH)('is restarted when its executor was shut down', LIMIT, () =>
    expectHealed('executor_shutdown', {
      alert: /^🔴 main 在运行，但发不出消息[\s\S]*正在重启[\s\S]*Executor shutdown has been called/,
      recovery: /^🟢 main 已恢复[\s\S]*重启 1 次/,
    }),
  );

  test('is restarted when its event loop is frozen, with a SIGKILL since it hears nothing else', LIMIT, () =>
    expectHealed('loop_frozen', {
      alert: /^🔴 main 卡死了[\s\S]*正在重启/,
      recovery: /^🟢 main 已恢复[\s\S]*重启 1 次/,
    }),
  );

  test.runIf(IN_DEPTH)('is started when it was killed', LIMIT, () =>
    expectHealed('killed', {
      alert: /^🔴 main 没有在运行[\s\S]*正在启动/,
      recovery: /^🟢 main 已恢复[\s\S]*启动 1 次/,
    }),
  );

  test.runIf(IN_DEPTH)('is started when it ended on an unexpected SIGTERM', LIMIT, () =>
    expectHealed('sigterm', {
      alert: /^🔴 main 没有在运行[\s\S]*正在启动/,
      recovery: /^🟢 main 已恢复[\s\S]*启动 1 次/,
    }),
  );
});
