/** What somebody with the key of one host can do at a real nats-server: nothing to anybody else. */
import { jetstreamManager } from '@nats-io/jetstream';
import { createUser } from '@nats-io/nkeys';
import { connect, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/base/logger.ts';
import { openHubLink } from '../../src/fleet/hub/link.ts';
import { createLeaseBucket } from '../../src/fleet/lease.ts';
import { createLogStream } from '../../src/fleet/log-stream.ts';
import { PROTOCOL, write, type Beat, type Notice } from '../../src/fleet/messages.ts';
import { HUB_INBOX, inboxOf, LOG_STREAM } from '../../src/fleet/subjects.ts';
import { newMember, NO_NATS, startNats, until, untilStreams } from './nats.ts';

const LEASE_STREAM = 'KV_lf1_lease';
const FENCE = { bucketMs: 1, revision: 1 };

/** What nobody but a hub, the server or another host may say. */
const SAID_BY_OTHERS = [
  ...['beat', 'notice', 'claim', 'answer'].map((kind) => `lf1.up.web-2.${kind}`),
  'lf1.up.web-1',
  'lf1.up.web-1.beat.more',
  ...['web-1', 'web-2'].flatMap((host) => [
    `lf1.down.${host}.command`,
    `lf1.down.${host}.receipt`,
    `lf1.inbox.${host}.x`,
  ]),
  'lf1.hub.x',
  'lf1.log.change',
  'lf1.log.snapshot',
  '$KV.lf1_lease.hub',
  '$JS.API.INFO',
  '$JS.API.STREAM.LIST',
  '$JS.API.STREAM.CREATE.MINE',
  ...[LOG_STREAM, LEASE_STREAM].flatMap((stream) => [
    ...['INFO', 'UPDATE', 'PURGE', 'DELETE', 'SNAPSHOT', 'MSG.GET', 'MSG.DELETE'].map(
      (call) => `$JS.API.STREAM.${call}.${stream}`,
    ),
    ...['CREATE', 'NAMES'].map((call) => `$JS.API.CONSUMER.${call}.${stream}`),
    `$JS.API.CONSUMER.CREATE.${stream}.mine`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.mine`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.hub`,
    `$JS.API.CONSUMER.DELETE.${stream}.hub`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.ACK.${stream}.hub.1.1.1.1.0`,
  ]),
  '$SYS.REQ.CLAIMS.UPDATE',
  '$SYS.REQ.SERVER.PING',
  '_INBOX.x',
];
const HEARD_BY_OTHERS = [
  '>',
  '*.>',
  'lf1.>',
  'lf1.*.web-1.>',
  'lf1.up.>',
  'lf1.up.*.beat',
  'lf1.up.web-1.>',
  'lf1.up.web-2.>',
  'lf1.down.>',
  'lf1.down.*.command',
  'lf1.down.web-2.>',
  'lf1.inbox.>',
  'lf1.inbox.*.>',
  'lf1.inbox.web-2.>',
  'lf1.hub.>',
  'lf1.log.>',
  '$KV.>',
  '$JS.>',
  '$JS.EVENT.ADVISORY.>',
  '$SYS.>',
  '_INBOX.>',
];

const world = async () => {
  const [own, web, other] = [newMember('hub-1', 'hub'), newMember('web-1', 'host'), newMember('web-2', 'host')];
  const nats = await startNats();
  onTestFinished(() => nats.stop());
  const open = async (seed: string, inboxPrefix: string) => {
    const nc = await connect({
      servers: nats.url,
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
      inboxPrefix,
    });
    onTestFinished(() => nc.close());
    const refused: string[] = [];
    void (async () => {
      for await (const status of nc.status()) if (status.type === 'error') refused.push(status.error.message);
    })();
    return { nc, refused };
  };
  const hub = await open(own.seed, HUB_INBOX);
  await untilStreams(hub.nc);
  return { open, hub: hub.nc, web: web.seed, other: other.seed };
};

const heardBy = (nc: NatsConnection, subjects: readonly string[]): readonly string[] => {
  const heard: string[] = [];
  for (const subject of subjects)
    nc.subscribe(subject, { callback: (error, message) => void (error ?? heard.push(message.subject)) });
  return heard;
};

/** How a stream is, as far as somebody could have changed it. */
const statesOf = async (nc: NatsConnection) => {
  const manager = await jetstreamManager(nc);
  return Promise.all(
    [LOG_STREAM, LEASE_STREAM].map(async (name) => {
      const { config, state } = await manager.streams.info(name);
      return { config, state };
    }),
  );
};

test.skipIf(NO_NATS !== null)(
  'with the key of a host nobody says or hears what is not his',
  { timeout: 60_000 },
  async () => {
    const { open, hub, web } = await world();
    const before = await statesOf(hub);
    const says = 'lf1.up.web-1.beat';
    const thief = await open(web, inboxOf('web-1'));
    const forbidden = SAID_BY_OTHERS;
    for (const subject of forbidden) thief.nc.publish(subject, '{}');
    const heard = heardBy(thief.nc, HEARD_BY_OTHERS);
    await until('each to be refused', () => thief.refused.length >= forbidden.length + HEARD_BY_OTHERS.length);
    const subjectsOf = (what: string): readonly string[] =>
      thief.refused.flatMap(
        (reason) => new RegExp(`Permissions Violation for ${what} (?:to )?"(.+)"`).exec(reason)?.[1] ?? [],
      );
    expect(subjectsOf('Publish').toSorted()).toEqual(forbidden.toSorted());
    expect(subjectsOf('Subscription').toSorted()).toEqual(HEARD_BY_OTHERS.toSorted());
    // What is his the server takes.
    thief.nc.publish(says, '{}');
    hub.publish('lf1.down.web-2.command', 'secret');
    hub.publish('lf1.inbox.web-2.answer', 'secret');
    await hub.flush();
    await thief.nc.flush();
    expect(heard).toEqual([]);
    expect(thief.refused).toHaveLength(forbidden.length + HEARD_BY_OTHERS.length);
    expect(await statesOf(hub)).toEqual(before);
  },
);

test.skipIf(NO_NATS !== null)('whose key the server does not know is not let in', { timeout: 60_000 }, async () => {
  const { open } = await world();
  const stranger = new TextDecoder().decode(createUser().getSeed());
  await expect(open(stranger, inboxOf('web-1'))).rejects.toThrow(/authorization/i);
});

test.skipIf(NO_NATS !== null)(
  'nobody answers where the asker may not speak himself: the lease, the log, another host',
  { timeout: 60_000 },
  async () => {
    const { open, hub, web, other } = await world();
    const lease = await createLeaseBucket(hub, 'hub-1');
    expect(await lease.create()).not.toBe(null);
    const log = await createLogStream(hub);
    for (const at of [0, 1, 2])
      await log.append({ is: 'change', layout: 1, bytes: new Uint8Array([at]) }, at, `e${at}`);
    const taken: string[] = [];
    const link = openHubLink(
      hub,
      {
        beat: () => ({ v: PROTOCOL, hub: 'hub-1', fence: FENCE }),
        claim: (_host, { id }) => ({ v: PROTOCOL, id, hub: 'hub-1', fence: FENCE, go: false }),
        answer: () => ({ v: PROTOCOL, taken: false }),
        notice: async (_host, { id }) => {
          taken.push(id);
          return { v: PROTOCOL, id, fence: FENCE, is: 'accepted' };
        },
        misunderstood: () => undefined,
      },
      silentLogger(),
    );
    onTestFinished(() => link.stop());
    const victim = await open(other, inboxOf('web-2'));
    const heard = heardBy(victim.nc, ['lf1.down.web-2.>', 'lf1.inbox.web-2.>']);
    await victim.nc.flush();

    const thief = await open(web, inboxOf('web-1'));
    const beat: Beat = {
      v: PROTOCOL,
      version: '1',
      instance: 'i',
      startedAt: 0,
      at: 0,
      labels: {},
      gateways: [],
      incidents: 0,
      accept: 'none',
    };
    const notice: Notice = {
      v: PROTOCOL,
      id: 'n',
      at: 0,
      message: { tone: 'info', title: 'x' },
      about: null,
      answerTo: null,
      command: null,
    };
    const answer = { v: PROTOCOL, id: 'c', is: 'final', n: 0, message: null, confirm: null };
    const before = await statesOf(hub);
    const places = [
      '$KV.lf1_lease.hub',
      'lf1.log.change',
      '$JS.API.STREAM.PURGE.LF1_LOG',
      '$JS.API.STREAM.PURGE.KV_lf1_lease',
      'lf1.down.web-2.command',
      'lf1.down.web-2.receipt',
      'lf1.inbox.web-2.x',
      'lf1.up.web-2.notice',
    ];
    for (const [index, reply] of places.entries()) {
      thief.nc.publish('lf1.up.web-1.beat', write(beat), { reply });
      thief.nc.publish('lf1.up.web-1.claim', write({ v: PROTOCOL, id: 'c', fence: FENCE }), { reply });
      thief.nc.publish('lf1.up.web-1.answer', write(answer), { reply });
      thief.nc.publish('lf1.up.web-1.notice', write({ ...notice, id: `n${index}` }), { reply });
    }
    // Whoever asks for the answer in his own inbox gets it, after all of those.
    const replied = await thief.nc.request('lf1.up.web-1.beat', write(beat), { timeout: 20_000 });
    expect(replied.json()).toMatchObject({ hub: 'hub-1' });
    await hub.flush();
    await victim.nc.flush();
    expect(heard).toEqual([]);
    expect(taken).toEqual([]);
    expect(await statesOf(hub)).toEqual(before);
    expect(await lease.renew()).toBe(true);
  },
);
