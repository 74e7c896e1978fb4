/** The data folder is deleted: what was carried out before is not carried out again, whatever the platform delivers. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sample } from '../deep.ts';
import { inScene, type PhoneName } from './scene.ts';
import { answered } from './talk.ts';

const LIMIT = { timeout: 240_000 };
const DONE = { feishu: /^main 已静音，到/, qq: /^main 已静音，到/ } as const;
const REFUSED = /^🟠 这条消息比 Lifeline 现有的数据还早，可能已经执行过，没有再执行/;

describe.concurrent('a command that is delivered again after the data folder was deleted', () => {
  for (const phone of sample(['feishu', 'qq'] as const, 2, 0))
    test(`on ${phone} is refused, and says why; what is sent from then on is carried out`, LIMIT, () => played(phone));
});

const played = (phone: PhoneName): Promise<void> =>
  inScene({}, async (scene) => {
    const done = scene.want([phone], DONE[phone]);
    const { id, at } = scene.say(phone, '/mute 2h main');
    await done;
    await scene.quiet(1_500);
    await scene.endBot('SIGKILL');
    rmSync(join(scene.sandbox.dir, 'lifeline'), { recursive: true });
    await scene.startBot();
    const refused = scene.want([phone], REFUSED);
    scene.say(phone, '/mute 2h main', { id, at });
    await refused;
    await scene.quiet(1_000);
    expect(scene.audit()).toMatchObject([{ command: '/mute 2h main', outcome: 'refused', detail: 'before_store' }]);
    await answered(scene, phone, '/mute', /^现在没有静音/);
    await answered(scene, phone, '/mute 2h main', DONE[phone]);
  });
