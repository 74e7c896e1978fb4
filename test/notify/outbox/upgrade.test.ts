/** What an earlier Lifeline has queued, in which one number said what a notification is about, arrives after the upgrade. */
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ownFolder } from '../../store/helpers.ts';
import { fillQueue, LAYOUT_OF_THREADS, ofLayout, QUEUE, THREADS } from '../../store/store-fixture.ts';
import { createPlatform, startLifeline, type Arrived } from './lifelines.ts';

test('each notification arrives once, under the key that its earlier tries had', async () => {
  const path = join(ownFolder(), 'lifeline.db');
  const old = ofLayout(path, LAYOUT_OF_THREADS);
  fillQueue(old);
  old.close();
  const arrived: Arrived[] = [];
  const { outbox } = startLifeline({ path, platforms: ['feishu', 'qq'].map((name) => createPlatform(name)), arrived });
  await vi.waitFor(() => expect(outbox.undelivered()).toBe(0), { timeout: 30_000 });
  // Several may go out as one message.
  expect(arrived.map(({ title, user }) => `${title} ${user}`).toSorted()).toEqual(
    THREADS.flatMap(([thread]) => [`${thread} ou_me`, `${thread} ou_you`]).toSorted(),
  );
  const keys = new Set(QUEUE.map((each) => (each as { key: string }).key));
  const alone = [...Map.groupBy(arrived, ({ key }) => key).values()].filter(({ length }) => length === 1).flat();
  for (const { key } of alone) expect(keys).toContain(key);
});

test('what is told of an incident later follows what an earlier Lifeline told', async () => {
  const path = join(ownFolder(), 'lifeline.db');
  const old = ofLayout(path, LAYOUT_OF_THREADS);
  fillQueue(old, [7, -14]);
  old.exec(`UPDATE outbox SET state = 'done'; UPDATE deliveries SET state = 'delivered' WHERE channel = 'qq'`);
  old.close();
  const arrived: Arrived[] = [];
  const { outbox, worker } = startLifeline({
    path,
    platforms: ['feishu', 'qq'].map((name) => createPlatform(name)),
    arrived,
  });
  outbox.enqueue(
    { topic: 'incident', subject: 7, kind: 'recovered', message: { tone: 'good', title: 'well' }, at: Date.now() },
    [{ person: 'me', ways: [{ channel: 'feishu', user: 'ou_me' }] }],
  );
  worker.wake();
  await vi.waitFor(() => expect(outbox.undelivered()).toBe(0), { timeout: 30_000 });
  expect(arrived.map(({ channel, user }) => `${channel} ${user}`).toSorted()).toEqual(['qq QQ_me', 'qq QQ_you']);
});
