/** Files that a bot uploads and sends, and messages that quote one (docs/facts/qq.md 3.1, 4.7). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QqPlatform } from '../../../sandbox/qq/platform.ts';
import { APP, GROUP, identify, rest, tokenFor, USER, type Reply } from './client.ts';

let platform: QqPlatform;
let ahead = 0;
beforeEach(async () => {
  ahead = 0;
  platform = new QqPlatform({ now: () => Date.now() + ahead });
  platform.addBot(APP);
  await platform.start();
});
afterEach(() => platform.stop());

const FILE = {
  file_type: 4,
  file_name: 'main.log',
  file_data: Buffer.from('一行\n').toString('base64'),
  srv_send_msg: false,
};
const to = (kind: 'users' | 'groups', what: string): string => `/v2/${kind}/${kind === 'users' ? USER : GROUP}/${what}`;
const post = async (path: string, body: object): Promise<Reply> =>
  rest(platform, await tokenFor(platform), 'POST', path, body);
const media = (info: unknown, more: object = {}): object => ({ msg_type: 7, media: { file_info: info }, ...more });

describe('a file', () => {
  it('is uploaded, sent, and shown on the phone with its name and text', async () => {
    const { body } = await post(to('users', 'files'), FILE);
    expect(body).toEqual({
      file_uuid: expect.any(String) as string,
      file_info: expect.any(String) as string,
      ttl: 3_600,
    });
    expect(platform.conversation(APP.appId, USER)).toEqual([]);
    expect((await post(to('users', 'messages'), media(body['file_info']))).status).toBe(200);
    expect(platform.conversation(APP.appId, USER)).toMatchObject([
      { from: 'bot', text: '[file] main.log', file: { name: 'main.log', text: '一行\n' } },
    ]);
  });

  it.each<[string, object, 'users' | 'groups', number]>([
    ['of no known type', { ...FILE, file_type: 5 }, 'users', 50059],
    ['without anything in it', { ...FILE, file_data: '' }, 'users', 40034004],
    ['that is not in base64', { ...FILE, file_data: 'data:text/plain;base64,QQ==' }, 'users', 40034004],
    ['that is to be sent at once', { ...FILE, srv_send_msg: true }, 'users', 304061],
    ['for a group', FILE, 'groups', 11253],
  ])('%s is refused', async (_what, body, kind, code) => {
    expect((await post(to(kind, 'files'), body)).body['err_code']).toBe(code);
  });

  it('is refused where the bot may send none', async () => {
    platform.setRules(APP.appId, { files: false });
    expect((await post(to('users', 'files'), FILE)).body['err_code']).toBe(11253);
    expect((await post(to('users', 'files'), { ...FILE, file_type: 1 })).status).toBe(200);
  });

  it('is not sent when there is none, where it does not belong, or after its time', async () => {
    const info = (await post(to('users', 'files'), FILE)).body['file_info'];
    platform.setRules(APP.appId, { groupPushes: true });
    platform.switches.allowGroupPushes(APP.appId, GROUP, USER);
    const codes = [
      await post(to('users', 'messages'), media('nothing')),
      await post(to('users', 'messages'), { msg_type: 7 }),
      await post(to('groups', 'messages'), media(info)),
    ].map(({ body }) => body['err_code']);
    expect(codes).toEqual([304061, 304061, 304061]);
    expect((await post(to('users', 'messages'), media(info))).status).toBe(200);
    ahead = 3_600_000;
    expect((await post(to('users', 'messages'), media(info))).body['err_code']).toBe(304061);
  });
});

describe('a quote', () => {
  const quoted = async () => {
    const { wire, token } = await identify(platform);
    const sent = await rest(platform, token, 'POST', to('users', 'messages'), { content: 'alert' });
    const said = platform.say(APP.appId, USER, 'ack', { quotes: String(sent.body['id']) });
    const { d } = await wire.event('C2C_MESSAGE_CREATE');
    wire.end();
    return {
      said,
      event: d as Record<string, unknown>,
      id: sent.body['id'],
      reference: (sent.body['ext_info'] as { ref_idx: string }).ref_idx,
    };
  };

  it('names the message by what the send was told', async () => {
    const { said, event, id, reference } = await quoted();
    expect(said.quotes).toBe(id);
    expect(event).toMatchObject({
      message_type: 103,
      message_scene: { ext: [expect.stringMatching(/^msg_idx=REFIDX_/) as string, `ref_msg_idx=${reference}`] },
      msg_elements: [{ msg_idx: reference, content: 'alert' }],
    });
  });

  it('has its elements alone in the old shape', async () => {
    platform.setRules(APP.appId, { events: 'minimal' });
    const { event, reference } = await quoted();
    expect(event).not.toHaveProperty('message_scene');
    expect(event).not.toHaveProperty('message_type');
    expect(event['msg_elements']).toMatchObject([{ msg_idx: reference, message_type: 103 }]);
  });

  it('of what the phone does not show is a mistake of the caller', () => {
    expect(() => platform.say(APP.appId, USER, 'ack', { quotes: 'nothing' })).toThrow('shows no message "nothing"');
  });
});
