/** The rules of sending, on a clock that only the test moves. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_DEPTH } from '../../deep.ts';
import { QqPlatform } from '../../../sandbox/qq/platform.ts';
import type { QqRules } from '../../../sandbox/qq/rules.ts';
import { manualClock, type ManualClock } from '../../healing/manual-clock.ts';
import { APP, askToken, button, GROUP, keyboard, rest, STRANGER, tokenFor, USER, type Reply } from './client.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let clock: ManualClock;
let platform: QqPlatform;
beforeEach(async () => {
  clock = manualClock(Date.parse('2026-11-21T10:00:00+08:00'));
  platform = new QqPlatform({ clock });
  platform.addBot(APP);
  await platform.start();
});
afterEach(() => platform.stop());

const rules = (set: Partial<QqRules>): void => platform.setRules(APP.appId, set);
const to = async (path: string, body: object): Promise<Reply> =>
  rest(platform, await tokenFor(platform), 'POST', path, body);
const send = (body: object, user = USER): Promise<Reply> => to(`/v2/users/${user}/messages`, body);
const push = (user?: string): Promise<Reply> => send({ content: 'x' }, user);
const code = ({ body }: Reply): unknown => body['err_code'] ?? 'ok';
const many = async (count: number, one: (n: number) => Promise<Reply>): Promise<unknown[]> => {
  const codes = [];
  for (let n = 0; n < count; n++) codes.push(code(await one(n)));
  return codes;
};
const oks = (count: number): string[] => Array.from({ length: count }, () => 'ok');

describe('pushes', () => {
  it.runIf(IN_DEPTH)(
    'to one person: a thousand a day, and more when the first of them is a day old',
    async () => {
      for (let minute = 0; minute < 50; minute++) {
        expect(await many(20, () => push())).toEqual(oks(20));
        await clock.advance(MINUTE);
      }
      expect(code(await push())).toBe(40034100);
      expect(code(await push(STRANGER))).toBe('ok');
      await clock.advance(DAY - 50 * MINUTE);
      expect(await many(21, () => push())).toEqual([...oks(20), 40034100]);
      expect(platform.sent(APP.appId)).toHaveLength(1_021);
    },
    240_000,
  );

  it('of an unverified bot: five a second and thirty a minute, whomever they go to; answers do not count', async () => {
    rules({ pushQuotaOfBot: 'unverified' });
    const { id } = platform.say(APP.appId, USER, 'hi');
    expect(await many(6, (n) => push(`U${n}`))).toEqual([...oks(5), 40034100]);
    expect(code(await send({ content: 'x', msg_id: id }))).toBe('ok');
    for (let second = 1; second < 6; second++) {
      await clock.advance(SECOND);
      expect(await many(5, (n) => push(`U${n}`))).toEqual(oks(5));
    }
    await clock.advance(SECOND);
    expect(code(await push())).toBe(40034100);
    await clock.advance(MINUTE - 6 * SECOND);
    expect(code(await push())).toBe('ok');
  });

  it('of a verified bot: ten a second', async () => {
    rules({ pushQuotaOfBot: 'verified' });
    expect(await many(11, (n) => push(`U${n}`))).toEqual([...oks(10), 40034100]);
    await clock.advance(SECOND);
    expect(code(await push())).toBe('ok');
  });

  it('that were refused do not count', async () => {
    platform.switches.rejectPushes(APP.appId, USER);
    expect(await many(25, () => push())).toEqual(Array.from({ length: 25 }, () => 40054013));
    platform.switches.allowPushes(APP.appId, USER);
    expect(await many(20, () => push())).toEqual(oks(20));
  });

  it.each<{ rule: Partial<QqRules>; before: unknown; after: unknown }>([
    { rule: { pushes: 'refused' }, before: 'ok', after: 40034105 },
    { rule: { pushes: 'withdrawn' }, before: 'ok', after: 40034102 },
    { rule: { pushQuotaOfUser: false }, before: 'ok', after: 'ok' },
  ])('follow the rule $rule', async ({ rule, before, after }) => {
    expect(code(await push())).toBe(before);
    rules(rule);
    expect((await many(21, () => push())).at(-1)).toBe(after);
  });

  it('to a group go out where the owner allows them and the bot is a member', async () => {
    const group = (): Promise<Reply> => to(`/v2/groups/${GROUP}/messages`, { content: 'x' });
    rules({ groupPushes: true });
    expect(code(await group())).toBe(40034105);
    platform.switches.joinGroup(APP.appId, GROUP, USER);
    platform.switches.allowGroupPushes(APP.appId, GROUP, USER);
    expect(code(await group())).toBe('ok');
    platform.switches.rejectGroupPushes(APP.appId, GROUP, USER);
    expect(code(await group())).toBe(40034105);
    platform.switches.allowGroupPushes(APP.appId, GROUP, USER);
    platform.switches.leaveGroup(APP.appId, GROUP, USER);
    expect(code(await group())).toBe(40034105);
  });
});

describe('wake-ups', () => {
  const wake = (body: object = {}, user?: string): Promise<Reply> =>
    send({ content: 'x', is_wakeup: true, ...body }, user);

  it('pass once in each of four periods since the person wrote, and again once they write', async () => {
    platform.say(APP.appId, USER, 'hi');
    const codes = [];
    for (const days of [0, 0.5, 1, 2.9, 3, 6.9, 7, 29.9, 30]) {
      await clock.advance(Date.parse('2026-11-21T10:00:00+08:00') + days * DAY - clock.now());
      codes.push(code(await wake()));
    }
    expect(codes).toEqual(['ok', 40034122, 'ok', 40034122, 'ok', 40034122, 'ok', 40034122, 40034123]);
    platform.say(APP.appId, USER, 'again');
    expect(code(await wake())).toBe('ok');
    expect(platform.sent(APP.appId).map(({ way }) => way.kind)).toEqual([
      'wakeup',
      'wakeup',
      'wakeup',
      'wakeup',
      'wakeup',
    ]);
  });

  it('pass while pushes are switched off, never to whom nobody ever wrote from, and never beside an id', async () => {
    platform.switches.rejectPushes(APP.appId, USER);
    const { id } = platform.say(APP.appId, USER, 'hi');
    expect(code(await push())).toBe(40054013);
    expect(code(await wake({ msg_id: id }))).toBe(304061);
    expect(code(await wake())).toBe('ok');
    expect(code(await wake({}, STRANGER))).toBe(40034123);
    rules({ wakeupPeriods: false });
    expect(await many(3, () => wake())).toEqual(oks(3));
  });
});

describe('an event as a ticket', () => {
  /** What the bot would read in the outer `id`. */
  const eventId = (): string => String([...platform.pendingEvents(APP.appId)].at(-1)?.id);

  it.each<{ t: string; happen: () => void }>([
    { t: 'FRIEND_ADD', happen: () => platform.switches.befriend(APP.appId, USER) },
    { t: 'C2C_MSG_RECEIVE', happen: () => platform.switches.allowPushes(APP.appId, USER) },
    { t: 'INTERACTION_CREATE', happen: () => void platform.click(APP.appId, USER, 'x') },
    { t: 'INTERACTION_CREATE', happen: () => platform.switches.authorisePushes(APP.appId, USER) },
  ])('of type $t is good for four answers within the hour', async ({ t, happen }) => {
    happen();
    const event_id = eventId();
    expect(event_id).toMatch(new RegExp(`^${t}:`));
    expect(await many(4, (n) => send({ content: 'x', event_id, msg_seq: n }))).toEqual(oks(4));
    expect(code(await send({ content: 'x', event_id, msg_seq: 3 }))).toBe(40054005);
    expect(code(await send({ content: 'x', event_id, msg_seq: 9 }))).toBe(40034128);
    expect(code(await send({ content: 'x', event_id }, STRANGER))).toBe(40034025);
    await clock.advance(HOUR + 1);
    expect(code(await send({ content: 'x', event_id, msg_seq: 9 }))).toBe(40034026);
    expect(platform.sent(APP.appId).map(({ way, seq }) => [way, seq])).toEqual(
      [0, 1, 2, 3].map((seq) => [{ kind: 'event', eventId: event_id }, seq]),
    );
  });

  it.each<{ t: string; happen: () => void }>([
    { t: 'C2C_MESSAGE_CREATE', happen: () => platform.say(APP.appId, USER, 'x') },
    { t: 'C2C_MSG_REJECT', happen: () => platform.switches.rejectPushes(APP.appId, USER) },
    { t: 'FRIEND_DEL', happen: () => platform.switches.unfriend(APP.appId, USER) },
  ])('of type $t is none', async ({ happen }) => {
    happen();
    expect(code(await send({ content: 'x', event_id: eventId() }))).toBe(40034027);
  });

  it('is the outer id of an interaction, and by another rule the inner one too', async () => {
    const inner = (): string => (platform.pendingEvents(APP.appId).at(-1)?.d as { id: string }).id;
    void platform.click(APP.appId, USER, 'x');
    expect(code(await send({ content: 'x', event_id: inner() }))).toBe(40034025);
    rules({ interactionTicket: 'either' });
    void platform.click(APP.appId, USER, 'x');
    expect(code(await send({ content: 'x', event_id: inner() }))).toBe('ok');
  });

  it('of a group is good in that group', async () => {
    platform.switches.joinGroup(APP.appId, GROUP, USER);
    const event_id = eventId();
    expect(code(await to(`/v2/groups/${GROUP}/messages`, { content: 'x', event_id }))).toBe('ok');
    expect(code(await send({ content: 'x', event_id }))).toBe(40034025);
    await clock.advance(5 * MINUTE + 1);
    expect(code(await to(`/v2/groups/${GROUP}/messages`, { content: 'x', event_id, msg_seq: 2 }))).toBe(40034026);
  });
});

describe('each rule of tickets can be switched off', () => {
  it.each<{ rule: Partial<QqRules>; body: (id: string) => object; refused: number; later?: number }>([
    { rule: { ownTickets: false }, body: () => ({ msg_id: 'ROBOT1.0_nobody' }), refused: 40034024 },
    { rule: { ownTickets: false }, body: () => ({ event_id: 'FRIEND_ADD:nobody' }), refused: 40034025 },
    { rule: { replyWindows: false }, body: (msg_id) => ({ msg_id, msg_seq: 7 }), refused: 40034005, later: HOUR + 1 },
    { rule: { replyCounts: false }, body: (msg_id) => ({ msg_id, msg_seq: 7 }), refused: 40034128 },
    { rule: { uniqueSeq: false, replyCounts: false }, body: (msg_id) => ({ msg_id, msg_seq: 1 }), refused: 40054005 },
  ])('$rule', async ({ rule, body, refused, later = 0 }) => {
    const { id } = platform.say(APP.appId, USER, 'hi');
    await many(refused === 40034128 ? 4 : 1, (n) => send({ content: 'x', msg_id: id, msg_seq: n + 1 }));
    await clock.advance(later);
    expect(code(await send({ content: 'x', ...body(id) }))).toBe(refused);
    rules(rule);
    expect(code(await send({ content: 'x', ...body(id) }))).toBe('ok');
  });
});

describe('content', () => {
  const markdown = (content: unknown, more: object = {}): object => ({ msg_type: 2, markdown: { content }, ...more });
  it.each<{ what: string; body: object; refused: number; rule?: Partial<QqRules> }>([
    { what: 'an address', body: { content: 'see example.com' }, refused: 40054010, rule: { urls: false } },
    {
      what: 'a registered address',
      body: { content: 'see https://status.example.com/x' },
      refused: 40054010,
      rule: { registeredHosts: ['example.com'] },
    },
    {
      what: 'an address behind a link',
      body: markdown('[here](https://example.com)'),
      refused: 40054010,
      rule: { urls: false },
    },
    {
      what: 'an address with an escaped dot',
      body: markdown('t\n\nexample\\.com'),
      refused: 40054010,
      rule: { urls: false },
    },
    {
      what: 'too many characters',
      body: { content: '长'.repeat(5_001) },
      refused: 40054007,
      rule: { maxCharacters: null },
    },
    {
      what: 'content beside markdown',
      body: markdown('x', { content: 'y' }),
      refused: 40034011,
      rule: { markdownAlone: false },
    },
    {
      what: 'a keyboard without markdown',
      body: { content: 'x', keyboard: keyboard([button('a')]) },
      refused: 22006,
      rule: { markdownAlone: false },
    },
    {
      what: 'a keyboard that is too large',
      body: markdown('x', { keyboard: keyboard([button('a', { label: 'eleven chars' })]) }),
      refused: 40034029,
      rule: { keyboardLimits: false },
    },
    { what: 'type 2 without markdown', body: { msg_type: 2 }, refused: 22006 },
    { what: 'empty markdown', body: markdown(' '), refused: 40034006 },
    { what: 'an unknown type', body: { msg_type: 99, content: 'x' }, refused: 50059 },
  ])('$what is refused with $refused', async ({ body, refused, rule }) => {
    expect(code(await send(body))).toBe(refused);
    if (rule === undefined) return;
    rules(rule);
    expect(code(await send(body))).toBe('ok');
  });

  it('may be limited in bytes, or silently cut, and markdown withheld', async () => {
    rules({ maxBytes: 9 });
    expect(await many(2, (n) => send({ content: '长'.repeat(3 + n) }))).toEqual(['ok', 40054007]);
    rules({ maxBytes: null, cutAtBytes: 10 });
    expect(code(await send({ content: '长短'.repeat(3) }))).toBe('ok');
    expect(platform.conversation(APP.appId, USER).at(-1)?.text).toBe('长短长');
    rules({ cutAtBytes: null, markdown: false });
    expect(code(await send(markdown('x')))).toBe(40034127);
  });

  it('that was refused spends neither ticket nor quota', async () => {
    const { id } = platform.say(APP.appId, USER, 'hi');
    expect(await many(5, () => send({ content: 'example.com', msg_id: id }))).toEqual(
      Array.from({ length: 5 }, () => 40054010),
    );
    expect(await many(4, (n) => send({ content: 'x', msg_id: id, msg_seq: n }))).toEqual(oks(4));
  });

  it('tells what in a message could be tapped', async () => {
    rules({ urls: false });
    await send(markdown('# h\n<@U2> [here](https://example.com)'));
    expect(platform.sent(APP.appId).at(-1)).toMatchObject({
      type: 2,
      seq: 1,
      markup: { headings: ['h'], links: ['https://example.com'], mentions: ['U2'] },
    });
  });
});

it('limits calls of /gateway when told to, and tells the life of a token as a number when told to', async () => {
  rules({ gatewayCallsPerMinute: 2, expiresIn: 'number' });
  expect((await askToken(platform, { appId: APP.appId, clientSecret: APP.secret })).body['expires_in']).toBe(7_200);
  const ask = async (): Promise<Reply> => rest(platform, await tokenFor(platform), 'GET', '/gateway');
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
  expect(await ask()).toMatchObject({ status: 429, body: { code: 100017 } });
  await clock.advance(MINUTE);
  expect((await ask()).status).toBe(200);
});

it('has minimal events when told to', () => {
  rules({ events: 'minimal' });
  const { id } = platform.say(APP.appId, USER, 'hi', { at: clock.now() });
  platform.sayInGroup(APP.appId, GROUP, USER, 'hi');
  void platform.click(APP.appId, USER, 'x');
  const [direct, group, click] = platform.pendingEvents(APP.appId).map(({ d }) => d as Record<string, unknown>);
  expect(direct).toEqual({ id, content: 'hi', timestamp: '2026-11-21T10:00:00+08:00', author: { user_openid: USER } });
  expect(group).toMatchObject({ group_openid: GROUP, author: { member_openid: USER } });
  expect(Object.keys(click ?? {}).sort()).toEqual([
    'chat_type',
    'data',
    'id',
    'timestamp',
    'type',
    'user_openid',
    'version',
  ]);
});
