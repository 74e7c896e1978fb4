import { expect, test, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Channel, ChannelStatus } from '../../src/channels/channel.ts';
import type { OpenedChannels } from '../../src/channels/open.ts';
import { createChannelStart } from '../../src/monitor/channel-start.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const channelOf = (
  name: string,
  start: () => Promise<void> = async () => undefined,
  link: ChannelStatus['link'] = 'connected',
): Channel => ({
  name,
  start,
  stop: async () => undefined,
  send: async () => ({ outcome: 'ok', messageId: '' }),
  status: () => ({ link, since: 0, lastInboundAt: null, problem: null }),
  stuckAfterMs: 1,
});

const startOf = (channels: readonly Channel[], checks: OpenedChannels['checks'] = [], limitMs = 50) => {
  const failed: string[] = [];
  const start = createChannelStart({
    channels,
    checks,
    limitMs,
    logger: silentLogger(),
    report: { failed: ({ stage, part }) => failed.push(`${stage} ${part}`), worked: () => undefined },
  });
  return { start, failed };
};

test('one that hangs holds up no other, and not for ever', async () => {
  const other = vi.fn(async () => undefined);
  const { start } = startOf([channelOf('feishu', never), channelOf('qq', other)]);
  await start.begin(() => undefined);
  expect(other).toHaveBeenCalledOnce();
  await start.settled();
});

test('one that fails by a fault of its own is reported, and the others run', async () => {
  const other = vi.fn(async () => undefined);
  const { start, failed } = startOf([
    channelOf('feishu', async () => Promise.reject(new Error('no such table'))),
    channelOf('qq', other),
  ]);
  await start.begin(() => undefined);
  await start.settled();
  expect(other).toHaveBeenCalledOnce();
  expect(failed).toEqual(['channel feishu']);
});

test.each<[string, Channel, OpenedChannels['checks'][number]['run']]>([
  [
    'by itself',
    channelOf('feishu', async () => Promise.reject(new UserError('FEISHU_APP_IN_USE', 'another'))),
    async () => true,
  ],
  [
    'by its platform',
    channelOf('feishu'),
    async () => Promise.reject(new UserError('FEISHU_NOT_READY', 'no permission')),
  ],
])('one that can never be used as it is set up, %s, ends the start', async (_, channel, run) => {
  const { start } = startOf([channel], [{ channel: 'feishu', mayRefuse: true, run }]);
  await expect(start.begin(() => undefined).then(() => start.settled())).rejects.toBeInstanceOf(UserError);
});

test('one is in doubt until its platform has answered or a message has got out, and while it is not connected', async () => {
  const { start } = startOf(
    [channelOf('feishu'), channelOf('qq', async () => undefined, 'waiting'), channelOf('slow')],
    [
      { channel: 'feishu', mayRefuse: true, run: async () => true },
      { channel: 'slow', mayRefuse: true, run: never },
    ],
  );
  expect(['feishu', 'qq', 'slow'].map((name) => start.isInDoubt(name))).toEqual([true, true, true]);
  await start.begin(() => undefined);
  await start.settled();
  expect(['feishu', 'qq', 'slow'].map((name) => start.isInDoubt(name))).toEqual([false, true, true]);
  start.proven('slow');
  expect(start.isInDoubt('slow')).toBe(false);
});

test('whoever ends waits for none of them', async () => {
  const { start } = startOf([channelOf('feishu', never)], [], 60_000);
  await start.begin(() => undefined);
  const ending = new AbortController();
  const settled = start.settled(ending.signal);
  ending.abort();
  await settled;
  await start.settled(ending.signal);
});

test('what a platform says of a channel that was fit before is not waited for', async () => {
  const asked = Promise.withResolvers<boolean>();
  const { start } = startOf(
    [channelOf('feishu')],
    [{ channel: 'feishu', mayRefuse: false, run: () => asked.promise }],
    // Longer than this test may take.
    600_000,
  );
  await start.begin(() => undefined);
  await start.settled();
  expect(start.isInDoubt('feishu')).toBe(true);
  asked.resolve(true);
  await vi.waitFor(() => expect(start.isInDoubt('feishu')).toBe(false), 20_000);
});
