/** Lifeline killed within commands that change something, once and again, also while the channel takes nothing. */
import { afterAll, describe, expect, test } from 'vitest';
import { extent, sample } from '../deep.ts';
import { COMMANDS, commandCutShort, expectTrue, NONE, type CommandStory } from './fixtures/answered.ts';
import { PHONES, type Killable, type PhoneName } from './fixtures/killable.ts';
import { createLanes } from './fixtures/lanes.ts';
import { nameOf, pointOf, type Point } from './fixtures/steps.ts';

const LIMIT = { timeout: 600_000 };
const ALL = process.env['LIFELINE_TEST_ALL'] === '1';

const SEND = { feishu: 'POST /open-apis/im/v1/messages/*/reply', qq: 'POST /v2/users/*/messages' } as const;
const at = (when: Point['when'], step: string, nth = 1): Point => ({ when, step, nth });

/** It is on the disk that the message was taken, and nothing else. */
const TAKEN = at('before', 'INSERT INTO audit');
/** Between what a command does and the word of it. */
const turnsOf = (name: string, phone: PhoneName): readonly Point[] => {
  const effect = {
    '/mute': 'COMMIT of INSERT INTO silences',
    '/unmute': 'COMMIT of UPDATE silences SET ended_at',
    '/maintenance': 'COMMIT of INSERT INTO silences',
    '/ack': 'COMMIT of INSERT INTO incidents',
    '/deploy': 'spawn true',
  }[name];
  return [
    TAKEN,
    ...(effect === undefined ? [] : [at('before', effect), at('after', effect)]),
    at('before', SEND[phone]),
    at('after', SEND[phone]),
  ];
};

/** An incident of a gateway that nobody heals, so that there is something to acknowledge, again and again. */
const OPTIONS = {
  config: { commands: [{ name: 'deploy', run: ['true'], role: 'admin', effects: 'changes' }] },
  gateway: { heal: 'off' },
};

const storyOf = (name: string): CommandStory => {
  const story = COMMANDS[name];
  if (!story) throw new Error(`there is no story of ${name}`);
  return story;
};

/** What the phone's channel must not take for a while, and the other one may. */
const illness = (scene: Killable, phone: PhoneName) => {
  const { feishu, qq, cast } = scene.sandbox;
  if (phone === 'feishu') {
    const { calls } = feishu.faults(cast.lifeline.feishu.appId);
    return {
      begin: () =>
        void calls.push(...Array.from({ length: 200 }, () => ({ kind: 'code', code: 230013, status: 400 }) as const)),
      end: () => void calls.splice(0),
    };
  }
  const app = cast.lifeline.qq.appId;
  return {
    begin: () => qq.failSends(app, 200, { kind: 'answer', status: 503, body: '<html>' }),
    end: () => qq.clearFaults(app),
  };
};

describe.concurrent('Lifeline killed within a command', () => {
  const lanes = createLanes(
    extent(4, 2),
    async (scene) => {
      await scene.sandbox.gateway.break('killed');
      await scene.until('the alert on both phones', () =>
        ['feishu', 'qq'].every((phone) =>
          scene.rings().some((each) => each.phone === phone && each.text.startsWith('🔴')),
        ),
      );
      await scene.until('nothing on its way', () => scene.undelivered() === 0);
    },
    OPTIONS,
  );
  afterAll(() => lanes.end(async () => undefined), LIMIT.timeout);

  for (const [command, [name, story]] of Object.entries(COMMANDS).entries()) {
    for (const [index, phone] of PHONES.entries()) {
      // The phones share the turns of each command, and the commands the turns of each phone; in depth each has all.
      const points = sample(turnsOf(name, phone), 14, 3 * command + 4 * index);
      if (points.length === 0) continue;
      test(
        `${name} on ${phone}, at each turn: never denied once it was carried out, never without a word, never twice`,
        LIMIT,
        () =>
          lanes.use(async (scene) => {
            for (const kill of points)
              expect(await expectTrue(scene, story, { phone, kills: [kill] })).toEqual([nameOf(kill)]);
          }),
      );
    }
  }

  for (const [command, name] of sample([...['/mute', '/whoami', '/deploy'].entries()], 3, 0)) {
    for (const phone of sample(PHONES, 2, command)) {
      const seconds = [
        at('before', 'COMMIT of UPDATE seen SET unfinished'),
        at('after', 'COMMIT of UPDATE seen SET unfinished'),
        at('after', SEND[phone]),
      ];
      test(`${name} on ${phone}, and the one after it as well, before and after it has noted what to say`, LIMIT, () =>
        lanes.use(async (scene) => {
          const first = turnsOf(name, phone).at(-2) ?? TAKEN;
          for (const second of sample(seconds, 3, command)) {
            expect(await expectTrue(scene, storyOf(name), { phone, kills: [first, second] })).toEqual([
              nameOf(first),
              nameOf(second),
            ]);
          }
        }),
      );

      test(`${name} on ${phone}, which takes nothing after that: the word comes on the other phone`, LIMIT, () =>
        lanes.use(async (scene) => {
          const first = turnsOf(name, phone).at(-2) ?? TAKEN;
          const { counted, rings } = await commandCutShort(scene, storyOf(name), {
            phone,
            kills: [first],
            ill: illness(scene, phone),
          });
          expect(counted, JSON.stringify(rings)).toEqual(NONE);
          expect(rings.map((each) => each.phone)).toEqual([phone === 'feishu' ? 'qq' : 'feishu']);
        }),
      );
    }
  }

  test.runIf(ALL)('at every step that each of these commands has', LIMIT, async () => {
    const failures: string[] = [];
    let [played, carried] = [0, 0];
    for (const [name, story] of Object.entries(COMMANDS)) {
      for (const phone of ['feishu', 'qq'] as const) {
        let points: readonly string[] = [];
        await lanes.use(async (scene) => {
          await commandCutShort(scene, story, { phone, kills: [] });
          await commandCutShort(scene, story, { phone, kills: [] });
          points = scene.steps();
        });
        await Promise.all(
          points.map((point) =>
            lanes
              .use(async (scene) => {
                carried += (await expectTrue(scene, story, { phone, kills: [pointOf(point)] })).length;
                played += 1;
              })
              .catch((error: unknown) => failures.push(`${name} on ${phone}, ${point}: ${String(error)}`)),
          ),
        );
      }
    }
    expect(failures).toEqual([]);
    console.log(`killed at ${carried} of ${played} steps`);
    expect(carried).toBeGreaterThan(played * 0.6);
  });
});
