import { describe, expect, test } from 'vitest';
import { manualClock } from '../../healing/manual-clock.ts';
import { eventIn, openByHand } from './by-hand.ts';
import { button, card, markdown, patch, sendCard } from './cards.ts';
import { addBot, call, connected, eventually, newUser, sdkLink, startPlatform, tokenOf } from './fixture.ts';

const MINUTE_MS = 60_000;
const RESTART = card(
  'down',
  button('Restart', { token: 'r1' }, { element_id: 'restart' }),
  button('Why', { token: 'w1' }),
);

const ready = async () => {
  const clock = manualClock();
  const platform = await startPlatform({ clock });
  const [bot, user] = [addBot(platform), newUser()];
  const id = await sendCard(platform, bot, user, RESTART);
  return { clock, platform, bot, user, id };
};

describe('a button that is pressed', () => {
  test('reaches the real SDK with its value, and the toast comes back', async () => {
    const { platform, bot, user, id } = await ready();
    const clicks: unknown[] = [];
    sdkLink(platform, bot, {
      onClick: async ({ action, operator }) => {
        clicks.push([action.value, operator.open_id]);
        return { toast: { type: 'info', content: '正在重启' } };
      },
    });
    await connected(platform, bot);
    expect(await platform.press(bot.appId, user, id, 'restart')).toEqual({ answered: true, toast: '正在重启' });
    expect(await platform.press(bot.appId, user, id, 'button_2')).toEqual({ answered: true, toast: '正在重启' });
    expect(clicks).toEqual([
      [{ token: 'r1' }, user],
      [{ token: 'w1' }, user],
    ]);
    expect(platform.records(bot.appId).clicks).toMatchObject([
      { messageId: id, value: { token: 'r1' }, result: { outcome: 'answered' } },
      { value: { token: 'w1' } },
    ]);
  });

  test('without an answer in 3 s fails with 200341 and is never pushed again', async () => {
    const { clock, platform, bot, user, id } = await ready();
    const link = await openByHand(platform, bot);
    link.ping();
    await connected(platform, bot);
    const pressed = platform.press(bot.appId, user, id, 'restart');
    await eventually(() => expect(link.pushed()).toHaveLength(1));
    await clock.advance(2_999);
    expect(platform.records(bot.appId).clicks).toEqual([]);
    await clock.advance(1);
    expect(await pressed).toEqual({ answered: false, toast: expect.stringContaining('200341') as string });
    // Too late: nothing comes of it.
    for (const frame of link.pushed()) link.ack(frame, '{"code":200}');
    await eventually(() =>
      expect(platform.records(bot.appId).acks).toMatchObject([
        { eventType: 'card.action.trigger', inTime: false, bizRtMs: -3 },
      ]),
    );
    await clock.advance(7 * 3_600_000);
    expect(link.pushed()).toHaveLength(1);
    expect(platform.records(bot.appId).clicks).toMatchObject([{ result: { outcome: 'failed', code: 200341 } }]);
  });

  test.each<[string, unknown, number | null]>([
    ['no object', 'ok', 200672],
    ['a toast of an unknown type', { toast: { type: 'loud', content: 'x' } }, 200672],
    ['a card without data', { card: { type: 'raw' } }, 200672],
    ['a card that would be refused', { card: { type: 'raw', data: card('x', { tag: 'action' }) } }, 200672],
    ['an empty object', {}, null],
    ['nothing', null, null],
  ])('answered with %s', async (_what, answer, code) => {
    const { platform, bot, user, id } = await ready();
    const link = await openByHand(platform, bot);
    link.ping();
    await connected(platform, bot);
    const pressed = platform.press(bot.appId, user, id, 'restart');
    await eventually(() => expect(link.pushed()).toHaveLength(1));
    for (const frame of link.pushed())
      link.ack(
        frame,
        JSON.stringify({
          code: 200,
          ...(answer === null ? {} : { data: Buffer.from(JSON.stringify(answer)).toString('base64') }),
        }),
      );
    expect(await pressed).toEqual(
      code
        ? { answered: false, toast: expect.stringContaining(String(code)) as string }
        : { answered: true, toast: null },
    );
    expect(platform.conversation(bot.appId, user)).toMatchObject([{ text: 'down' }]);
  });

  test('fails with 200342 while nobody is connected, and with 200340 when callbacks are not set up', async () => {
    const { platform, bot, user, id } = await ready();
    expect((await platform.press(bot.appId, user, id, 'restart')).toast).toContain('200342');
    sdkLink(platform, bot);
    await connected(platform, bot);
    platform.faults(bot.appId).noCallbacks = true;
    expect((await platform.press(bot.appId, user, id, 'restart')).toast).toContain('200340');
  });

  test('of a link sends nothing; of a card older than 14 days neither', async () => {
    const { clock, platform, bot, user, id } = await ready();
    const link = await sendCard(
      platform,
      bot,
      user,
      card('t', {
        tag: 'button',
        text: { tag: 'plain_text', content: 'open' },
        behaviors: [{ type: 'open_url', default_url: 'https://example.com' }],
      }),
    );
    expect(await platform.press(bot.appId, user, link, 'button_1')).toEqual({ answered: true, toast: null });
    await clock.advance(14 * 24 * 60 * MINUTE_MS + 1);
    expect(await platform.press(bot.appId, user, id, 'restart')).toEqual({ answered: false, toast: null });
    expect(platform.records(bot.appId).clicks).toEqual([]);
  });

  test('that is not there (any more) is a mistake of the caller', async () => {
    const { platform, bot, user, id } = await ready();
    await expect(platform.press(bot.appId, user, id, 'nothing')).rejects.toThrow('has no button nothing');
    await patch(platform, bot, id, card('done'));
    await expect(platform.press(bot.appId, user, id, 'restart')).rejects.toThrow('has no button restart');
    await expect(platform.press(bot.appId, user, platform.say(bot.appId, user, 'hi').id, 'restart')).rejects.toThrow(
      'has no button',
    );
    await expect(platform.press(bot.appId, user, 'om_never', 'restart')).rejects.toThrow('no message om_never');
  });
});

describe('the update token of a click', () => {
  const clickOnce = async (options: { readonly answer: boolean }) => {
    const scene = await ready();
    const { platform, bot, user, id } = scene;
    const link = await openByHand(platform, bot);
    link.ping();
    await connected(platform, bot);
    const pressed = platform.press(bot.appId, user, id, 'restart');
    await eventually(() => expect(link.pushed()).toHaveLength(1));
    const [frame] = link.pushed();
    if (!frame) throw new Error('no frame');
    if (options.answer) {
      link.ack(frame, '{"code":200}');
      await pressed;
    }
    const update = async (token: unknown, content: object = card('later')) =>
      (
        await call(
          platform,
          'POST',
          '/open-apis/interactive/v1/card/update',
          { token, card: content },
          await tokenOf(platform, bot),
        )
      ).body.code;
    const text = () => platform.conversation(bot.appId, user)[0]?.text;
    return { ...scene, update, text, token: eventIn(frame).event['token'] };
  };

  test('changes the card twice, within 30 minutes', async () => {
    const { update, text, token, clock } = await clickOnce({ answer: true });
    expect(await update(token, card('once'))).toBe(0);
    expect(text()).toBe('once');
    await clock.advance(30 * MINUTE_MS);
    expect(await update(token, card('twice', markdown('a')))).toBe(0);
    expect(text()).toBe('twice\na');
    expect(await update(token, card('three times'))).toBe(300040);
  });

  test('is out of date after 30 minutes', async () => {
    const { update, text, token, clock } = await clickOnce({ answer: true });
    await clock.advance(30 * MINUTE_MS + 1);
    expect(await update(token)).toBe(300030);
    expect(text()).toBe('down');
  });

  test('used before the click is answered is taken, but the card springs back', async () => {
    const { update, text, token } = await clickOnce({ answer: false });
    expect(await update(token)).toBe(0);
    expect(text()).toBe('down');
  });

  test.each<[string, (scene: Awaited<ReturnType<typeof clickOnce>>) => Promise<number>, number]>([
    ['of the wrong form', ({ update }) => update('x-1'), 300020],
    ['that was never given out', ({ update }) => update('c-1'), 300030],
    ['with a card that is wrong', ({ update, token }) => update(token, card('x', { tag: 'note' })), 230099],
    [
      'of a card that was withdrawn',
      ({ update, token, platform, id }) => {
        platform.recall(id);
        return update(token);
      },
      200000,
    ],
    [
      'of another app',
      async ({ platform, token }) => {
        const other = addBot(platform);
        return (
          await call(
            platform,
            'POST',
            '/open-apis/interactive/v1/card/update',
            { token, card: card('x') },
            await tokenOf(platform, other),
          )
        ).body.code;
      },
      200310,
    ],
  ])('%s is refused', async (_what, use, code) => {
    expect(await use(await clickOnce({ answer: true }))).toBe(code);
  });
});
