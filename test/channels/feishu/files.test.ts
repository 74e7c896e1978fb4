import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/chat/message/message.ts';
import { addBot, makeChannel, newUser, recordingLogger, startPlatform } from './fixture.ts';

const LINES = Array.from({ length: 90 }, (_, n) => `10:31:05 line ${n} 日志`);
const TEXT = `${LINES.join('\n')}\n`;
const LOGS: Message = {
  tone: 'info',
  title: 'main 最近 90 行日志',
  code: LINES,
  attachment: { name: 'main.log', text: TEXT },
};

const ready = async (options: Parameters<typeof makeChannel>[2] = {}) => {
  const platform = await startPlatform();
  const [bot, user] = [addBot(platform), newUser()];
  const channel = makeChannel(platform, bot, options);
  const phone = () => platform.conversation(bot.appId, user).filter(({ from }) => from === 'bot');
  const calls = () =>
    platform
      .records(bot.appId)
      .calls.filter(({ api }) => api.startsWith('im.'))
      .map(({ api, code }) => [api.replace(/^im\./, ''), code]);
  const failing = (api: string, code: number, status = 400): void =>
    void platform.faults(bot.appId).calls.push({ api: `im.${api}`, kind: 'code', code, status });
  const losing = (api: string): void =>
    void platform.faults(bot.appId).calls.push({ api: `im.${api}`, kind: 'lost-answer' });
  const ask = (message: Message = LOGS, key = 'k1') => channel.send({ user }, message, { key });
  return { platform, bot, user, channel, phone, calls, failing, losing, ask };
};

/** What the card shows of the lines. */
const shownLines = (text = ''): string[] => text.split('\n').filter((line) => line.startsWith('10:31:05'));

describe('a message with a file', () => {
  test('is a card with the end of it, and then the file', async () => {
    const { phone, ask, calls } = await ready();
    const result = await ask();
    const [card, file, ...more] = phone();
    expect(result).toEqual({ outcome: 'ok', messageId: card?.id, quoteIds: [card?.id, file?.id] });
    expect(shownLines(card?.text)).toEqual(LINES.slice(-20));
    expect(card?.text).toContain('全部内容在文件 main.log 里');
    expect(file).toMatchObject({ text: '[file] main.log', file: { name: 'main.log', text: TEXT } });
    expect(more).toEqual([]);
    expect(calls()).toEqual([
      ['file.create', 0],
      ['message.create', 0],
      ['message.create', 0],
    ]);
  });

  test('answers what it is for, with both; and stands alone when that was withdrawn', async () => {
    const { platform, bot, user, channel, phone } = await ready();
    const question = platform.say(bot.appId, user, '/logs 90');
    await channel.send({ user, replyTo: question.id }, LOGS, { key: 'k1' });
    expect(phone().map(({ quotes }) => quotes)).toEqual([question.id, question.id]);
    platform.recall(question.id);
    await channel.send({ user, replyTo: question.id }, LOGS, { key: 'k2' });
    expect(
      phone()
        .slice(2)
        .map(({ quotes, file }) => [quotes, file?.name]),
    ).toEqual([
      [undefined, undefined],
      [undefined, 'main.log'],
    ]);
  });

  test.each(['file.create', 'message.create'])('comes once, although the answer to %s was lost', async (api) => {
    const { phone, ask, losing } = await ready();
    losing(api);
    const results = [await ask(), await ask()];
    expect(results.at(-1)).toMatchObject({ outcome: 'ok' });
    expect(phone().filter(({ card }) => card)).toHaveLength(1);
    expect(phone().filter(({ file }) => file)).toHaveLength(api === 'file.create' ? 0 : 1);
  });

  test('has its card once when the file alone must be tried again, whatever the platform answers to a repeat', async () => {
    const { platform, bot, phone, ask, calls } = await ready();
    platform.rules.uuid = 'off';
    platform.onMessage(
      (_app, { card }) =>
        card && platform.faults(bot.appId).calls.push({ api: 'im.message.create', kind: 'code', code: 230020 }),
    );
    expect(await ask()).toMatchObject({ outcome: 'retry' });
    expect(phone().map(({ file }) => file?.name)).toEqual([undefined]);
    expect(await ask()).toMatchObject({
      outcome: 'ok',
      messageId: phone()[0]?.id,
      quoteIds: phone().map(({ id }) => id),
    });
    expect(phone().map(({ file }) => file?.name)).toEqual([undefined, 'main.log']);
    expect(calls()).toEqual([
      ['file.create', 0],
      ['message.create', 0],
      ['message.create', 230020],
      ['message.create', 0],
    ]);
  });

  test('comes once when another process goes on with it', async () => {
    const { platform, bot, user, phone, ask } = await ready();
    await ask();
    expect(await makeChannel(platform, bot).send({ user }, LOGS, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
    expect(phone().map(({ file }) => file?.name)).toEqual([undefined, 'main.log']);
  });

  test('without the permission for files says which one it is and shows all that fits', async () => {
    const { phone, ask, failing, calls } = await ready();
    failing('file.create', 99991672);
    expect(await ask()).toMatchObject({ outcome: 'ok', quoteIds: [phone()[0]?.id] });
    expect(phone()).toHaveLength(1);
    expect(shownLines(phone()[0]?.text)).toEqual(LINES);
    expect(phone()[0]?.text).toContain('im:resource:upload');
    expect(phone()[0]?.text).toContain('更早的用 /logs 20');
    expect(calls()).toEqual([
      ['file.create', 99991672],
      ['message.create', 0],
    ]);
  });

  test.each<[string, (world: Awaited<ReturnType<typeof ready>>) => void]>([
    ['is refused', ({ failing }) => failing('file.create', 234042)],
    ['meets a fault of the platform', ({ failing }) => failing('file.create', 1, 500)],
    [
      'meets a proxy',
      ({ platform, bot }) =>
        void platform.faults(bot.appId).calls.push({ api: 'im.file.create', kind: 'html', status: 502 }),
    ],
    [
      'is not answered in time',
      ({ platform, bot }) => void platform.faults(bot.appId).calls.push({ api: 'im.file.create', kind: 'hang' }),
    ],
  ])('whose upload %s goes without it, at once, and shows all that fits', async (_what, fail) => {
    const { logger, text } = recordingLogger();
    const world = await ready({ logger, httpTimeoutMs: 1_000 });
    fail(world);
    expect(await world.ask()).toMatchObject({ outcome: 'ok' });
    expect(world.phone().map(({ file, text: shown }) => [file, shownLines(shown).length])).toEqual([[undefined, 90]]);
    expect(world.phone()[0]?.text).toContain('文件没能发出去');
    expect(text()).toContain('a file could not be uploaded');
  });

  test('whose file is refused when it is sent gets what fits in its place, once', async () => {
    const { platform, bot, phone, ask } = await ready();
    const stop = platform.onMessage((_app, { card }) => {
      if (card) platform.faults(bot.appId).calls.push({ api: 'im.message.create', kind: 'code', code: 230055 });
      stop();
    });
    expect(await ask()).toMatchObject({
      outcome: 'ok',
      messageId: phone()[0]?.id,
      quoteIds: phone().map(({ id }) => id),
    });
    expect(phone().map(({ text, file }) => [shownLines(text).length, file])).toEqual([
      [20, undefined],
      [90, undefined],
    ]);
    await ask();
    expect(phone().filter(({ card }) => card)).toHaveLength(2);
  });

  test('larger than the platform takes is not uploaded at all', async () => {
    const { phone, ask, calls } = await ready();
    await ask({ ...LOGS, attachment: { name: 'main.log', text: 'x'.repeat(30 * 1024 * 1024 + 1) } });
    expect(calls()).toEqual([['message.create', 0]]);
    expect(phone()[0]?.text).toContain('文件没能发出去');
  });

  test('and a name that is a path, or an empty file', async () => {
    const { phone, ask, calls } = await ready();
    await ask({ ...LOGS, attachment: { name: '../日志/a\u0000b.log', text: 'x' } }, 'k1');
    expect(phone()[1]?.file).toEqual({ name: '.._日志_a_b.log', text: 'x' });
    await ask({ ...LOGS, attachment: { name: 'main.log', text: '' } }, 'k2');
    expect(calls().slice(3)).toEqual([['message.create', 0]]);
    expect(shownLines(phone()[2]?.text)).toHaveLength(90);
  });

  test('goes to the group when it belongs there', async () => {
    const { platform, bot, user, channel } = await ready();
    platform.sayInGroup(bot.appId, 'oc_ops', user, '@_user_1 /logs 90');
    expect(await channel.send({ user, group: 'oc_ops' }, LOGS, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
    expect(
      platform
        .conversation(bot.appId, 'oc_ops')
        .slice(1)
        .map(({ file }) => file?.name),
    ).toEqual([undefined, 'main.log']);
  });
});
