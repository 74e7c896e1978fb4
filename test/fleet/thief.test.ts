/** What somebody with the credentials of one host, or of a join, can do at a real nats-server: nothing to anybody else. */
import { jetstreamManager } from '@nats-io/jetstream';
import { createUser } from '@nats-io/nkeys';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import { writeCreds } from '../../src/base/nats-creds.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openHubLink } from '../../src/fleet/hub/hub-link.ts';
import { PROTOCOL, write, type Beat, type Notice } from '../../src/fleet/protocol/messages.ts';
import { HUB_INBOX, inboxOf, joinInbox, LOG_STREAM, NOTICE_STREAM } from '../../src/fleet/protocol/subjects.ts';
import { makeKeys, seedOf } from '../../src/fleet/setup/fleet-keys.ts';
import { joinJwt, keeperJwt } from '../../src/fleet/setup/rights.ts';
import { createLeaseBucket } from '../../src/fleet/transport/lease-bucket.ts';
import { createLogStream } from '../../src/fleet/transport/log-stream.ts';
import { KEYS } from './credentials.ts';
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
  'lf1.join.web-2',
  'lf1.joining.web-2.x',
  '$KV.lf1_lease.hub',
  '$JS.API.INFO',
  '$JS.API.STREAM.LIST',
  '$JS.API.STREAM.CREATE.MINE',
  ...[LOG_STREAM, NOTICE_STREAM, LEASE_STREAM].flatMap((stream) => [
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
  'lf1.join.>',
  'lf1.join.web-2',
  'lf1.joining.>',
  '$KV.>',
  '$JS.>',
  '$JS.EVENT.ADVISORY.>',
  '$SYS.>',
  '_INBOX.>',
];

const world = async () => {
  const nats = await startNats();
  onTestFinished(() => nats.stop());
  const open = async (creds: string, inboxPrefix: string) => {
    const nc = await connect({
      servers: nats.url,
      authenticator: credsAuthenticator(new TextEncoder().encode(creds)),
      inboxPrefix,
    });
    onTestFinished(() => nc.close());
    const refused: string[] = [];
    void (async () => {
      for await (const status of nc.status()) if (status.type === 'error') refused.push(status.error.message);
    })();
    return { nc, refused };
  };
  const hub = await open(newMember('hub-1', 'hub').creds, HUB_INBOX);
  await untilStreams(hub.nc);
  return { open, hub: hub.nc };
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
    [LOG_STREAM, NOTICE_STREAM, LEASE_STREAM].map(async (name) => {
      const { config, state } = await manager.streams.info(name);
      return { config, state };
    }),
  );
};

const passing = (name: string) => {
  const pair = createUser();
  const issued = Math.floor(Date.now() / 1_000);
  return { pair, user: { name, key: pair.getPublicKey(), issued, expires: issued + 900 } };
};

test.skipIf(NO_NATS !== null).each([
  [
    'the creds file of a host',
    () => ({ creds: newMember('web-1', 'agent').creds, inbox: inboxOf('web-1'), says: 'lf1.up.web-1.beat' }),
  ],
  [
    'the credential of a join',
    () => {
      const { pair, user } = passing('web-1');
      return {
        creds: writeCreds(joinJwt(KEYS, user), seedOf(pair)),
        inbox: joinInbox('web-1'),
        says: 'lf1.join.web-1',
      };
    },
  ],
  [
    'the credential of whoever waits for a join',
    () => {
      const { pair, user } = passing('web-1');
      return {
        creds: writeCreds(keeperJwt(KEYS, user), seedOf(pair)),
        inbox: 'lf1.keeper',
        says: 'lf1.joining.web-1.x',
      };
    },
  ],
] as const)('with %s nobody says or hears what is not his', { timeout: 60_000 }, async (_name, credential) => {
  const { open, hub } = await world();
  const before = await statesOf(hub);
  const { creds, inbox, says } = credential();
  const thief = await open(creds, inbox);
  const forbidden = [...SAID_BY_OTHERS, ...['lf1.up.web-1.beat', 'lf1.join.web-1', 'lf1.joining.web-1.x']].filter(
    (subject) => subject !== says,
  );
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
});

test.skipIf(NO_NATS !== null)('whose rights another fleet has signed is not let in', { timeout: 60_000 }, async () => {
  const { open } = await world();
  await expect(open(newMember('web-1', 'agent', makeKeys()).creds, inboxOf('web-1'))).rejects.toThrow(/authorization/i);
});

test.skipIf(NO_NATS !== null)(
  'nobody answers where the asker may not speak himself: the lease, the log, another host',
  { timeout: 60_000 },
  async () => {
    const { open, hub } = await world();
    const lease = await createLeaseBucket(hub, 'hub-1');
    expect(await lease.create()).not.toBe(null);
    const log = await createLogStream(hub);
    for (const at of [0, 1, 2])
      await log.append({ is: 'change', layout: 1, bytes: new Uint8Array([at]) }, at, `e${at}`);
    const taken: string[] = [];
    const link = await openHubLink(
      hub,
      {
        beat: () => ({ v: PROTOCOL, hub: 'hub-1', fence: FENCE }),
        claim: (_host, { id }) => ({ v: PROTOCOL, id, hub: 'hub-1', fence: FENCE, go: false }),
        answer: () => false,
        notice: async (_host, { id }) => void taken.push(id),
        ended: () => undefined,
        misunderstood: () => undefined,
      },
      silentLogger(),
    );
    onTestFinished(() => link.stop());
    const victim = await open(newMember('web-2', 'agent').creds, inboxOf('web-2'));
    const heard = heardBy(victim.nc, ['lf1.down.web-2.>', 'lf1.inbox.web-2.>']);
    await victim.nc.flush();

    const thief = await open(newMember('web-1', 'agent').creds, inboxOf('web-1'));
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
    await until('the notices to be taken', () => taken.length >= places.length);
    await hub.flush();
    await victim.nc.flush();
    expect(heard).toEqual([]);
    expect(taken.toSorted()).toEqual(places.map((_place, index) => `n${index}`));
    const [logNow, , leaseNow] = await statesOf(hub);
    expect([logNow, leaseNow]).toEqual([before[0], before[2]]);
    expect(await lease.renew()).toBe(true);
  },
);

test.skipIf(NO_NATS !== null)(
  'the stream of a fleet that was begun earlier acknowledges no more either',
  { timeout: 60_000 },
  async () => {
    const { hub } = await world();
    const manager = await jetstreamManager(hub);
    await manager.streams.update(NOTICE_STREAM, { no_ack: false });
    await untilStreams(hub);
    expect((await manager.streams.info(NOTICE_STREAM)).config.no_ack).toBe(true);
  },
);
