import { describe, expect, it } from 'vitest';
import { tapToAnswer, toInbound } from '../../../src/channels/qq/inbound-event.ts';

const event = (type: string, data: Record<string, unknown>) =>
  ({ kind: 'dispatch', id: `${type}:1`, type, seq: 1, data }) as const;
const direct = { id: 'M1', content: '/status', timestamp: '2026-11-21T10:00:00+08:00', author: { user_openid: 'U' } };
const group = { ...direct, group_openid: 'G', author: { member_openid: 'P', member_role: 'owner' } };

describe('a message', () => {
  it.each([
    {
      why: 'one-to-one, minimal',
      given: event('C2C_MESSAGE_CREATE', direct),
      expected: { sender: 'U', chat: { kind: 'direct' }, text: '/status' },
    },
    {
      why: 'with blanks around it',
      given: event('C2C_MESSAGE_CREATE', { ...direct, content: ' /status \n' }),
      expected: { text: '/status' },
    },
    {
      why: 'that mentions the bot in a group',
      given: event('GROUP_AT_MESSAGE_CREATE', { ...group, content: ' /status ' }),
      expected: { sender: 'P', chat: { kind: 'group', id: 'G' }, text: '/status' },
    },
    {
      why: 'that mentions the bot where it reads everything',
      given: event('GROUP_MESSAGE_CREATE', { ...group, content: '<@B0T> /status', mentions: [{ is_you: true }] }),
      expected: { chat: { kind: 'group', id: 'G' }, text: '/status' },
    },
    {
      why: 'that is a picture alone',
      given: event('C2C_MESSAGE_CREATE', { ...direct, content: ' ', attachments: [{ content_type: 'image/png' }] }),
      expected: { chat: { kind: 'direct' }, text: '' },
    },
  ])('$why is taken', ({ given, expected }) => {
    expect(toInbound(given)).toMatchObject({
      channel: 'qq',
      id: 'M1',
      sentAt: Date.parse('2026-11-21T02:00:00Z'),
      ...expected,
    });
  });

  it.each<[string, Record<string, unknown>, string | undefined]>([
    [
      'names it in its scene',
      {
        message_type: 103,
        message_scene: { ext: ['msg_idx=REFIDX_own==', 'ref_msg_idx=REFIDX_old==', 'auth_token=t'] },
      },
      'REFIDX_old==',
    ],
    [
      'names it in its scene and its elements',
      { message_scene: { ext: ['ref_msg_idx=REFIDX_a'] }, msg_elements: [{ msg_idx: 'REFIDX_b', message_type: 103 }] },
      'REFIDX_a',
    ],
    [
      'names it in its elements, as a quote',
      { message_type: 103, msg_elements: [{ msg_idx: 'REFIDX_b', message_type: 0 }, { msg_idx: 'REFIDX_c' }] },
      'REFIDX_b',
    ],
    ['names it in its elements alone', { msg_elements: [{ msg_idx: 'REFIDX_b', message_type: 103 }] }, 'REFIDX_b'],
    [
      'has elements that are no quote',
      { message_type: 102, msg_elements: [{ msg_idx: 'REFIDX_b', message_type: 0 }] },
      undefined,
    ],
    ['names only itself', { message_scene: { ext: ['msg_idx=REFIDX_own'] } }, undefined],
    ['names nothing', { message_scene: { ext: ['ref_msg_idx='] } }, undefined],
    [
      'has something else there',
      { message_scene: { ext: [5, null, { ref_msg_idx: 'x' }] }, msg_elements: 'x' },
      undefined,
    ],
    [
      'has an object there',
      { message_scene: { ext: { ref_msg_idx: 'x' } }, message_type: 103, msg_elements: [null] },
      undefined,
    ],
    ['has no scene', { message_scene: 'default', message_type: 103 }, undefined],
  ])('that %s', (_what, more, quotes) => {
    for (const given of [
      event('C2C_MESSAGE_CREATE', { ...direct, ...more }),
      event('GROUP_AT_MESSAGE_CREATE', { ...group, ...more }),
    ]) {
      const inbound = toInbound(given);
      expect(inbound).toMatchObject({ text: '/status' });
      expect(inbound?.quotes).toBe(quotes);
      expect(inbound && 'quotes' in inbound).toBe(quotes !== undefined);
    }
  });

  it('without a readable time has none, and is not taken as sent now', () => {
    expect(toInbound(event('C2C_MESSAGE_CREATE', { ...direct, timestamp: 'yesterday' }))?.sentAt).toBeNull();
  });

  it.each([
    { why: 'from a bot', given: event('C2C_MESSAGE_CREATE', { ...direct, author: { user_openid: 'U', bot: true } }) },
    { why: 'without text', given: event('C2C_MESSAGE_CREATE', { ...direct, content: ' ' }) },
    { why: 'without an author', given: event('C2C_MESSAGE_CREATE', { ...direct, author: undefined }) },
    { why: 'without an id', given: event('C2C_MESSAGE_CREATE', { ...direct, id: undefined }) },
    { why: 'without a group', given: event('GROUP_AT_MESSAGE_CREATE', { ...group, group_openid: '' }) },
    {
      why: 'in a group that mentions somebody else',
      given: event('GROUP_MESSAGE_CREATE', { ...group, mentions: [{ is_you: false }] }),
    },
    { why: 'in a guild', given: event('AT_MESSAGE_CREATE', direct) },
    { why: 'with nothing in it', given: event('C2C_MESSAGE_CREATE', {}) },
  ])('$why is left', ({ given }) => {
    expect(toInbound(given)).toBeNull();
  });
});

describe('a tap', () => {
  const tap = {
    id: 'I1',
    type: 11,
    user_openid: 'U',
    timestamp: '2026-11-21T10:00:00+08:00',
    data: { resolved: { button_id: '1', button_data: 'T0KEN' } },
  };

  it.each([
    { type: 11, id: 'I1' },
    { type: 12, id: 'I1' },
    { type: undefined, id: 'I1' },
    { type: 13, id: null },
    { type: 18, id: null },
  ])('of type $type: answer $id', ({ type, id }) => {
    expect(tapToAnswer(event('INTERACTION_CREATE', { id: 'I1', type }))).toBe(id);
  });

  it.each([
    { why: 'one-to-one', data: tap, expected: { sender: 'U', chat: { kind: 'direct' } } },
    {
      why: 'in a group',
      data: { ...tap, user_openid: '', group_openid: 'G', group_member_openid: 'P' },
      expected: { sender: 'P', chat: { kind: 'group', id: 'G' } },
    },
    { why: 'of the old form', data: { ...tap, type: undefined }, expected: { sender: 'U' } },
  ])('$why comes with the token and nothing else', ({ data, expected }) => {
    expect(toInbound(event('INTERACTION_CREATE', data))).toMatchObject({
      channel: 'qq',
      id: 'I1',
      text: '',
      pressed: 'T0KEN',
      sentAt: Date.parse('2026-11-21T02:00:00Z'),
      ...expected,
    });
  });

  it.each([
    { why: 'without a token', data: { ...tap, data: { resolved: {} } } },
    { why: 'without a person', data: { ...tap, user_openid: '' } },
    { why: 'without an id', data: { ...tap, id: '' } },
    { why: 'that grants pushes', data: { ...tap, type: 18 } },
  ])('$why is no message', ({ data }) => {
    expect(toInbound(event('INTERACTION_CREATE', data))).toBeNull();
  });

  it('is not what a text is', () => {
    expect(tapToAnswer(event('C2C_MESSAGE_CREATE', direct))).toBeNull();
  });
});
