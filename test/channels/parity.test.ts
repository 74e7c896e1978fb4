/**
 * The same attack on both platforms: what is checked on one is checked on the other. Each row of a table is made on
 * both, against the real channel over real sockets; where a platform has no such thing, the row says why.
 */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sample } from '../deep.ts';
import { scaledClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { callEndpoint } from '../../src/channels/feishu/link/endpoint.ts';
import { settingsOf } from '../../src/channels/feishu/options.ts';
import { createGatewayAddress } from '../../src/channels/qq/link/gateway-address.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { NOW } from '../chat/helpers.ts';
import { eventually } from '../sandbox/feishu/fixture.ts';
import {
  CHANNEL_ON,
  endless,
  FEISHU,
  giantFrame,
  giveAddress,
  giveToken,
  isAddress,
  isToken,
  manyFrames,
  MOST_SENT,
  startHostilePlatform,
  startServer,
} from './hostile-server.ts';
import { OPEN, PLATFORMS, type Platform, type Stage } from './parity-stage.ts';

const HOUR = 3_600_000;

describe.each(PLATFORMS)('on %s', (platform) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await OPEN[platform]();
  });
  afterAll(() => stage.close());

  /** What changed by the act, once everything before it has been looked at. */
  const by = async (act: () => void) => {
    await stage.settled();
    const before = {
      received: stage.received.length,
      ran: stage.ran(),
      refused: stage.refused().length,
      writes: stage.writes(),
      calls: stage.calls().length,
    };
    act();
    await stage.settled();
    // The last of each is the probe's.
    const received = stage.received.slice(before.received, -1);
    return {
      received,
      ran: stage.ran() - before.ran,
      refused: stage.refused().slice(before.refused),
      writes: stage.writes() - before.writes,
      calls: stage.calls().slice(before.calls),
    };
  };

  describe('the time of an event', () => {
    const iso = (at: number): string => new Date(at).toISOString();
    /**
     * `null`: carried out; else why not. Both notations are read on both platforms, so neither is a way around the
     * rule.
     */
    const TIMES: readonly [string, unknown, 'undated' | 'stale' | null][] = [
      ['missing', undefined, 'undated'],
      ['null', null, 'undated'],
      ['empty', '', 'undated'],
      ['a word', 'yesterday', 'undated'],
      ['without its zone', '2026-11-21 10:31:05', 'undated'],
      ['a list', [NOW], 'undated'],
      ['an object that cannot become a text', { toString: null, valueOf: null }, 'undated'],
      ['zero', 0, 'undated'],
      ['negative', -NOW, 'undated'],
      ['of the year 58000', `${NOW}00`, 'undated'],
      ['a number of milliseconds', NOW, null],
      ['a number of seconds', Math.floor(NOW / 1_000), null],
      ['a text of milliseconds', String(NOW), null],
      ['a text of microseconds', `${NOW}000`, null],
      ['RFC 3339', iso(NOW), null],
      ['four minutes ago', String(NOW - 240_000), null],
      ['three hours ago, as text', String(NOW - 3 * HOUR), 'stale'],
      ['three hours ago, as a number', NOW - 3 * HOUR, 'stale'],
      ['three hours ago, as RFC 3339', iso(NOW - 3 * HOUR), 'stale'],
      ['ten minutes ahead', iso(NOW + 600_000), null],
      ['two days ahead', iso(NOW + 48 * HOUR), 'undated'],
      ['two days ahead, as a number', NOW + 48 * HOUR, 'undated'],
    ];
    const KINDS: Readonly<Record<'message' | 'tap', (time: unknown) => void>> = {
      message: (time) => stage.message({ time }),
      tap: (time) => stage.tap({ time }),
    };

    test.each(
      (['message', 'tap'] as const).flatMap((kind) =>
        TIMES.map(([what, time, why]) => [kind, what, why, time] as const),
      ),
    )('of a %s, %s: %s', async (kind, _what, why, time) => {
      const { received, ran, refused } = await by(() => KINDS[kind](time));
      expect(received).toHaveLength(1);
      expect({ ran, refused }).toEqual(why === null ? { ran: 1, refused: [] } : { ran: 0, refused: [why] });
    });
  });

  describe('what comes again', () => {
    test.each<[string, () => void]>([
      ['a message', () => [1, 2, 3].forEach(() => stage.message({ id: 'om_again' }))],
      [
        'a message whose time is another',
        () => [NOW, NOW - 1_000].forEach((at) => stage.message({ id: 'om_again_later', time: at })),
      ],
      ['a tap', () => [1, 2, 3].forEach(() => stage.tap({ id: 'tap-again' }))],
    ])('%s is carried out once', async (_what, act) => {
      const { ran, received } = await by(act);
      expect(ran).toBe(1);
      expect(new Set(received.map(({ id }) => id)).size).toBe(1);
    });
  });

  describe('an id', () => {
    const BAD: readonly [string, unknown][] = [
      ['is missing', undefined],
      ['is null', null],
      ['is empty', ''],
      ['is a number', 5],
      ['is a list', ['om_1']],
      ['is an object', { toString: null }],
      ['has 513 characters', 'x'.repeat(513)],
      ['has a megabyte', 'x'.repeat(1_000_000)],
      ['has a blank', 'om 1'],
      ['has a line end', 'om_1\n'],
      ['has a NUL', 'om_1\0'],
      ['has half a character', 'om_\ud800'],
      ['is not of ASCII', 'om_１'],
    ];
    const FIELDS: readonly [string, (value: unknown) => void][] = [
      ['of a message', (id) => stage.message({ id })],
      ['of who wrote', (user) => stage.message({ user })],
      ['of a tap', (id) => stage.tap({ id })],
      ['of who tapped', (user) => stage.tap({ user })],
    ];
    test.each(
      sample(
        FIELDS.flatMap(([field, act]) => BAD.map(([what, value]) => [field, what, act, value] as const)),
        6,
        0,
      ),
    )('%s that %s: nothing is handed on, carried out or stored', async (_field, _what, act, value) => {
      const { received, ran, writes } = await by(() => act(value));
      // The probe's own: on QQ its reply window and its author.
      const { writes: usual } = await by(() => undefined);
      expect({ received, ran, writes }).toEqual({ received: [], ran: 0, writes: usual });
      expect(stage.channel.status().link).toBe('connected');
    });

    test.each(BAD)('that a tap gives back that %s: nothing is handed on or carried out', async (_what, token) => {
      const { received, ran, writes } = await by(() => stage.tap({ token }));
      const { writes: usual } = await by(() => undefined);
      // QQ lets a bot answer any tap of an operator's, whatever was tapped, and the right to do so is kept.
      expect({ received, ran, writes }).toEqual({ received: [], ran: 0, writes: usual + (platform === 'qq' ? 1 : 0) });
    });

    test.each(BAD.filter(([, value]) => value !== undefined && value !== null && value !== ''))(
      'of a group that %s: neither a message nor a tap of it is handed on',
      async (_what, group) => {
        const { received } = await by(() => {
          stage.message({ group });
          stage.tap({ group });
        });
        expect(received).toEqual([]);
      },
    );

    test('of as many characters as may be is taken', async () => {
      const id = 'x'.repeat(512);
      expect((await by(() => stage.message({ id }))).received).toMatchObject([{ id }]);
    });
  });

  describe('a text', () => {
    test.each<[string, unknown]>([
      ['a number', 5],
      ['a list', ['/go']],
      ['an object', { toString: null }],
      ['nothing', null],
      ['empty', ''],
      ['blanks', ' \n\t '],
    ])('that is %s is no command', async (_what, text) => {
      expect((await by(() => stage.message({ text }))).ran).toBe(0);
    });

    test.each<[string, string]>([
      ['a bell behind it', '/go\u0007'],
      ['a NUL behind it', '/go\0'],
      ['colours before it', '\u200b/go'],
      ['its direction turned', '\u202e/go'],
      ['a line end of Windows', '/go\r\n'],
    ])('with %s is the same command', async (_what, text) => {
      expect((await by(() => stage.message({ text }))).ran).toBe(1);
    });

    test.each<[string, string]>([
      ['a control within its word', '/g\u0007o'],
      ['100,000 characters', `/go ${'x'.repeat(100_000)}`],
      ['a second line that is the command', 'hello\n/go'],
    ])('with %s is not', async (_what, text) => {
      expect((await by(() => stage.message({ text }))).ran).toBe(0);
    });
  });

  describe('who and where', () => {
    const NOT_FOR_US: readonly [string, () => void][] = [
      ['a message in a group without a mention', () => stage.message({ group: 'oc_group', mentions: false })],
      ['a message from a bot', () => stage.message({ byBot: true })],
    ];
    test.each(NOT_FOR_US)('%s is left alone: nothing is handed on, stored or sent', async (_what, act) => {
      const { writes: usual } = await by(() => undefined);
      const { received, ran, writes, calls } = await by(() => [1, 2, 3].forEach(act));
      expect({ received, ran, writes, calls }).toEqual({ received: [], ran: 0, writes: usual, calls: [] });
    });

    test('a message in a group with a mention is carried out, and so is a tap there', async () => {
      const before = stage.ran();
      stage.message({ group: 'oc_ops', id: 'om_group' });
      // Feishu is asked who the bot is, once.
      await eventually(() =>
        expect(stage.received.find(({ id }) => id === 'om_group')).toMatchObject({
          chat: { kind: 'group', id: 'oc_ops' },
        }),
      );
      await stage.settled();
      expect(stage.ran() - before).toBe(1);
      expect((await by(() => stage.tap({ group: 'oc_ops' }))).received).toMatchObject([
        { chat: { kind: 'group', id: 'oc_ops' }, pressed: 'T' },
      ]);
    });
  });
});

describe('strangers over the limit', () => {
  const MANY = 300;
  const LIMIT = 20;
  type Act = (stage: Stage, who: string, n: number) => void;
  /** What reaches the bus, and what is sent, of so many. */
  interface Expected {
    readonly act: Act;
    readonly prepare?: (stage: Stage) => Promise<void>;
    readonly received: number;
    readonly calls: number;
  }
  const message: Act = (stage, user) => stage.message({ user });
  const tap: Act = (stage, user) => stage.tap({ user });
  const inGroups: Act = (stage, user, n) => stage.message({ user, group: `oc_${n}` });
  /** After an operator has spoken to it in a group: from then on it is known who the bot is. */
  const prepare = async (stage: Stage): Promise<void> => {
    stage.message({ group: 'oc_known', text: 'hello', id: 'om_known' });
    await eventually(() => expect(stage.received.map(({ id }) => id)).toContain('om_known'));
  };
  const silent = (act: Act): Expected => ({ act, received: 0, calls: 0 });
  const other = (type: string, data: (who: string, n: number) => object): Expected =>
    silent((stage, who, n) => stage.other(type, data(who, n)));

  const ROWS: readonly [string, Readonly<Record<Platform, Expected | string>>][] = [
    [
      'messages',
      { feishu: { act: message, received: LIMIT, calls: 0 }, qq: { act: message, received: LIMIT, calls: 0 } },
    ],
    [
      'messages with a time that cannot be read',
      {
        feishu: { act: (stage, user) => stage.message({ user, time: 'x' }), received: LIMIT, calls: 0 },
        qq: { act: (stage, user) => stage.message({ user, time: 'x' }), received: LIMIT, calls: 0 },
      },
    ],
    // QQ's clients wait for an answer to each tap that was let in; Feishu's is the ack of its event.
    ['taps', { feishu: { act: tap, received: LIMIT, calls: 0 }, qq: { act: tap, received: LIMIT, calls: LIMIT } }],
    // Of a stranger's message Feishu is not even asked who the bot is, and nobody has asked before.
    ['messages in new groups', { feishu: silent(inGroups), qq: { act: inGroups, received: LIMIT, calls: 0 } }],
    [
      'messages in new groups, to a bot that is known',
      {
        feishu: { act: inGroups, prepare, received: LIMIT, calls: 0 },
        qq: { act: inGroups, prepare, received: LIMIT, calls: 0 },
      },
    ],
    [
      'talk in groups',
      {
        feishu: silent((stage, user, n) => stage.message({ user, group: `oc_${n}`, mentions: false })),
        qq: silent((stage, user, n) => stage.message({ user, group: `oc_${n}`, mentions: false })),
      },
    ],
    [
      'new chats',
      {
        feishu: other('im.chat.access_event.bot_p2p_chat_entered_v1', (who, n) => ({
          chat_id: `oc_${n}`,
          operator_id: { open_id: who },
        })),
        qq: other('C2C_MSG_RECEIVE', (who) => ({ openid: who, timestamp: 1_763_690_000 })),
      },
    ],
    [
      'new friends',
      {
        feishu: 'Feishu has no friends: a first message or a chat that is opened is all there is',
        qq: other('FRIEND_ADD', (who) => ({ openid: who, timestamp: 1_763_690_000, scene: 1001 })),
      },
    ],
    [
      'friends who leave',
      {
        feishu: 'Feishu has no friends',
        qq: other('FRIEND_DEL', (who) => ({ openid: who, timestamp: 1_763_690_000 })),
      },
    ],
    [
      'groups that the bot is put into',
      {
        feishu: other('im.chat.member.bot.added_v1', (who, n) => ({
          chat_id: `oc_${n}`,
          operator_id: { open_id: who },
        })),
        qq: other('GROUP_ADD_ROBOT', (who, n) => ({
          group_openid: `G${n}`,
          op_member_openid: who,
          timestamp: 1_763_690_000,
        })),
      },
    ],
    [
      'pushes that are granted',
      {
        feishu: 'Feishu has no switch for pushes',
        qq: {
          act: (stage, who, n) =>
            stage.other('INTERACTION_CREATE', {
              id: `grant${n}`,
              type: 18,
              user_openid: who,
              data: { type: 18, resolved: {} },
            }),
          received: 0,
          calls: 0,
        },
      },
    ],
  ];

  test.each(ROWS.flatMap(([what, row]) => PLATFORMS.map((platform) => [what, platform, row[platform]] as const)))(
    '%s on %s: nothing more is sent, stored or remembered',
    { timeout: 60_000 },
    async (_what, platform, expected) => {
      if (typeof expected === 'string') return expect(expected).not.toBe('');
      const stage = await OPEN[platform]();
      onTestFinished(() => stage.close());
      await expected.prepare?.(stage);
      await stage.settled();
      const probe = stage.writes();
      await stage.settled();
      const usual = stage.writes() - probe;
      const before = { received: stage.received.length, writes: stage.writes(), calls: stage.calls().length };
      for (let n = 0; n < MANY; n += 1) expected.act(stage, `stranger-${n}`, n);
      await stage.settled();
      await eventually(() => expect(stage.calls()).toHaveLength(before.calls + expected.calls));
      expect(stage.received.slice(before.received, -1)).toHaveLength(expected.received);
      expect(stage.writes() - before.writes).toBe(usual);
      expect(stage.ran()).toBe(0);
      // A group that only strangers have spoken in is none in which an operator's tap would be answered on Feishu.
      if (platform === 'feishu') {
        stage.tap({ group: 'oc_0' });
        await stage.settled();
        expect(stage.received.at(-2)).toMatchObject({ chat: { kind: 'direct' } });
      }
    },
  );
});

test.each(PLATFORMS)(
  'talk of strangers among themselves in a group on %s takes nothing of the room of those who speak to the bot',
  async (platform) => {
    const stage = await OPEN[platform]();
    onTestFinished(() => stage.close());
    for (let n = 0; n < 300; n += 1) stage.message({ user: `stranger-${n}`, group: 'oc_talk', mentions: false });
    stage.message({ user: 'stranger-who-asks', text: 'hello' });
    await stage.settled();
    expect(stage.received.map(({ sender }) => sender)).toContain('stranger-who-asks');
  },
);

describe('a mention in what goes out', () => {
  const CALLING = [
    '<at user_id="all">x</at>',
    '<at id=all></at>',
    '<@!all>',
    '<qqbot-at-everyone />',
    '@everyone',
    '@所有人',
    '\u202e<at\u0000 id=all>',
  ];
  const CALLS = /<\/?(?:at\b|@|qqbot)|@(?:everyone|所有人)|[\0\u202e]/i;
  const each = CALLING.join(' ');
  const bare: Message = { tone: 'info', title: each };
  const FORMS: Readonly<Record<string, Message>> = {
    'a title alone': bare,
    lines: { ...bare, lines: CALLING },
    fields: { ...bare, fields: CALLING.map((text) => ({ name: text, value: text })) },
    'log lines': { ...bare, code: CALLING },
    'a note': { ...bare, note: each },
    'the label and the question of a button': {
      ...bare,
      buttons: CALLING.slice(0, 5).map((label) => ({
        label,
        confirm: label,
        style: 'plain' as const,
        command: '/go',
        token: 'T',
      })),
    },
    'the name of a file': { ...bare, code: CALLING, attachment: { name: '<at id=all>.log', text: each } },
  };

  test.each(
    PLATFORMS.flatMap((platform) => Object.entries(FORMS).map(([form, message]) => [platform, form, message] as const)),
  )('on %s, in %s, calls nobody, whatever form is left', async (platform, _form, message) => {
    const stage = await OPEN[platform]();
    onTestFinished(() => stage.close());
    expect(await stage.channel.send({ user: stage.operator }, message, { key: 'k' })).toMatchObject({ outcome: 'ok' });
    const said = stage.said();
    expect(said.length).toBeGreaterThan(10);
    expect(JSON.stringify(said).replaceAll('\\', '')).not.toMatch(CALLS);
  });

  test.each<[Platform, string | null]>([
    ['feishu', null],
    ['qq', 'QQ cannot change a message'],
  ])('on %s, in a message that is changed', async (platform, why) => {
    const stage = await OPEN[platform]();
    onTestFinished(() => stage.close());
    expect(stage.channel.edit === undefined).toBe(why !== null);
    const sent = await stage.channel.send(
      { user: stage.operator },
      { tone: 'info', title: 'T', note: 'n' },
      { key: 'k' },
    );
    await stage.channel.edit?.(sent.outcome === 'ok' ? sent.messageId : '', {
      tone: 'info',
      title: each,
      lines: CALLING,
    });
    expect(JSON.stringify(stage.said()).replaceAll('\\', '')).not.toMatch(CALLS);
  });
});

describe.each(PLATFORMS)('whoever answers %s', (platform) => {
  const open = async (
    origin: string,
    { start = false, httpMs }: { readonly start?: boolean; readonly httpMs?: number } = {},
  ) => {
    const channel = CHANNEL_ON[platform](origin, httpMs);
    onTestFinished(() => channel.stop());
    if (start) await channel.start(() => undefined);
    return channel;
  };
  const MESSAGE: Message = { tone: 'info', title: 'T' };

  type Where = 'token' | 'message' | 'address';
  /** Answers as it should but to one call. */
  const answering = (where: Where, answer: (response: ServerResponse) => void) =>
    startServer((request, response) => {
      request.resume();
      const other = isAddress(request) ? 'address' : 'message';
      const asked: Where = isToken(request) ? 'token' : other;
      if (asked === where) answer(response);
      else if (asked === 'token') giveToken(response);
      else response.writeHead(500).end();
    });

  test.each<Where>(['token', 'message', 'address'])(
    'without an end, to the call for a %s, is not heard out',
    { timeout: 60_000 },
    async (where) => {
      const { origin, sent } = await answering(where, (response) => endless(response, '{"code":0,"url":"'));
      const channel = await open(origin, { start: where === 'address' });
      if (where === 'address') await eventually(() => expect(channel.status().problem).toContain('too long'));
      else
        expect(await channel.send({ user: 'u' }, MESSAGE, { key: 'k' })).toMatchObject({
          outcome: 'retry',
          reason: expect.stringContaining('too long') as string,
        });
      await channel.stop();
      expect(sent()).toBeLessThan(MOST_SENT * 20);
    },
  );

  test.each<[string, Where, (response: ServerResponse) => void]>([
    ['never', 'token', () => undefined],
    ['never', 'message', () => undefined],
    ['never', 'address', () => undefined],
    ['a letter at a time', 'token', (response) => endless(response, '{"code":0,"a":"', 20)],
    ['a letter at a time', 'message', (response) => endless(response, '{"code":0,"a":"', 20)],
    ['a letter at a time', 'address', (response) => endless(response, '{"code":0,"a":"', 20)],
  ])('%s, to the call for a %s, is waited for so long, and said', { timeout: 60_000 }, async (_how, where, answer) => {
    const { origin } = await answering(where, answer);
    const channel = await open(origin, { start: where === 'address', httpMs: 400 });
    const words = /not answer within 0\.4 s|no answer within 0\.4 s/;
    if (where === 'address') await eventually(() => expect(channel.status().problem).toMatch(words));
    else
      expect(await channel.send({ user: 'u' }, MESSAGE, { key: 'k' })).toMatchObject({
        outcome: 'retry',
        reason: expect.stringMatching(words) as string,
      });
  });

  test.each<Where>(['token', 'address'])(
    'never, to the call for a %s, holds up no end',
    { timeout: 60_000 },
    async (where) => {
      const { origin } = await answering(where, () => undefined);
      const channel = await open(origin, { start: true, httpMs: 3_600_000 });
      const sending = channel.send({ user: 'u' }, MESSAGE, { key: 'k' });
      await channel.stop();
      expect(channel.status().link).toBe('stopped');
      expect(await sending).toMatchObject({ outcome: 'retry' });
    },
  );

  describe.each([301, 302, 303, 307, 308])('with a redirect (%i) to another host', (status) => {
    test.each<Where>(['token', 'message', 'address'])(
      'of the call for a %s is not followed',
      { timeout: 60_000 },
      async (where) => {
        let came = 0;
        const elsewhere = await startServer((request, response) => {
          request.resume();
          came += 1;
          giveToken(response);
        });
        let asked = 0;
        const { origin } = await answering(where, (response) => {
          asked += 1;
          response.writeHead(status, { location: `${elsewhere.origin}/token` }).end();
        });
        const channel = await open(origin, { start: where === 'address' });
        if (where === 'address') await eventually(() => expect(channel.status().problem).not.toBeNull());
        else expect((await channel.send({ user: 'u' }, MESSAGE, { key: 'k' })).outcome).toBe('retry');
        expect(asked).toBeGreaterThan(0);
        expect(came).toBe(0);
      },
    );
  });

  test('the handshake with a redirect to another host is not followed', { timeout: 60_000 }, async () => {
    let came = 0;
    const elsewhere = await startServer((request) => void request.resume());
    elsewhere.server.on('upgrade', (_request, socket) => {
      came += 1;
      socket.destroy();
    });
    const platformServer = await startServer((request, response) => {
      request.resume();
      if (isToken(request)) giveToken(response);
      else giveAddress(response, `${platformServer.origin.replace('http', 'ws')}/ws?a=1&device_id=d&service_id=1`);
    });
    let asked = 0;
    platformServer.server.on('upgrade', (_request, socket) => {
      asked += 1;
      socket.end(
        `HTTP/1.1 302 Found\r\nlocation: ${elsewhere.origin.replace('http', 'ws')}/ws\r\ncontent-length: 0\r\n\r\n`,
      );
    });
    await open(platformServer.origin, { start: true });
    await eventually(() => expect(asked).toBeGreaterThan(1));
    expect(came).toBe(0);
  });

  test.each([
    ['one frame of a gigabyte', giantFrame],
    ['a message in frames without an end', manyFrames],
  ] as const)('with %s is cut off, and the link is made anew', { timeout: 60_000 }, async (_what, talk) => {
    const { origin, sent, upgrades } = await startHostilePlatform(talk);
    const channel = await open(origin, { start: true });
    await eventually(() => expect(upgrades.length).toBeGreaterThanOrEqual(2));
    await eventually(() => expect(channel.status().problem).toMatch(/too long|Max payload/));
    expect(sent()).toBeLessThan((upgrades.length + 1) * MOST_SENT);
  });

  const NO_ADDRESS: readonly unknown[] = [
    5,
    null,
    '',
    'x',
    'wss:',
    'ws+unix:///tmp/socket',
    'http://127.0.0.1:1/',
    'ws://127.0.0.1:1/ws#part',
    'ws://user:word@127.0.0.1:1/',
    'ws://127.0.0.1:1/\ud800',
    { toString: null },
    'ws://' + 'a'.repeat(100_000),
  ];
  test.each(NO_ADDRESS.map((address) => [JSON.stringify(address)?.slice(0, 60), address] as const))(
    'with %s as the address is asked again, and the link comes up with a good one',
    { timeout: 60_000 },
    async (_what, address) => {
      let good = false;
      const upgraded: number[] = [];
      const hostile = await startHostilePlatform(() => void upgraded.push(1));
      const front = await startServer((request, response) => {
        request.resume();
        if (isToken(request)) return giveToken(response);
        giveAddress(
          response,
          good ? `${hostile.origin.replace('http', 'ws')}/ws?a=1&device_id=d&service_id=1` : address,
        );
      });
      const channel = await open(front.origin, { start: true });
      await eventually(() => expect(channel.status().problem).not.toBeNull());
      expect(channel.status().link).not.toBe('stopped');
      good = true;
      await eventually(() => expect(upgraded.length).toBeGreaterThan(0));
    },
  );
});

describe('an https API that names a place', () => {
  const ADDRESSES: readonly [string, boolean][] = [
    ['wss://example.invalid/ws?a=1&service_id=1', true],
    ['ws://example.invalid/ws?a=1&service_id=1', false],
    ['WS://example.invalid/ws', false],
    ['http://example.invalid/ws', false],
    ['https://example.invalid/ws', false],
    ['ws+unix:///tmp/socket', false],
    ['file:///etc/passwd', false],
  ];
  // A server with a certificate would be no other way: it is the decision alone that is looked at.
  const TAKES: Readonly<Record<Platform, (address: string) => Promise<boolean>>> = {
    feishu: async (address) => {
      const { origin } = await startServer((request, response) => {
        request.resume();
        giveAddress(response, address);
      });
      const settings = {
        ...settingsOf({ ...FEISHU, logger: silentLogger(), domain: 'feishu' }),
        origin: 'https://open.feishu.cn',
      };
      return callEndpoint({ url: `${origin}/callback/ws/endpoint` }, settings, new AbortController().signal).then(
        () => true,
        () => false,
      );
    },
    qq: async (address) => {
      const api = async () =>
        ({ kind: 'answered', status: 200, body: { url: address }, code: null, text: 'HTTP 200' }) as const;
      return (
        await createGatewayAddress({
          apiBase: 'https://api.bot.qq.com',
          everyMs: 0,
          clock: scaledClock(0, 1),
          api,
        }).get()
      ).ok;
    },
  };
  test.each(PLATFORMS.flatMap((platform) => ADDRESSES.map(([address, taken]) => [platform, address, taken] as const)))(
    'on %s, %s: %s',
    async (platform, address, taken) => {
      expect(await TAKES[platform](address)).toBe(taken);
    },
  );
});
