/** What comes over the wire, whoever writes it: through the real platforms' protocols into the real bot. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asctime } from '../../sandbox/gateway/python-log.ts';
import { sample } from '../deep.ts';
import { asked, QUESTION, wordIn } from './confirming.ts';
import { startsOf, treatmentsOf } from './expect-healed.ts';
import { asOperator, gather, meant, person, type Crowd, type Person } from './fixtures/crowd.ts';
import { HOSTILE_TEXTS } from './fixtures/hostile-texts.ts';
import { openScene, type Audited, type PhoneName, type Scene } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 240_000 };
const BOTH = ['feishu', 'qq'] as const;
/** As much as a screen of a phone. */
const SHORT = 700;

const PER_MINUTE = 20;
const BURST = 10;

/** Everybody types at a pace of their own, so each of them has one thing to do. */
const written = HOSTILE_TEXTS.map((hostile, index) => [person(`writer-${index}`), hostile] as const);
const writers = written.map(([who]) => who);
const onBoth = (name: string): Readonly<Record<PhoneName, Person>> => ({
  feishu: person(`${name} on Feishu`),
  qq: person(`${name} on QQ`),
});
const viewers = onBoth('viewer');
const helpers = onBoth('helper');
const readers = onBoth('reader');
const hasty = person('hasty');

describe('on the wire', () => {
  let scene: Scene;
  let crowd: Crowd;
  beforeAll(async () => {
    const roles = [
      ...Object.values(viewers).map((who) => ({ who, role: 'viewer' }) as const),
      ...Object.values(helpers).map((who) => ({ who, role: 'operator' }) as const),
      ...[...writers, ...Object.values(readers), hasty].map((who) => ({ who, role: 'admin' }) as const),
    ];
    scene = await openScene({
      config: ({ dir, cast: { operator } }) => ({
        commands: [slowCommand(dir)],
        operators: [
          asOperator({ name: 'me', ...operator }, 'admin'),
          ...roles.map(({ who, role }) => asOperator(who, role)),
        ],
      }),
    });
    crowd = gather(
      scene,
      roles.map(({ who }) => who),
    );
  }, LIMIT.timeout);
  afterAll(() => scene.end(), LIMIT.timeout);

  const audited = (who: { readonly name: string }): readonly Audited[] =>
    scene.audit().filter(({ operator }) => operator === who.name);
  const untouched = async (): Promise<void> => {
    expect(treatmentsOf(scene)).toEqual([]);
    expect(await startsOf(scene)).toBe(1);
  };

  test('hostile texts get one short answer each and do nothing, and the bot goes on', LIMIT, async () => {
    for (const phone of BOTH) for (const [who, { text }] of written) crowd.say(who, phone, text);
    await scene.until('an answer to each', () =>
      writers.every((who) => BOTH.every((phone) => crowd.told(who, phone).length > 0)),
    );
    await scene.quiet(1_000);
    for (const phone of BOTH) {
      for (const [who, { what, answer }] of written) {
        const answers = crowd.told(who, phone).map(meant);
        const title = `${what}, on ${phone}`;
        expect(answers, title).toHaveLength(1);
        expect(answers[0], title).toMatch(answer);
        expect(answers[0]?.length, title).toBeLessThanOrEqual(SHORT);
        expect(answers[0], title).not.toMatch(QUESTION);
        // None of them is something that a program does wrong.
        expect(answers[0], title).not.toMatch(/出了意外的错误/);
      }
    }
    await Promise.all(BOTH.map((phone) => answered(scene, phone, '/status', /^🟢 main/)));
    await untouched();
  });

  test.each(BOTH)('secrets in the log are neither shown nor found on %s, nor anywhere else', LIMIT, async (phone) => {
    const reader = readers[phone];
    const random = (bytes: number): string => randomBytes(bytes).toString('hex');
    const secrets = [
      random(10),
      `correct-horse-${random(2)}`,
      `sk-proj-${random(14)}`,
      `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(`{"sub":"${random(8)}"}`).toString('base64url')}.${random(16)}`,
    ] as const;
    const [token, password, key, jwt] = secrets;
    const lines = [
      `ERROR gateway.platforms.qqbot.adapter: canary login refused access_token=${token}`,
      `WARNING gateway.run: canary cannot reach postgres://bot:${password}@db.internal:5432/hermes`,
      `ERROR gateway.run: canary provider answered 401 {"api_key": "${key}"}`,
      `INFO gateway.run: canary Authorization: Bearer ${jwt}`,
    ];
    appendFileSync(
      join(scene.sandbox.gateway.home, 'logs', 'gateway.log'),
      lines.map((line) => `${asctime(Date.now())} ${line}\n`).join(''),
    );

    /** All that came for one command, however many messages it took. */
    const answer = async (command: string, last: RegExp): Promise<void> => {
      const before = crowd.told(reader, phone).length;
      crowd.say(reader, phone, command);
      await scene.until(`the answer to ${command}`, () =>
        last.test(crowd.told(reader, phone).slice(before).map(meant).join('\n')),
      );
    };
    await answer('/logs main 20', /canary Authorization/);
    await answer('/logs main 100 canary', /canary login[\s\S]*canary Authorization/);
    await answer('/logs main /canary (?:provider|cannot)/', /canary provider/);
    await answer('/why main', /main/);

    const home = join(scene.sandbox.dir, 'lifeline');
    const places = {
      phone: crowd
        .told(reader, phone)
        .map((message) => [meant(message), message.file?.text, message.card?.summary].join('\n'))
        .join('\n'),
      file: readdirSync(home, { withFileTypes: true })
        .flatMap((entry) => (entry.isSocket() ? [] : [readFileSync(join(home, entry.name)).toString('latin1')]))
        .join('\n'),
      log: scene.bot().said,
    };
    for (const [place, text] of Object.entries(places))
      for (const secret of secrets) expect(text.includes(secret), `${secret} is in the ${place}`).toBe(false);
    for (const secret of secrets.slice(0, 2)) await answer(`/logs main "${secret}"`, /main 没有符合的日志/);
  });

  test.each(BOTH)('a role is not more than it is on %s, whatever is typed or forged', LIMIT, async (phone) => {
    const [viewer, helper] = [viewers[phone], helpers[phone]];
    for (const command of ['/restart main', '/stop', '/mute 1h', '/config'])
      expect(meant(await crowd.answered(viewer, phone, command))).toMatch(
        /^🟠 没有权限：\/(?:restart|stop|mute|config) 需要 (?:operator|admin) 角色/,
      );
    expect(meant(await crowd.answered(viewer, phone, '/status'))).toMatch(/^🟢 main/);
    for (const command of ['/audit', '/config'])
      expect(meant(await crowd.answered(helper, phone, command))).toMatch(
        /^🟠 没有权限：\/(?:audit|config) 需要 admin 角色/,
      );

    // A question is for whom it was put to.
    const question = await crowd.answered(helper, phone, '/restart');
    const word = wordIn(question.text);
    expect(meant(await crowd.answered(viewer, phone, word))).toMatch(/^🟠 没有这个确认码，没有执行/);
    await answered(scene, phone, word, /^🟠 没有这个确认码，没有执行/);
    await forge(viewer, phone, question.id);

    expect(
      audited(viewer)
        .filter(({ outcome }) => outcome === 'refused')
        .map(({ detail }) => detail),
    ).toEqual([...Array<string>(4).fill('role'), 'confirm_unknown', 'button_unknown', 'button_unknown']);
    expect(audited(helper).map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'asked']);
    await untouched();
  });

  /** The viewer's client sends what the helper's button would, and then a command in the place of that. */
  const forge = async (viewer: Person, phone: PhoneName, messageId: string): Promise<void> => {
    const { feishu, qq, cast } = scene.sandbox;
    const { appId } = cast.lifeline[phone];
    for (const token of [tokenOn(phone, messageId), '/restart']) {
      const told = crowd.told(viewer, phone).length;
      if (phone === 'feishu') await feishu.click(appId, viewer[phone], messageId, { token });
      else await qq.click(appId, viewer[phone], token, messageId);
      await scene.until('an answer to what was forged', () => crowd.told(viewer, phone).length > told);
      expect(crowd.told(viewer, phone).map(meant).at(-1)).toMatch(/^🟠 这个按钮已经失效，没有执行/);
    }
  };

  const tokenOn = (phone: PhoneName, messageId: string): string => {
    const { feishu, qq, cast } = scene.sandbox;
    const { appId } = cast.lifeline[phone];
    const token =
      phone === 'feishu'
        ? /"token":"([^"]+)"/.exec(feishu.sent(appId).find(({ id }) => id === messageId)?.content ?? '')?.[1]
        : qq.sent(appId).flatMap((sent) => (sent.id === messageId && 'buttons' in sent ? sent.buttons : []))[0]?.data;
    if (!token) throw new Error(`no button on ${messageId}`);
    return token;
  };

  test('one person is served at a pace, told so once, and keeps nobody else waiting', LIMIT, async () => {
    const began = Date.now();
    for (let n = 0; n < 30; n += 1) for (const phone of BOTH) crowd.say(hasty, phone, '/version');
    await Promise.all(BOTH.map((phone) => answered(scene, phone, '/version', /Lifeline/)));
    const answers = (): readonly string[] => BOTH.flatMap((phone) => crowd.told(hasty, phone).map(meant));
    await scene.until('the burst to be served, and its end to be told', () => answers().length > BURST);
    await scene.quiet(1_000);
    const minutes = (Date.now() - began) / 60_000;
    const tooFast = answers().filter((text) => /^🟠 (?:刚才)?发得太快，/.test(text));
    expect(tooFast.length).toBeGreaterThanOrEqual(1);
    expect(tooFast.length).toBeLessThanOrEqual(2 + Math.floor(minutes));
    expect(answers().length - tooFast.length).toBeGreaterThanOrEqual(BURST);
    expect(answers().length - tooFast.length).toBeLessThanOrEqual(BURST + Math.ceil(minutes * PER_MINUTE));
    const served = answers().length - tooFast.length;
    expect(audited(hasty).filter(({ detail }) => detail === 'too_fast')).toHaveLength(2 * 30 - served);
  });

  test.each(sample(BOTH, 2, 0))(
    'a slow command of their own on %s holds up nothing, and tells its result when it is there',
    LIMIT,
    async (phone) => {
      const helper = helpers[phone];
      const told = (): string => crowd.told(helper, phone).map(meant).join('\n');
      crowd.say(helper, phone, '/slow');
      await scene.until('the program to run', () => readdirSync(scene.sandbox.dir).includes('slow-runs'));
      await answered(scene, phone, '/status', /^🟢 main/);
      await crowd.answered(helper, phone, '/version');
      expect(told()).not.toMatch(/\/slow 完成/);
      writeFileSync(join(scene.sandbox.dir, 'slow-go'), '');
      await scene.until('its result', () => /\/slow 完成[\s\S]*slow is done/.test(told()));
      for (const name of ['slow-runs', 'slow-go']) rmSync(join(scene.sandbox.dir, name));
    },
  );

  test.each(sample(BOTH, 2, 1))(
    'a /restart on %s and its confirmation run once, also when all is delivered again after a SIGKILL',
    LIMIT,
    async (phone) => {
      const [starts, treatments] = [await startsOf(scene), treatmentsOf(scene).length];
      const coming = scene.want([phone], QUESTION);
      const command = scene.say(phone, '/restart');
      const [question] = await coming;
      const word = wordIn(String(question?.text));
      const told = Promise.all([scene.want([phone], /^正在重启 main/), scene.want([phone], /^🟢 main 已重启[\s\S]*→/)]);
      const confirmation = scene.say(phone, word);
      await told;
      const again = (): void => {
        for (const { id, text } of [command, confirmation]) scene.say(phone, text, { id });
      };
      again();
      // What a phone has may not be noted yet; then it would be told that it was cut short.
      await scene.quiet(1_000);
      await scene.restartBot('SIGKILL');
      again();
      await answered(scene, phone, word, /^已经确认过了，没有再执行一次/);
      await scene.quiet(2_000);
      expect(await startsOf(scene)).toBe(starts + 1);
      expect(treatmentsOf(scene)).toHaveLength(treatments + 1);
    },
  );

  test('a question that was put before a SIGKILL is answered after it, within its minute and once', LIMIT, async () => {
    const starts = await startsOf(scene);
    const { text } = await asked(scene, 'feishu', '/restart');
    await scene.quiet(1_000);
    await scene.restartBot('SIGKILL');
    const told = Promise.all([
      scene.want(['feishu'], /^正在重启 main/),
      scene.want(['feishu'], /^🟢 main 已重启[\s\S]*→/),
    ]);
    scene.say('feishu', wordIn(text));
    await told;
    expect(await startsOf(scene)).toBe(starts + 1);
  });
});

/** A program of the operators' own that ends when it is told to. */
const slowCommand = (dir: string): object => {
  const [runs, go] = [join(dir, 'slow-runs'), join(dir, 'slow-go')];
  const program = `const fs = require('node:fs'); fs.writeFileSync(${JSON.stringify(runs)}, ''); setInterval(() => { if (fs.existsSync(${JSON.stringify(go)})) { console.log('slow is done'); process.exit(); } }, 50)`;
  const script = join(dir, 'slow.cjs');
  writeFileSync(script, program);
  return { name: 'slow', help: '等一等', run: [process.execPath, script], timeout: '2m' };
};
