/** Another user of the machine, really one, at every path that Lifeline shares with others. */
import { appendFileSync, chmodSync, chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IN_DEPTH } from '../deep.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { noStranger, STRANGER, strangerDoes, strangerKeeps } from '../base/open-foreign/stranger.ts';
import { expectHealedIn, startsOf } from './expect-healed.ts';
import { inScene } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 240_000 };
/** Longer than any grace of the scene: what was believed would have been acted on. */
const WATCHED_MS = 12_000;

const WRITE = "require('node:fs').appendFileSync(...process.argv.slice(-2));";
const LINK = "const [path, to] = process.argv.slice(-2); require('node:fs').symlinkSync(to, path);";
const PIPE = "require('node:child_process').execFileSync('mkfifo', process.argv.slice(1));";
/** Whoever can open a file for reading can lock it. */
const HOLD =
  "const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.argv.at(-1), { readOnly: true }); db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN'); db.prepare('SELECT count(*) FROM sqlite_schema').get(); console.log('held'); setInterval(() => db.isOpen, 1000);";

/** As in /tmp: everybody may enter, and make files where the gateway has its own. */
const share = ({ dir, gateway: { home } }: Sandbox): { readonly logs: string; readonly home: string } => {
  const logs = join(home, 'logs');
  for (const [folder, mode] of [
    [dir, 0o755],
    [home, 0o1777],
    [logs, 0o1777],
  ] as const)
    chmodSync(folder, mode);
  return { logs, home };
};

describe.skipIf(noStranger !== null)(`another user of this machine (${noStranger ?? 'played by root'})`, () => {
  test('restarts no healthy gateway with lines of their own, and hides no fault', LIMIT, () =>
    inScene({}, async (scene) => {
      const { logs } = share(scene.sandbox);
      const starts = await startsOf(scene);
      const now = new Date(scene.sandbox.clock.now());
      const stamp = `${now.toLocaleDateString('sv')} ${now.toLocaleTimeString('sv')},000`;
      // One of the logs that are followed, and not there yet.
      const forged = [
        `${stamp} ERROR gateway.platforms.qqbot: [QQBot:${scene.sandbox.cast.gateway.qq.appId}] Max reconnect attempts reached`,
        `${stamp} CRITICAL gateway.run: Gateway exiting with code 78`,
      ];
      strangerDoes(WRITE, join(logs, 'gateway.error.log'), `${forged.join('\n')}\n`);
      await scene.quiet(WATCHED_MS);
      expect(await startsOf(scene)).toBe(starts);
      await answered(
        scene,
        'feishu',
        '/status',
        new RegExp(`没有读 .*gateway\\.error\\.log：这个文件属于别的用户（uid ${STRANGER}）`),
      );
      scene.mayCome(/^正在体检…$/);
      await answered(scene, 'feishu', '/doctor', new RegExp(`uid ${STRANGER}`));
      // The very same lines in the gateway's own log are believed.
      await expectHealedIn(scene, async () => appendFileSync(join(logs, 'gateway.log'), `${forged.join('\n')}\n`), {
        alert: /^🔴 main：QQ/,
        recovery: /恢复/,
      });
    }),
  );

  test('gets no private file shown by a link, nor anything else of theirs', LIMIT, () =>
    inScene({}, async (scene) => {
      const { logs } = share(scene.sandbox);
      writeFileSync(join(scene.sandbox.dir, 'private'), 'the-private-words\n', { mode: 0o600 });
      strangerDoes(LINK, join(logs, 'gateway.log.1'), join(scene.sandbox.dir, 'private'));
      strangerDoes(WRITE, join(logs, 'gateway.log.2'), 'words-of-the-stranger\n');
      for (const asked of ['/logs 50 private-words', '/logs 50 words-of', '/logs 50']) {
        const { text } = await answered(scene, 'feishu', asked, /没有读 .*这个(符号链接|文件)属于别的用户/s);
        expect(text.replace(asked, '')).not.toMatch(/the-private-words|words-of-the-stranger/);
      }
    }),
  );

  test.runIf(IN_DEPTH)(
    'holds nobody up with pipes under the names of logs and of state, pid and lock files',
    LIMIT,
    () =>
      inScene({}, async (scene) => {
        const { logs, home } = share(scene.sandbox);
        // Not `.clean_shutdown`: the gateway itself writes that at its end, and would wait for somebody to read it.
        strangerDoes(
          PIPE,
          ...[1, 2, 3, 4].map((number) => join(logs, `gateway.log.${number}`)),
          join(logs, 'gateway.error.log'),
          ...['.update_pending.json', '.gateway-takeover.json', '.update_pending.claimed.json'].map((name) =>
            join(home, name),
          ),
        );
        for (let times = 0; times < 4; times += 1) await answered(scene, 'qq', '/logs', /main/);
        await answered(scene, 'feishu', '/status', /管道/);
        await scene.quiet(2_000);
        await expectHealedIn(scene, () => scene.sandbox.gateway.break('qq_gives_up'), {
          alert: /^🔴 main：QQ/,
          recovery: /恢复/,
        });
      }),
  );

  test.runIf(IN_DEPTH)(
    'keeps Lifeline from starting no more by the lock of a data folder that they could enter',
    LIMIT,
    () =>
      inScene({}, async (scene) => {
        const { dir } = scene.sandbox;
        const data = join(dir, 'lifeline');
        await scene.endBot('SIGTERM');
        for (const [path, mode] of [
          [dir, 0o755],
          [data, 0o755],
          [join(data, 'lifeline.lock'), 0o644],
        ] as const)
          chmodSync(path, mode);
        await strangerKeeps(HOLD, join(data, 'lifeline.lock'));
        const told = scene.want(['feishu'], /别人能改 Lifeline 自己的文件\n.*数据目录 .*0700/s);
        await scene.startBot();
        await told;
        expect(statSync(data).mode & 0o777).toBe(0o700);
        expect(() =>
          strangerDoes("require('node:fs').openSync(process.argv.at(-1), 'r')", join(data, 'lifeline.lock')),
        ).toThrow(/EACCES/);
      }),
  );

  test.runIf(IN_DEPTH)('that could write the configuration cannot any more, and that is told once', LIMIT, () =>
    inScene({}, async (scene) => {
      const { dir } = scene.sandbox;
      const file = join(dir, 'config.yaml');
      await scene.endBot('SIGTERM');
      chmodSync(dir, 0o755);
      chmodSync(file, 0o666);
      strangerDoes(WRITE, file, '# was here\n');
      const told = scene.want(['feishu'], /别人能改 Lifeline 自己的文件\n.*config.*yaml：谁都能改它；已经改回/s);
      await scene.startBot();
      await told;
      expect(() => strangerDoes(WRITE, file, '# again\n')).toThrow(/EACCES/);
      await scene.restartBot('SIGTERM');
      await scene.quiet(2_000);
    }),
  );

  test.runIf(IN_DEPTH)('gets no program of theirs run as an own command', LIMIT, () =>
    inScene(
      {
        config: ({ dir }) => {
          chmodSync(dir, 0o755);
          for (const name of ['group', 'theirs'])
            writeFileSync(join(dir, name), '#!/bin/sh\necho ran\n', { mode: 0o755 });
          chownSync(join(dir, 'group'), 0, STRANGER);
          chmodSync(join(dir, 'group'), 0o775);
          chownSync(join(dir, 'theirs'), STRANGER, STRANGER);
          writeFileSync(join(dir, 'good'), '#!/bin/sh\necho it ran\n', { mode: 0o755 });
          return { commands: ['group', 'theirs', 'good'].map((name) => ({ name, run: [join(dir, name)] })) };
        },
      },
      async (scene) => {
        const { dir } = scene.sandbox;
        strangerDoes(WRITE, join(dir, 'group'), `touch ${join(dir, 'harm')}\n`);
        for (const name of ['group', 'theirs']) await answered(scene, 'feishu', `/${name}`, new RegExp(`/${name}`));
        await answered(scene, 'feishu', '/good', /it ran/);
        chmodSync(join(dir, 'good'), 0o777);
        await answered(scene, 'feishu', '/good', /没有执行：别人可能改过这个文件/);
        expect(scene.bot().said).toContain('can be changed by its whole group; run: chmod g-w');
        expect(scene.bot().said).toContain(`belongs to another user (uid ${STRANGER})`);
        expect(statSync(join(dir, 'harm'), { throwIfNoEntry: false })).toBeUndefined();
      },
    ),
  );
});
