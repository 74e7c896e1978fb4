import { expect, test } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { checkReady } from '../../../src/channels/feishu/ready.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createMeta } from '../../../src/store/meta.ts';
import { refusal, startRestServer, type Answer } from './rest-server.ts';

const bot: Answer = { body: { code: 0, bot: { open_id: 'ou_bot', app_name: 'Lifeline', activate_status: 2 } } };
const forbidden = refusal(99991672);
const ready = refusal(230013);

const start = async () => {
  const server = await startRestServer();
  const meta = createMeta(openDatabase(':memory:'));
  const check = (answers: readonly Answer[]) => {
    server.answers.push(...answers);
    return checkReady(
      { appId: 'cli_0123456789abcdef', appSecret: 's', domain: server.origin, logger: silentLogger() },
      meta,
    );
  };
  return { check };
};

test('an app that never worked and lacks a permission is a mistake of the set-up: Lifeline says so and does not start', async () => {
  const { check } = await start();
  await expect(check([bot, forbidden])).rejects.toMatchObject({
    code: 'FEISHU_NOT_READY',
    message: expect.stringContaining('cli_0123456789abcdef is not ready') as string,
  });
});

test('one that worked before is no reason to leave the gateway alone', async () => {
  const { check } = await start();
  await check([bot, ready]);
  await expect(check([bot, forbidden])).resolves.toBe(true);
});

test.each<[string, readonly Answer[]]>([
  ['a platform that is ill', [{ status: 502, body: '<html>' }]],
  ['a quota that is used up', [refusal(99991403)]],
])('%s does not keep Lifeline from starting', async (_what, answers) => {
  const { check } = await start();
  await expect(check(answers)).resolves.toBeTypeOf('boolean');
});
