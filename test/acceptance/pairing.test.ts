/** With nobody who may command, the machine shows a code; whoever sends it may, until that is taken back. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lifeline } from './command-line.ts';
import { QUESTION } from './confirming.ts';
import { treatmentsOf } from './expect-healed.ts';
import { gather, meant, person } from './fixtures/crowd.ts';
import { inScene, type Audited, type Scene } from './scene.ts';
import { answered } from './talk.ts';
import { MAIN } from '../program.ts';

const LIMIT = { timeout: 240_000 };
const CODE = /配对码 ([2-9A-Z]{4}-[2-9A-Z]{4})/;

describe('pairing', () => {
  test('lets in who has the code, in the role that was offered, and out at once', LIMIT, () =>
    inScene({ config: { operators: [] } }, async (scene) => {
      const guesser = person('guesser');
      const crowd = gather(scene, [guesser]);
      const config = join(scene.sandbox.dir, 'config.yaml');
      const run = (...args: readonly string[]) => lifeline([...args, '--config', config]);

      // The bot itself shows the first code.
      await scene.until('the bot to show a code', () => CODE.test(scene.bot().said));
      const [, first = ''] = CODE.exec(scene.bot().said) ?? [];

      // Five wrong ones, by whomsoever, and it is void.
      const wrong = first.replace(/[^-]/g, (sign) => (sign === '2' ? '3' : '2'));
      for (let left = 4; left >= 1; left -= 1)
        expect(meant(await crowd.answered(guesser, left % 2 ? 'feishu' : 'qq', `/pair ${wrong}`))).toMatch(
          new RegExp(`^🟠 配对码不对，还能试 ${left} 次`),
        );
      expect(meant(await crowd.answered(guesser, 'qq', `/pair ${wrong}`))).toMatch(/^🟠 配对码不对，次数已用完/);
      // That was the answer of the hour: now there is silence, for the right code as well.
      const told = crowd.heard.length;
      for (const text of [`/pair ${first}`, '/status', '/pair'])
        for (const phone of ['feishu', 'qq'] as const) crowd.say(guesser, phone, text);
      await scene.quiet(1_500);
      expect(crowd.heard).toHaveLength(told);

      // The first one who is let in by `lifeline pair` is an admin, however the code is typed.
      const begun = pairing(config);
      const code = await begun.code;
      const sent = scene.want(['qq'], /配对成功：.+管理员/);
      const { id } = scene.say('qq', `／ｐａｉｒ　${code.replace('-', '').toLowerCase()}`);
      await sent;
      expect(await begun.ended).toMatchObject({
        code: 0,
        out: expect.stringMatching(/已配对：.+管理员（QQ）/) as unknown,
      });
      await answered(scene, 'qq', '/status', /^🟢 main/);
      scene.say('qq', `/pair ${code}`, { id });
      await answered(scene, 'qq', `/pair ${code}`, /^你已经在名单里：/);

      // A code is good once: a second one comes for somebody else, who may only look.
      const offered = pairing(config, '--role', 'viewer', '--name', 'bob');
      const second = await offered.code;
      expect(meant(await crowd.answered(guesser, 'feishu', `配对 ${second}`))).toMatch(/配对成功：bob，/);
      expect((await offered.ended).code).toBe(0);
      expect(meant(await crowd.answered(guesser, 'feishu', '/status'))).toMatch(/^🟢 main/);
      expect(meant(await crowd.answered(guesser, 'feishu', '/restart'))).toMatch(/^🟠 没有权限：\/restart 需要/);

      // The list, and who is struck off it; with the next message, and in a bot that has begun anew.
      expect((await run('operators')).out.split('\n').filter((line) => line !== '')).toEqual([
        expect.stringContaining(scene.sandbox.cast.operator.qq),
        expect.stringContaining(guesser.feishu),
      ]);
      expect(await run('operators', '--revoke', 'bob')).toMatchObject({ code: 0, err: '' });
      const heard = crowd.heard.length;
      crowd.say(guesser, 'feishu', '/status');
      crowd.say(guesser, 'feishu', '/restart');
      await answered(scene, 'qq', '/status', /^🟢 main/);
      // An answer that the phone has may not be noted yet; then it would be told that it was cut short.
      await scene.quiet(2_000);
      const warned = (): number => scene.bot().said.split('there are no operators').length - 1;
      expect(warned()).toBe(1);
      await scene.restartBot('SIGKILL');
      await answered(scene, 'qq', '/restart', QUESTION);
      // Now there is one, though not in the configuration.
      expect(warned()).toBe(1);
      expect(crowd.heard).toHaveLength(heard);
      // One that has begun anew does not know whom it has refused within the hour.
      expect(meant(await crowd.answered(guesser, 'feishu', '/restart'))).toMatch(/^你不在 Lifeline 的操作员名单里/);
      crowd.say(guesser, 'feishu', '/status');
      await scene.quiet(1_000);
      expect(crowd.heard).toHaveLength(heard + 1);
      expect((await run('operators', '--revoke', 'bob')).code).toBe(2);

      // All of it is in the audit, and none of the codes anywhere.
      const rows = (await run('audit', '-n', '100', '--json')).out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Audited);
      const outline = rows.map(({ operator, command, outcome, detail }) => [operator, command, outcome, detail]);
      expect(outline.filter(([, , , detail]) => detail === 'wrong_code')).toEqual(
        Array(5).fill([null, '/pair', 'refused', 'wrong_code']),
      );
      expect(outline).toContainEqual(['bob', '/pair', 'done', 'viewer']);
      expect(outline).toContainEqual(['bob', '/restart', 'refused', 'role']);
      expect(outline.filter(([, command, outcome]) => command === '/pair' && outcome === 'done')).toHaveLength(2);
      expect(
        rows.filter(
          ({ channel, sender, operator }) => channel === 'feishu' && sender === guesser.feishu && operator === null,
        ).length,
      ).toBeGreaterThan(0);
      expect((await run('audit')).out).toContain('bob');
      const folder = join(scene.sandbox.dir, 'lifeline');
      const disk = readdirSync(folder, { withFileTypes: true })
        .flatMap((entry) => (entry.isSocket() ? [] : [readFileSync(join(folder, entry.name)).toString('latin1')]))
        .join('\n');
      for (const each of [first, code, second])
        for (const form of [each, each.replace('-', ''), each.replace('-', '').toLowerCase()])
          expect(disk.includes(form), `${form} is on the disk`).toBe(false);
      expect(loggedBy(scene)).not.toMatch(
        new RegExp([first, code, second].flatMap((each) => [each, each.replace('-', '')]).join('|')),
      );
      expect(treatmentsOf(scene)).toEqual([]);
    }),
  );
});

/** The bot's log proper: what it shows to whoever starts it is no part of that. */
const loggedBy = (scene: Scene): string =>
  scene
    .bot()
    .said.split('\n')
    .filter((line) => line.startsWith('{'))
    .join('\n');

/** `lifeline pair`, while it waits. */
const pairing = (config: string, ...options: readonly string[]) => {
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'pair', '--config', config, ...options], {
    env: { PATH: process.env['PATH'], TZ: process.env['TZ'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    const [, shown] = CODE.exec(out) ?? [];
    if (shown) resolve(shown);
  });
  child.stderr?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise<{ readonly code: number | null; readonly out: string }>((done) => {
    child.once('close', (status) => {
      reject(new Error(`lifeline pair ended: ${out}`));
      done({ code: status, out });
    });
  });
  return { code, ended };
};
