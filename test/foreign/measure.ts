/**
 * Plays every fault story against both foreign clients and prints how long each takes to be back, as a table in
 * Markdown: `node test/foreign/measure.ts [script …]`. Takes minutes; not a test.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { QqPlatform } from '../../sandbox/qq/platform.ts';
import { QQ_SCRIPTS } from '../../sandbox/qq/scripts/player.ts';
import type { Script, ScriptOptions } from '../../sandbox/qq/scripts/script.ts';
import { CLIENTS, startClient, type ClientName, type ForeignClient } from './client.ts';

const APP = { appId: '1900000001', secret: 'measure-secret', name: 'Measured' };
const USER = 'A'.repeat(32);
/** Who is not back by then counts as dead; longer where a client may be backing off. */
const LIMIT_MS = 20_000;
const LONG_LIMIT_MS = 60_000;
const AT_ONCE = 6;

interface Plan {
  readonly options?: ScriptOptions;
  /** A fault that lasts is lifted after this, and the time counts from then; one without stays as it is. */
  readonly holdMs?: number;
  readonly heartbeatIntervalMs?: number;
}

/** Heartbeats are quicker than life's 41 s; where ACKs matter they stay slower than qq-official-bot's 5 s check. */
const PLANS: Readonly<Record<string, Plan>> = {
  no_upgrade: { holdMs: 5_000 },
  no_hello: { holdMs: 5_000 },
  no_ready: { holdMs: 5_000 },
  routine_4009: { options: { everyMs: 1_000 }, holdMs: 12_500 },
  ack_lost_once: { heartbeatIntervalMs: 6_000 },
  // Whoever does not go after op 7 is closed after the grace below.
  op7_answered_4009: { holdMs: 2_500 },
  acks_withheld: { holdMs: 15_000, heartbeatIntervalMs: 6_000 },
  token_throttled: { holdMs: 10_000 },
  unreachable: { holdMs: 10_000 },
};

const until = async (done: () => boolean, limitMs: number): Promise<boolean> => {
  for (const end = Date.now() + limitMs; Date.now() < end; await pause(20)) if (done()) return true;
  return done();
};

/** Says something new again and again until one of it arrives. @returns how long that took; null when none did. */
const timeToBeBack = async (
  platform: QqPlatform,
  client: ForeignClient,
  limitMs = LIMIT_MS,
): Promise<number | null> => {
  const began = Date.now();
  const said = new Set<string>();
  for (let n = 0; Date.now() - began < limitMs; n++) {
    said.add(platform.say(APP.appId, USER, `probe ${n}`).id);
    if (await until(() => client.received.some(({ id }) => said.has(id)), 200)) break;
  }
  const arrived = client.received.find(({ id }) => said.has(id));
  return arrived ? arrived.at - began : null;
};

const whyNot = (platform: QqPlatform, client: ForeignClient, logins: string): string => {
  if (!client.alive()) return `its process ended, ${logins}`;
  if (platform.connections(APP.appId) > 0) return `logged in and hears nothing, ${logins}`;
  return `${platform.sockets(APP.appId) > 0 ? 'sits on a socket that is not logged in' : 'has no WebSocket'}, ${logins}`;
};

/** What is wrong although messages arrive. */
const flaws = async (platform: QqPlatform, client: ForeignClient, heartbeatIntervalMs: number): Promise<string[]> => {
  const from = Date.now();
  await pause(3 * heartbeatIntervalMs);
  const rate = platform.heartbeatRate(APP.appId, from);
  const ids = client.received.map(({ id }) => id);
  return [
    ...(platform.sockets(APP.appId) > 1 ? [`${platform.sockets(APP.appId)} sockets`] : []),
    ...(rate < 0.5 ? ['no heartbeats any more'] : []),
    ...(rate > 1.5 ? [`${rate.toFixed(1)} heartbeats an interval`] : []),
    ...(new Set(ids).size < ids.length ? ['handles a message twice'] : []),
  ];
};

const withClient = async <T>(
  name: ClientName,
  heartbeatIntervalMs: number,
  run: (platform: QqPlatform, client: ForeignClient) => Promise<T>,
): Promise<T> => {
  const platform = new QqPlatform({ heartbeatIntervalMs, reconnectGraceMs: 1_000 });
  platform.addBot(APP);
  await platform.start();
  const client = await startClient(name, platform.url, APP);
  try {
    if (!(await until(() => platform.connections(APP.appId) === 1, LIMIT_MS)))
      throw new Error(`${name} did not log in: ${client.log()}`);
    if ((await timeToBeBack(platform, client)) === null) throw new Error(`${name} hears nothing: ${client.log()}`);
    return await run(platform, client);
  } finally {
    await client.stop();
    await platform.stop();
  }
};

const measureStory = (script: Script, name: ClientName): Promise<string> => {
  const { options, holdMs, heartbeatIntervalMs = 1_000 } = PLANS[script.id] ?? {};
  return withClient(name, heartbeatIntervalMs, async (platform, client) => {
    const before = platform.frames(APP.appId).length;
    const end = await platform.scripts.play(APP.appId, script.id, options);
    if (holdMs !== undefined) {
      await pause(holdMs);
      await end();
    }
    const limitMs = holdMs === undefined ? LIMIT_MS : LONG_LIMIT_MS;
    const back = await timeToBeBack(platform, client, limitMs);
    const ops = platform
      .frames(APP.appId)
      .slice(before)
      .map(({ op }) => op);
    const logins = `${ops.filter((op) => op === 6).length} Resumes and ${ops.filter((op) => op === 2).length} Identifies since the fault`;
    if (back === null) return `not in ${limitMs / 1_000} s: ${whyNot(platform, client, logins)}`;
    return [
      back < 100 ? '< 0.1 s' : `${(back / 1_000).toFixed(1)} s`,
      ...(await flaws(platform, client, heartbeatIntervalMs)),
    ].join('; ');
  });
};

const measureSend = (script: Script, name: ClientName): Promise<string> =>
  withClient(name, 1_000, async (platform, client) => {
    await platform.scripts.play(APP.appId, script.id);
    client.send('k', USER, 'alert');
    const told = (await until(() => client.sent.length > 0, LIMIT_MS)) ? (client.sent[0]?.error ?? 'sent') : 'nothing';
    const copies = platform.conversation(APP.appId, USER).filter(({ from }) => from === 'bot').length;
    return `${copies} on the phone; its caller hears: ${told.replace(/^(?:Axios)?Error: (?:request "[^"]*" )?/i, '').split('\n')[0]}`;
  });

const isSend = ({ id }: Script): boolean => id.startsWith('send_');

const main = async (wanted: readonly string[]): Promise<void> => {
  const scripts = QQ_SCRIPTS.filter(
    ({ id }) => id !== 'pushes_switched_off' && (wanted.length === 0 || wanted.includes(id)),
  );
  const jobs = scripts.flatMap((script) => CLIENTS.map((name) => ({ script, name })));
  const cells = new Map<string, string>();
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { script, name } = job;
      const cell = await (isSend(script) ? measureSend : measureStory)(script, name).catch(
        (error: unknown) => `not measured: ${String(error)}`,
      );
      cells.set(`${script.id} ${name}`, cell);
      process.stderr.write(`${script.id} ${name}: ${cell}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const rows = scripts.map(
    ({ id, about }) => `| \`${id}\` | ${about} | ${CLIENTS.map((name) => cells.get(`${id} ${name}`)).join(' | ')} |`,
  );
  process.stdout.write(
    `| script | what happens | ${CLIENTS.join(' | ')} |\n|---|---|${CLIENTS.map(() => '---|').join('')}\n${rows.join('\n')}\n`,
  );
};

await main(process.argv.slice(2));
