/** The lease and the log, and what a full log leaves the lease. Against a real nats-server. */
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { openHubLink } from '../../src/fleet/hub/link.ts';
import { createLeaseBucket } from '../../src/fleet/lease.ts';
import { createLogStream, LogTaken } from '../../src/fleet/log-stream.ts';
import { beatReply, compareFences, OLDEST_PROTOCOL, PROTOCOL, read } from '../../src/fleet/messages.ts';
import { connectTo } from '../../src/fleet/nats.ts';
import { HUB_INBOX, inboxOf, upSubject } from '../../src/fleet/subjects.ts';
import { newMember, NO_NATS, startNats, until, untilStreams } from './nats.ts';

const MB = 1024 * 1024;
const NEVER = { bucketMs: 0, revision: 0 };

const world = async () => {
  const [hub, web] = [newMember('hub-1', 'hub'), newMember('web-1', 'host')];
  const nats = await startNats({ storeBytes: 6 * MB });
  onTestFinished(() => nats.stop());
  const open = async (name: string, creds: string, inbox: string) => {
    const connection = await connectTo({
      access: { servers: [nats.url], credentials: creds, ca: null },
      name,
      inbox,
      logger: silentLogger(),
    });
    onTestFinished(() => connection.close());
    return connection.nc;
  };
  const nc = await open('hub', hub.seed, HUB_INBOX);
  await untilStreams(nc, { log: 2 * MB, lease: MB });
  return { nats, nc, agent: await open('web', web.seed, inboxOf('web-1')) };
};

test.skipIf(NO_NATS !== null)('a full log refuses, and the lease goes on', { timeout: 60_000 }, async () => {
  const { nc } = await world();
  const bucket = await createLeaseBucket(nc, 'hub-1');
  expect(await bucket.create()).not.toBe(null);
  const log = await createLogStream(nc);
  const bytes = new Uint8Array(400_000);
  const fill = async (): Promise<void> => {
    for (let at = 0; ; at += 1) await log.append({ is: 'change', layout: 1, bytes }, at, `e${at}`);
  };
  await expect(fill()).rejects.toThrow(/maximum bytes/);
  expect(await bucket.renew()).toBe(true);
});

test.skipIf(NO_NATS !== null)(
  'a lease is taken by one, and each has a higher fence, also after a restart of the server',
  { timeout: 60_000 },
  async () => {
    const { nats, nc } = await world();
    const bucket = await createLeaseBucket(nc, 'a');
    const first = await bucket.create();
    expect(await (await createLeaseBucket(nc, 'b')).create()).toBe(null);
    expect(await bucket.renew()).toBe(true);
    await bucket.release();
    await nats.restart('SIGKILL');
    const again = await createLeaseBucket(nc, 'b');
    let second: Awaited<ReturnType<typeof again.create>> = null;
    await until('the connection', async () => {
      second = await again.create().catch(() => null);
      return second !== null;
    });
    expect(second).toMatchObject({ bucketMs: first?.bucketMs });
    expect(compareFences(second ?? NEVER, first ?? NEVER)).toBeGreaterThan(0);
    // Whoever does not hold it any more cannot renew it.
    expect(await bucket.renew()).toBe(false);
  },
);

test.skipIf(NO_NATS !== null)(
  'the log takes an entry only after the one that its writer knows, and a try again is the same entry',
  { timeout: 60_000 },
  async () => {
    const { nc } = await world();
    const log = await createLogStream(nc);
    const entry = { is: 'change', layout: 1, bytes: new Uint8Array([1, 2, 3]) } as const;
    expect(await log.end()).toEqual({ last: 0, isEmpty: true });
    expect(await log.append(entry, 0, 'one')).toBe(1);
    expect(await log.append(entry, 0, 'one')).toBe(1);
    await expect(log.append(entry, 0, 'two')).rejects.toThrow(LogTaken);
    expect(await log.append(entry, 1, 'three')).toBe(2);
    await log.forgetBefore(1);
    await log.forgetBefore(2);
    expect(await log.end()).toEqual({ last: 2, isEmpty: false });
    const read: number[] = [];
    const reader = await log.read(
      ({ sequence }) => void read.push(sequence),
      () => undefined,
    );
    await log.append(entry, 2, 'four');
    const deadline = performance.now() + 10_000;
    while (read.length < 2 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    await reader.stop();
    expect(read).toEqual([2, 3]);
  },
);

test.skipIf(NO_NATS !== null)(
  'a host of another version is answered, and by no version as a hub that hears it',
  { timeout: 60_000 },
  async () => {
    const { nc, agent } = await world();
    const misread: string[] = [];
    const refuse = (): never => {
      throw new Error('nothing is asked here');
    };
    const link = openHubLink(
      nc,
      {
        beat: refuse,
        claim: refuse,
        answer: refuse,
        notice: refuse,
        misunderstood: (host, why) => void misread.push(`${host} ${why}`),
      },
      silentLogger(),
    );
    onTestFinished(() => link.stop());
    // Its subscriptions have reached the server.
    await nc.flush();
    for (const v of [OLDEST_PROTOCOL - 1, PROTOCOL + 1]) {
      const reply = await agent.request(upSubject('web-1', 'beat'), JSON.stringify({ v }), { timeout: 20_000 });
      expect(read(beatReply, reply.data).ok).toBe(false);
    }
    expect(misread).toEqual(['web-1 too_old', 'web-1 too_new']);
  },
);
