import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { expectHealedIn } from './expect-healed.ts';
import { inScene } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 240_000 };

test('pipes, devices and endless links under the names of logs and state files hold up nobody', LIMIT, () =>
  inScene({}, async (scene) => {
    const { home } = scene.sandbox.gateway;
    const logs = join(home, 'logs');
    for (const name of ['gateway.log', 'agent.log', 'errors.log']) {
      for (const number of [1, 2, 3, 4]) execFileSync('mkfifo', [join(logs, `${name}.${number}`)]);
      symlinkSync('/dev/zero', join(logs, `${name}.5`));
      symlinkSync(`${name}.6`, join(logs, `${name}.6`));
      mkdirSync(join(logs, `${name}.7`));
    }
    for (const path of [
      join(logs, 'gateway.error.log'),
      join(home, '.update_pending.claimed.json'),
      join(home, '.gateway-takeover.json'),
    ])
      if (!existsSync(path)) execFileSync('mkfifo', [path]);
    // Each that opened a pipe would take one of four threads for ever.
    for (let times = 0; times < 4; times += 1) await answered(scene, 'feishu', '/logs debug', /^main 最近 \d+ 行日志/);
    await answered(scene, 'qq', '/logs /Session|Ready/', /main/);
    scene.mayCome(/^正在体检…$/);
    await answered(scene, 'feishu', '/doctor', /不是普通文件，而是管道/);
    // It names three at most; which ones depends on what has been looked for since.
    await answered(scene, 'qq', '/status', /没有读 \S*\/logs\/\S+：不是普通文件，而是管道/);
    await expectHealedIn(scene, () => scene.sandbox.gateway.break('qq_gives_up'), {
      alert: /^🔴 main：QQ/,
      recovery: /恢复/,
    });
  }),
);
