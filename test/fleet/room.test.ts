/** A full stream refuses what is new, and the lease keeps its room. Against a real nats-server. */
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { LEASE } from '../../src/fleet/lease/deadline.ts';
import { clocks, takeLease } from '../../src/fleet/lease/lease.ts';
import { LogTaken } from '../../src/fleet/log/log-entry.ts';
import { openHubLink } from '../../src/fleet/hub/hub-link.ts';
import { beatReply, OLDEST_PROTOCOL, PROTOCOL, read } from '../../src/fleet/protocol/messages.ts';
import { HUB_INBOX, inboxOf, NOTICE_STREAM, upSubject } from '../../src/fleet/protocol/subjects.ts';
import { connectTo } from '../../src/fleet/transport/connection.ts';
import { createLeaseBucket } from '../../src/fleet/transport/lease-bucket.ts';
import { createLogStream } from '../../src/fleet/transport/log-stream.ts';
import { CONSUMER } from '../../src/fleet/transport/streams.ts';
import { compareFences } from '../../src/fleet/protocol/fence.ts';
import { newMember, NO_NATS, startNats, until, untilStreams } from './nats.ts';

const MB = 1024 * 1024;
const NEVER = { bucketMs: 0, revision: 0 };

const world = async () => {
  const [hub, web] = [newMember('hub-1', 'hub'), newMember('web-1', 'agent')];
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
  const nc = await open('hub', hub.creds, HUB_INBOX);
  await untilStreams(nc, { notices: 2 * MB, log: 2 * MB, lease: MB });
  return { nats, nc, agent: await open('web', web.creds, inboxOf('web-1')) };
};

test.skipIf(NO_NATS !== null)(
  'notices that fill their stream are refused, and the lease goes on',
  { timeout: 60_000 },
  async () => {
    const { nc, agent } = await world();
    const lease = await takeLease({
      bucket: await createLeaseBucket(nc, 'hub-1'),
      times: LEASE,
      now: clocks,
      onLastWord: () => undefined,
      logger: silentLogger(),
    });
    const { streams } = await jetstreamManager(nc);
    const NOTICES = 40;
    for (let n = 0; n < NOTICES; n += 1) agent.publish(upSubject('web-1', 'notice'), new Uint8Array(100_000));
    await agent.flush();
    // The first ones are kept, and no more than there is room for.
    const { state } = await streams.info(NOTICE_STREAM);
    expect(state).toMatchObject({ first_seq: 1, last_seq: state.messages });
    expect(state.messages).toBeGreaterThan(10);
    expect(state.bytes).toBeLessThanOrEqual(2 * MB);
    expect(state.messages).toBeLessThan(NOTICES);
    // Longer than the lease lives without a renewal.
    await new Promise((resolve) => setTimeout(resolve, LEASE.ttlMs + 1_000));
    expect(lease?.mayBegin()).toBe(true);
    await lease?.release();
  },
);

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

test.skipIf(NO_NATS !== null)('a hub is told that it can read no notices any more', { timeout: 60_000 }, async () => {
  const { nc } = await world();
  let ended = 0;
  const refuse = (): never => {
    throw new Error('nothing is asked here');
  };
  const open = () =>
    openHubLink(
      nc,
      {
        beat: refuse,
        claim: refuse,
        answer: refuse,
        notice: refuse,
        misunderstood: refuse,
        ended: () => void (ended += 1),
      },
      silentLogger(),
    );
  const link = await open();
  expect(ended).toBe(0);
  await (await jetstreamManager(nc)).consumers.delete(NOTICE_STREAM, CONSUMER);
  await until('the end of the notices', () => ended === 1);
  await link.stop();
  const another = await open();
  // An end that the hub itself wants is no failure.
  await another.stop();
  expect(ended).toBe(1);
});

test.skipIf(NO_NATS !== null)(
  'a host of another version is answered, and by no version as a hub that hears it',
  { timeout: 60_000 },
  async () => {
    const { nc, agent } = await world();
    const misread: string[] = [];
    const refuse = (): never => {
      throw new Error('nothing is asked here');
    };
    const link = await openHubLink(
      nc,
      {
        beat: refuse,
        claim: refuse,
        answer: refuse,
        notice: refuse,
        misunderstood: (host, why) => void misread.push(`${host} ${why}`),
        ended: () => undefined,
      },
      silentLogger(),
    );
    onTestFinished(() => link.stop());
    for (const v of [OLDEST_PROTOCOL - 1, PROTOCOL + 1]) {
      const reply = await agent.request(upSubject('web-1', 'beat'), JSON.stringify({ v }), { timeout: 20_000 });
      expect(read(beatReply, reply.data).ok).toBe(false);
    }
    expect(misread).toEqual(['web-1 too_old', 'web-1 too_new']);
  },
);
