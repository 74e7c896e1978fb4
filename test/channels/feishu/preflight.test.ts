import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { preflight } from '../../../src/channels/feishu/preflight.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { addBot, makeChannel, recordingLogger, startPlatform } from './fixture.ts';
import { refusal, startRestServer, type Answer } from './rest-server.ts';

const options = (domain: string) => ({ appId: 'cli_0123456789abcdef', appSecret: 's', domain, logger: silentLogger() });
const bot = (more: object = {}): Answer => ({
  body: { code: 0, bot: { open_id: 'ou_bot', app_name: 'Lifeline', activate_status: 2, ...more } },
});

describe('the check before the start', () => {
  test('finds nothing wrong where nothing is, and writes to nobody', async () => {
    const platform = await startPlatform();
    const account = addBot(platform);
    let messages = 0;
    onTestFinished(platform.onMessage(() => (messages += 1)));
    const result = await preflight({ ...options(platform.url), appId: account.appId, appSecret: account.secret });
    expect(result).toMatchObject({ bot: { name: 'Lifeline' }, problems: [] });
    expect(messages).toBe(0);
  });

  test('knows a wrong secret', async () => {
    const platform = await startPlatform();
    const account = addBot(platform);
    expect(await preflight({ ...options(platform.url), appId: account.appId })).toMatchObject({
      bot: null,
      problems: [{ about: 'credentials', text: expect.stringContaining('App Secret is wrong') as string }],
    });
  });

  test.each<[string, Answer[], object[]]>([
    ['a missing permission', [bot(), refusal(99991672)], [{ about: 'sending', fix: 'grant_permission' }]],
    ['a permission that the bot lacks', [bot(), refusal(230027)], [{ about: 'sending', fix: 'grant_permission' }]],
    [
      'an app without a bot',
      [bot(), refusal(230006)],
      [{ about: 'sending', text: expect.stringContaining('bot ability') as string }],
    ],
    ['a quota that is used up', [refusal(99991403)], [{ about: 'bot', fix: 'monthly_quota' }]],
    [
      'a bot that was not published',
      [bot({ activate_status: 3 }), refusal(230013)],
      [{ about: 'bot', text: expect.stringContaining('status 3') as string }],
    ],
    ['an answer that says nothing', [{ body: { code: 0 } }], [{ about: 'bot' }]],
    [
      'a gateway in between',
      [{ status: 502, body: '<html>' }],
      [{ about: 'bot', text: expect.stringContaining('HTTP 502') as string }],
    ],
    ['all well', [bot(), refusal(230013)], []],
  ])('tells of %s', async (_what, answers, problems) => {
    const server = await startRestServer();
    server.answers.push(...answers);
    const found = await preflight(options(server.origin));
    expect(found.problems).toHaveLength(problems.length);
    expect(found.problems).toMatchObject(problems);
  });

  test('tells of a platform that cannot be reached', async () => {
    const { problems } = await preflight(options('http://127.0.0.1:9'));
    expect(problems).toMatchObject([
      { about: 'platform', text: expect.stringContaining('no answer from 127.0.0.1:9') as string },
    ]);
  });

  test("refuses the gateway's own app, and so does the channel", async () => {
    const platform = await startPlatform();
    const account = addBot(platform);
    const foreign = { foreignAppIds: ['cli_aaaaaaaaaaaaaaaa', account.appId] };
    const expected = expect.objectContaining({
      code: 'FEISHU_APP_FOREIGN',
      message: expect.stringContaining("is the gateway's own app") as string,
    }) as Error;
    await expect(preflight({ ...options(platform.url), appId: account.appId, ...foreign })).rejects.toThrow(expected);
    expect(() => makeChannel(platform, account, foreign)).toThrow(expected);
  });
});

describe('the lock of an app', () => {
  const tempFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'lifeline-lock-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };

  test('lets one Lifeline of a machine use it, and the next when that one ends', async () => {
    const platform = await startPlatform();
    const [account, other] = [addBot(platform), addBot(platform)];
    const lockFolders = [tempFolder()];
    const [first, second, third] = [
      makeChannel(platform, account, { lockFolders }),
      makeChannel(platform, account, { lockFolders }),
      makeChannel(platform, other, { lockFolders }),
    ];
    await first.start(() => undefined);
    await expect(second.start(() => undefined)).rejects.toThrow(
      expect.objectContaining({
        code: 'FEISHU_APP_IN_USE',
        message: expect.stringContaining(account.appId) as string,
      }) as Error,
    );
    await third.start(() => undefined);
    await first.stop();
    await second.start(() => undefined);
  });

  test('is done without where the folder cannot be used, and that is logged', async () => {
    const platform = await startPlatform();
    const account = addBot(platform);
    const file = join(tempFolder(), 'a file');
    writeFileSync(file, '');
    const { logger, text } = recordingLogger();
    await makeChannel(platform, account, { lockFolders: [file], logger }).start(() => undefined);
    expect(text()).toContain('cannot be checked');
  });
});
