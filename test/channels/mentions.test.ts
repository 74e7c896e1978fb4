/**
 * The same hostile texts in every part of a message and in every form in which a channel sends it, as the platforms
 * read it: whatever a log line, a chat, an error or a name of the configuration says, it calls nobody.
 */
import { PassThrough } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { createConsoleChannel } from '../../src/channels/console/channel.ts';
import { createFeishuChannel } from '../../src/channels/feishu/channel.ts';
import { createQqChannel } from '../../src/channels/qq/channel.ts';
import { createWebhookChannel } from '../../src/channels/webhook/channel.ts';
import type { Message } from '../../src/chat/message/message.ts';
import { FeishuPlatform } from '../../sandbox/feishu/platform.ts';
import { createCast } from '../../sandbox/people.ts';
import { QqPlatform } from '../../sandbox/qq/platform.ts';

const HOSTILE: readonly string[] = [
  '<at user_id="all">所有人</at>',
  '<at id=all></at>',
  '<AT ID="all">',
  '<at\tid=all>',
  '<\u001b[31mat id=all>',
  '<\u200bat id=all>',
  '<\u202eat id=all>',
  '<<at id=all>>',
  '&lt;at id=all&gt;',
  '&#60;at id=all&#62;',
  '<at email=a@b.cn></at>',
  '<person id="ou_1"></person>',
  '<@!all>',
  '<@0123456789ABCDEF>',
  '<@\u200ball>',
  '<qqbot-at-everyone />',
  '<qqbot-at-user id="1" />',
  '@everyone',
  '@\u200beveryone',
  '@所有人',
  '@_user_1',
  '[click](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '```\n<at id=all></at>\n```',
];

/** What calls somebody on any of the platforms, once what nobody sees is taken out. */
const CALLS = /<\/?(?:at\b|@|qqbot|person\b)|@(?:everyone|here\b|all\b|所有人|全体成员|_user_|_all)/i;
const seen = (text: string): string => text.replaceAll(/[\u200b-\u200d\u2060\ufe0e\ufe0f\ufeff]/g, '');

/** Each hostile text in each part; once alone, as a lock screen has it, and once among others. */
const messageOf = (text: string): Message => ({
  tone: 'critical',
  title: `main: ${text}`,
  lines: [text, `a ${text} b`],
  fields: [{ name: text, value: text }],
  code: [text, `10:31:05 ERROR ${text}`],
  note: text,
  buttons: [{ label: text, style: 'danger', command: '/status', confirm: text, token: 'T' }],
});

interface Way {
  readonly channel: Channel;
  readonly user: string;
  /** All that has gone out, as the platform got it. */
  readonly out: () => readonly string[];
}

/** Every string in what a call carries, those in JSON within JSON too. */
const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') {
    try {
      const inner: unknown = JSON.parse(value);
      return typeof inner === 'object' && inner !== null ? stringsIn(inner) : [value];
    } catch {
      return [value];
    }
  }
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

const feishu = (refuseCards: boolean) => async (): Promise<Way> => {
  const { lifeline, operator } = createCast();
  const platform = new FeishuPlatform();
  platform.addBot(lifeline.feishu);
  await platform.start();
  // The text is what is left of a card that was refused.
  if (refuseCards)
    platform.faults(lifeline.feishu.appId).calls.push({ kind: 'code', code: 230099, api: 'im.message.create' });
  const channel = createFeishuChannel({
    appId: lifeline.feishu.appId,
    appSecret: lifeline.feishu.secret,
    domain: platform.url,
    logger: silentLogger(),
  });
  onTestFinished(async () => {
    await channel.stop();
    await platform.stop();
  });
  return {
    channel,
    user: operator.feishu,
    out: () => platform.sent(lifeline.feishu.appId).flatMap(({ content }) => stringsIn(content)),
  };
};

const qq = (markdown: boolean, dots: boolean) => async (): Promise<Way> => {
  const { lifeline, operator } = createCast();
  const platform = new QqPlatform({ rules: { markdown } });
  platform.addBot(lifeline.qq);
  await platform.start();
  if (!dots)
    platform.failSends(lifeline.qq.appId, 1, {
      kind: 'answer',
      status: 400,
      body: { code: 40054010, err_code: 40054010 },
    });
  const channel = createQqChannel({
    appId: lifeline.qq.appId,
    clientSecret: lifeline.qq.secret,
    apiBase: platform.url,
    tokenUrl: platform.tokenUrl,
    logger: silentLogger(),
  });
  onTestFinished(async () => {
    await channel.stop();
    await platform.stop();
  });
  return {
    channel,
    user: operator.qq,
    out: () => [
      ...platform
        .requests(lifeline.qq.appId)
        .flatMap(({ path, body }) => (path.endsWith('/messages') ? stringsIn(body) : [])),
      ...platform.sent(lifeline.qq.appId).flatMap(({ markup }) => markup.mentions.map((who) => `<@${who}>`)),
    ],
  };
};

const webhook = (refuseCards: boolean) => async (): Promise<Way> => {
  const platform = new FeishuPlatform();
  await platform.start();
  const bodies: object[] = [];
  const channel = createWebhookChannel({
    url: platform.addHook({ token: 'hook' }),
    logger: silentLogger(),
    http: async ({ body }) => {
      const asked = (body ?? {}) as { readonly msg_type?: string };
      if (refuseCards && asked.msg_type === 'interactive') return { status: 200, headers: {}, body: { code: 9499 } };
      bodies.push(asked);
      return { status: 200, headers: {}, body: { code: 0 } };
    },
  });
  onTestFinished(() => platform.stop());
  return { channel, user: '', out: () => bodies.flatMap(stringsIn) };
};

const terminal = async (): Promise<Way> => {
  const output = new PassThrough();
  const channel = createConsoleChannel({ input: new PassThrough(), output, now: () => 0, colour: false });
  let text = '';
  output.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { channel, user: '', out: () => [text] };
};

const PLATFORMS: readonly [string, () => Promise<Way>][] = [
  ['Feishu as a card', feishu(false)],
  ['Feishu as a text', feishu(true)],
  ['QQ as markdown', qq(true, true)],
  ['QQ as markdown without dots', qq(true, false)],
  ['QQ as a text', qq(false, true)],
  ['a webhook as a card', webhook(false)],
  ['a webhook as a text', webhook(true)],
];

describe.each(PLATFORMS)('on %s', (_name, open) => {
  test('no part of a message calls anybody', { timeout: 60_000 }, async () => {
    const { channel, user, out } = await open();
    // A message of them all, since each send takes its time.
    const each = HOSTILE.map(messageOf);
    const message: Message = {
      tone: 'critical',
      title: each.map(({ title }) => title).join(' '),
      lines: each.flatMap(({ lines = [] }) => lines),
      fields: each.flatMap(({ fields = [] }) => fields).slice(0, 12),
      code: each.flatMap(({ code = [] }) => code),
      note: each.map(({ note }) => note).join(' '),
      buttons: each.flatMap(({ buttons = [] }) => buttons).slice(0, 5),
    };
    expect(await channel.send({ user }, message, { key: 'k' })).toMatchObject({ outcome: 'ok' });
    const said = out();
    expect(said.join('\n')).toContain('10:31:05 ERROR');
    expect(said.map(seen).filter((text) => CALLS.test(text))).toEqual([]);
  });

  test.each(HOSTILE)('nor does a title of %j', async (text) => {
    const { channel, user, out } = await open();
    expect(await channel.send({ user }, { tone: 'info', title: text, note: 'n' }, { key: 'k' })).toMatchObject({
      outcome: 'ok',
    });
    expect(
      out()
        .map(seen)
        .filter((each) => CALLS.test(each)),
    ).toEqual([]);
  });
});

test('a title alone, which Feishu gets as a text, calls nobody', async () => {
  const { channel, user, out } = await feishu(false)();
  for (const [index, text] of HOSTILE.entries())
    expect(await channel.send({ user }, { tone: 'info', title: text }, { key: `k${index}` })).toMatchObject({
      outcome: expect.stringMatching(/ok|retry/) as string,
    });
  expect(out().length).toBeGreaterThan(0);
  expect(
    out()
      .map(seen)
      .filter((each) => CALLS.test(each)),
  ).toEqual([]);
});

test('a card that is changed calls nobody either', async () => {
  const { channel, user, out } = await feishu(false)();
  const sent = await channel.send({ user }, { tone: 'info', title: 'T', lines: ['a'] }, { key: 'k' });
  for (const text of HOSTILE) await channel.edit?.(sent.outcome === 'ok' ? sent.messageId : '', messageOf(text));
  expect(
    out()
      .map(seen)
      .filter((each) => CALLS.test(each)),
  ).toEqual([]);
});

test('a Feishu text hides no address behind other words', async () => {
  const { channel, user, out } = await feishu(true)();
  await channel.send(
    { user },
    {
      tone: 'info',
      title: 'see [your bank](https://evil.example)',
      lines: ['<a href="https://evil.example">x</a> <b>y</b>'],
    },
    { key: 'k' },
  );
  expect(out().join('\n')).not.toMatch(/\]\(|<[a-z/]/i);
});

test('on the console what steers a terminal is shown and not obeyed', async () => {
  const { channel, user, out } = await terminal();
  for (const text of HOSTILE) await channel.send({ user }, messageOf(text), { key: 'k' });
  expect(out().join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});
