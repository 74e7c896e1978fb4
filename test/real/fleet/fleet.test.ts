/** The fleet with a real nats-server and real processes: what it promises, counted on the phone. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newMember, NO_NATS } from '../../fleet/nats.ts';
import { startVirtualAgent } from '../../fleet/virtual-agent.ts';
import { MAIN } from '../../program.ts';
import { openFleet, type FleetScene, type FleetSceneOptions } from '../../fleet/scene.ts';

/** Each kill takes some 15 s. */
const KILLS = Number(process.env['LIFELINE_TEST_KILLS'] ?? 5);
const LIMIT_MS = 240_000;

const fleet = async (options: FleetSceneOptions = {}): Promise<FleetScene> => {
  const scene = await openFleet(options);
  onTestFinished(() => scene.end());
  await scene.speaking();
  await scene.allWell();
  return scene;
};

/** With the reason where there is none. */
const inFleet = (name: string, work: () => Promise<void>, timeout = LIMIT_MS): void =>
  test.skipIf(NO_NATS !== null)(NO_NATS === null ? name : `${name} (${NO_NATS})`, { timeout }, work);

const count = (scene: FleetScene, text: RegExp): number =>
  scene.told().filter((message) => text.test(message.text)).length;
const wordIn = (text: string): string => /Reply (\w{4})/.exec(text)?.[1] ?? '';
const pidOf = (scene: FleetScene): number | undefined => scene.sandbox.gateway.pids()[0]?.pid;

inFleet('a phone sees a host, reads its log and restarts its gateway', async () => {
  const scene = await fleet();
  scene.say('/logs web-1/main 5');
  await scene.want(/web-1 · .*main/);
  scene.say('/doctor web-1');
  await scene.want(/web-1 · .*(?:finding|sound|hint|problem)/i);
  scene.say('/restart web-1/main');
  const question = await scene.want(/web-1 · .*Reply/s);
  const before = pidOf(scene);
  scene.say(wordIn(question.text));
  await scene.until('another process', () => pidOf(scene) !== undefined && pidOf(scene) !== before);
  await scene.want(/web-1 · .*(?:runs again|recovered|restarted|back)/i);
  expect(count(scene, /Reply/)).toBe(1);
});

inFleet('an alert of a host comes once, with its buttons, and its end follows', async () => {
  const scene = await fleet({
    agentConfig: () => ({ gateway: { heal: 'ask' } }),
  });
  await scene.sandbox.gateway.break('qq_gives_up');
  const alert = await scene.want(/web-1 · main.*QQ/);
  const before = pidOf(scene);
  // The button stands for a command of this host.
  await scene.tap(alert.id);
  await scene.until('another process', () => pidOf(scene) !== undefined && pidOf(scene) !== before);
  await scene.want(/🟢 web-1 · main/);
  expect(count(scene, /🔴 web-1 · main/)).toBe(1);
});

inFleet('whoever quotes an alert means its host', async () => {
  const scene = await fleet({ agents: ['web-1', 'web-2'], agentConfig: () => ({ gateway: { heal: 'off' } }) });
  const { cast, feishu, gateway } = scene.sandbox;
  await gateway.break('qq_gives_up');
  const alert = await scene.want(/🔴 web-1 · main.*QQ/);
  const quote = (text: string) =>
    feishu.say(cast.lifeline.feishu.appId, cast.operator.feishu, text, { quotes: alert.id });
  quote('on my way');
  await scene.want(/web-1 · Acknowledged/);
  const before = pidOf(scene);
  quote('restart');
  const question = await scene.want(/web-1 · .*Reply/s);
  scene.say(wordIn(question.text));
  await scene.until('another process', () => pidOf(scene) !== undefined && pidOf(scene) !== before);
  await scene.want(/🟢 web-1 · main/);
});

inFleet('a hub that is killed is followed by another, which knows what was asked', async () => {
  const scene = await fleet({ hubs: 2 });
  const first = await scene.speaking();
  scene.say('/restart web-1/main');
  const question = await scene.want(/web-1 · .*Reply/s);
  const before = pidOf(scene);
  first.kill('SIGKILL');
  const killedAt = performance.now();
  await scene.speaking(first);
  expect(performance.now() - killedAt).toBeLessThan(15_000);
  await scene.until('the host to be heard', () =>
    scene.hubs
      .find((hub) => hub !== first)
      ?.log()
      .includes('this hub speaks'),
  );
  // The word was given by the hub that is dead.
  scene.say(wordIn(question.text));
  await scene.until('another process', () => pidOf(scene) !== undefined && pidOf(scene) !== before);
  await scene.want(/web-1 · .*(?:runs again|recovered|restarted|back)/i);
});

inFleet('who speaks, who waits and its last word are seen on the phone and by lifeline status', async () => {
  const scene = await fleet({ hubs: 2 });
  const first = await scene.speaking();
  const waiting = scene.hubs.find((hub) => hub !== first);
  if (waiting === undefined) throw new Error('unreachable');
  scene.say('/status');
  await scene.want(new RegExp(`Hub ${first.name} .*speaks[\\s\\S]*Standby ${waiting.name} .*heard`));
  const statusOf = (name: string) =>
    spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', MAIN, 'status', '--config', scene.configOf(name)],
      {
        encoding: 'utf8',
      },
    );
  await scene.until('both to say so', () =>
    [first, waiting].every(({ name }) => {
      const { status, stdout } = statusOf(name);
      return status === 0 && stdout.includes(`Hub ${first.name}`) && stdout.includes(`Standby ${waiting.name}`);
    }),
  );
  waiting.kill('SIGKILL');
  await scene.until('its last word to be told', () => {
    const { stdout } = statusOf(first.name);
    return stdout.includes(`Standby ${waiting.name} is not there; its last word came`);
  });
});

inFleet('a hub that is killed right after a command was acknowledged loses none', async () => {
  const scene = await fleet({ hubs: 2 });
  for (const afterMs of [5, 10, 15, 22]) {
    const hub = await scene.speaking();
    const before = scene.told().length;
    const acked = (): number => scene.sandbox.feishu.records(scene.sandbox.cast.lifeline.feishu.appId).acks.length;
    const acks = acked();
    scene.say('/doctor web-1');
    await scene.until('the ack', () => acked() > acks);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    hub.kill('SIGKILL');
    await scene.speaking(hub);
    hub.start();
    await scene.until('an answer, or a word that there was none', () => scene.told().length > before, 90_000);
  }
});

inFleet(
  `a hub that is killed in the middle of a command (${KILLS} times) doubles none and loses no alert`,
  async () => {
    const virtual = newMember('v-1', 'host');
    const scene = await fleet({ hubs: 2 });
    const teller = startVirtualAgent({ host: virtual.name, seed: virtual.seed, url: scene.nats.url });
    onTestFinished(() => teller.stop());
    const begun = (): number => (scene.agents[0]?.log().match(/"treatment\.begun"/g) ?? []).length;
    const ended = (): number => (scene.agents[0]?.log().match(/"treatment\.ended"/g) ?? []).length;
    const counted = { rounds: 0, restarts: 0, doubled: 0, unanswered: 0, mostWaiting: 0 };
    try {
      for (let round = 1; round <= KILLS; round += 1) {
        const hub = await scene.speaking();
        const asked = scene.told().length;
        const since = (text: RegExp) =>
          scene
            .told()
            .slice(asked)
            .find((message) => text.test(message.text));
        scene.say('/restart web-1/main');
        await scene.until('the question', () => since(/Reply/));
        const word = wordIn(since(/Reply/)?.text ?? '');
        const before = begun();
        const id = `om_confirm_${round}`;
        scene.say(word, id);
        teller.alert(round, 'opened');
        counted.mostWaiting = Math.max(counted.mostWaiting, teller.undelivered());
        // In the middle of the command.
        await new Promise((resolve) => setTimeout(resolve, (round * 37) % 400));
        hub.kill('SIGKILL');
        await hub.ended();
        await scene.speaking(hub);
        hub.start();
        // The platform delivers it once more, and by now another hub is there.
        scene.say(word, id);
        const answer =
          /runs again|recovered|restarted|back|may or may not|was not carried out|confirmed already|counts no more|no longer/i;
        await scene
          .until('an answer, whatever it is', () => since(answer), 90_000)
          .catch((error: unknown) => {
            counted.unanswered += 1;
            throw error;
          });
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await scene.until('no treatment to be under way', () => begun() === ended());
        const made = begun() - before;
        counted.rounds += 1;
        counted.restarts += made;
        counted.doubled += Math.max(0, made - 1);
        expect(made).toBeLessThanOrEqual(1);
      }
      await scene.until('all alerts to be on the phone', () => teller.undelivered() === 0, 120_000);
    } finally {
      const phone = scene
        .told()
        .map(({ text }) => text)
        .join('\n');
      const copies = Array.from(
        { length: counted.rounds },
        (_, index) => (phone.match(new RegExp(`dead \\(#${index + 1}\\)`, 'g')) ?? []).length,
      );
      const told = {
        ...counted,
        lostAlerts: copies.flatMap((count, index) => (count === 0 ? [index + 1] : [])),
        undelivered: teller.undelivered(),
        repeatedAlerts: copies.filter((count) => count > 1).length,
        sends: scene.sendTimes.sends().length,
        lateSends: scene.sendTimes.late().length,
      };
      process.stderr.write(`${JSON.stringify(told)}\n`);
      expect(told).toMatchObject({ doubled: 0, lostAlerts: [], undelivered: 0, repeatedAlerts: 0, lateSends: 0 });
      // Alerts come as fast as hubs are killed: what waits for the phone must not become more and more.
      expect(counted.mostWaiting).toBeLessThanOrEqual(6);
    }
  },
  LIMIT_MS + KILLS * 60_000,
);

inFleet('a hub that stood still beyond its lease says nothing more when it goes on', async () => {
  const scene = await fleet({ hubs: 2 });
  const first = await scene.speaking();
  first.kill('SIGSTOP');
  const second = await scene.speaking(first);
  const told = scene.told().length;
  first.kill('SIGCONT');
  await scene.until('the old hub to fall silent', () => first.log().includes('this hub falls silent'));
  scene.say('/status');
  await scene.until('one answer', () => scene.told().length > told);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(
    scene
      .told()
      .slice(told)
      .filter(({ text }) => text.includes('Hub hub-')),
  ).toHaveLength(1);
  expect(second.log()).toContain('this hub speaks');
  expect(scene.sendTimes.sends().length).toBeGreaterThan(0);
  expect(scene.sendTimes.late()).toEqual([]);
});

inFleet('an alert whose answer died with its hub comes on QQ once more, marked, and no third time', async () => {
  const scene = await openFleet({
    hubs: 2,
    phone: 'qq',
    agentConfig: () => ({ gateway: { heal: 'off' } }),
  });
  onTestFinished(() => scene.end());
  const first = await scene.speaking();
  const { cast, qq, gateway } = scene.sandbox;
  const { appId } = cast.lifeline.qq;
  const alerts = (): readonly string[] =>
    qq
      .conversation(appId, cast.operator.qq)
      .filter(({ from, text }) => from === 'bot' && /web-1 · main.*QQ/.test(text))
      .map(({ text }) => text);
  qq.failSends(appId, 1, { kind: 'hang_after_accepting' });
  await gateway.break('qq_gives_up');
  await scene.until('the alert that gets no answer', () => alerts().length === 1, 120_000);
  first.kill('SIGKILL');
  await scene.speaking(first);
  await scene.until('its repeat', () => alerts().length > 1, 120_000);
  first.start();
  // Longer than a try waits for its answer, and than a receipt takes.
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  expect(alerts()).toEqual([
    expect.not.stringContaining('(repeat?)') as string,
    expect.stringContaining('(repeat?)') as string,
  ]);
});

inFleet('what happens while no hub is there is told once by the next', async () => {
  const scene = await fleet({ agentConfig: () => ({ gateway: { heal: 'off' } }) });
  const [hub] = scene.hubs;
  hub?.kill('SIGKILL');
  await hub?.ended();
  await scene.sandbox.gateway.break('qq_gives_up');
  await scene.until('the agent to have found it', () => scene.agents[0]?.log().includes('incident.opened'));
  hub?.start();
  await scene.want(/web-1 · main.*QQ/, 120_000);
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  expect(count(scene, /🔴 web-1 · main/)).toBe(1);
});

inFleet('a restart of the server loses no alert, and tells none twice', async () => {
  const scene = await fleet({ agentConfig: () => ({ gateway: { heal: 'off' } }) });
  await scene.nats.restart('SIGKILL');
  await scene.sandbox.gateway.break('qq_gives_up');
  await scene.want(/web-1 · main.*QQ/, 120_000);
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  expect(count(scene, /🔴 web-1 · main/)).toBe(1);
});

inFleet('an agent that reaches no hub uses its own channel, and says so', async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.setHeader('content-type', 'application/json').end('{"code":0,"msg":"success","data":{}}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const scene = await fleet({
    agentConfig: () => ({
      gateway: { heal: 'off' },
      fleet: { fallback: '10s' },
      config: { channels: { webhook: { url: `http://127.0.0.1:${port}/hook` } }, alerts: { channel_down: '5s' } },
    }),
  });
  scene.nats.signal('SIGSTOP');
  await scene.sandbox.gateway.break('qq_gives_up');
  await scene.until('the alert on the own channel', () => bodies.some((body) => /main.*QQ/.test(body)), 120_000);
  await scene.until(
    'the word that no hub is there',
    () => bodies.some((body) => body.includes('hub channel is down')),
    120_000,
  );
  const [agent] = scene.agents;
  const beside = (...args: readonly string[]) =>
    spawnSync(process.execPath, [MAIN, ...args, '--config', join(agent?.folder ?? '', 'config.yaml')], {
      encoding: 'utf8',
      env: { ...process.env, HOME: dirname(agent?.folder ?? '') },
    });
  const GONE = /web-1 reaches no hub since .*\(for \d+ (?:s|min).*\): .*NATS server/;
  await scene.until('the note of it', () => GONE.test(beside('status').stdout), 60_000);
  expect(beside('status').status).toBe(1);
  expect(beside('check').stdout).toMatch(GONE);
  expect(beside('check').stdout).toContain('To do:');
  expect(beside('doctor', '--offline').stdout).toMatch(/web-1 reaches no hub: .*NATS server/);
  expect(JSON.parse(beside('status', '--json').stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    kind: 'lifeline',
    // A server that stands still says nothing.
    hubTrouble: { why: 'no_server', said: null },
  });
  scene.nats.signal('SIGCONT');
});

inFleet('two agents of one name and key are told, and no command is done twice', async () => {
  const scene = await fleet({ agents: ['web-1', 'web-2'] });
  const twin = startVirtualAgent({ host: 'web-1', seed: scene.seedOf('web-1'), url: scene.nats.url });
  onTestFinished(() => twin.stop());
  const alert = await scene.want(/Two machines speak as web-1/, 90_000);
  expect(alert.text).toContain('copy of the other');
  scene.say('/restart web-1/main');
  await scene.want(/Two machines speak as web-1; nothing was done/);
  expect(twin.ran).toEqual([]);
  await scene.until('the agent to say it', () =>
    scene.agents[0]?.log().includes('another machine speaks under the name'),
  );
  await twin.stop();
  await scene.want(/One machine alone speaks as web-1 again/, 120_000);
  scene.say('/restart web-1/main');
  await scene.want(/web-1 · .*Reply/s);
  expect(count(scene, /^.*Two machines speak as web-1$/m)).toBe(1);
});

inFleet('hosts that fall silent together are one message, and so is their return', async () => {
  const scene = await fleet({
    agents: ['web-1', 'web-2', 'db-1'],
    labels: { 'web-1': { region: 'eu' }, 'web-2': { region: 'eu' }, 'db-1': { region: 'us' } },
  });
  const silent = scene.agents.filter(({ name }) => name.startsWith('web'));
  for (const agent of silent) agent.kill('SIGSTOP');
  const alert = await scene.want(/2 of 3 hosts are silent/, 150_000);
  expect(alert.text).toContain('All of them have region=eu');
  expect(alert.text).toContain('web-1, web-2');
  scene.say('/restart web-1/main');
  await scene.want(/web-1 does not answer; nothing was done/);
  for (const agent of silent) agent.kill('SIGCONT');
  await scene.want(/All 2 hosts are back/);
  // What was offered while it stood still is not wanted any more.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(count(scene, /Restarting main/)).toBe(0);
  expect(count(scene, /hosts are silent|is silent/)).toBe(1);
  expect(count(scene, /^🟢 (?:All \d+ hosts are|Host \S+ is) back/)).toBe(1);
});

inFleet('the gateways of a label are restarted one by one, after one question', async () => {
  const scene = await fleet({
    agents: ['web-1', 'web-2', 'db-1'],
    labels: { 'web-1': { role: 'edge' }, 'web-2': { role: 'edge' } },
  });
  scene.say('/restart role=edge');
  const question = await scene.want(/restart 2 gateways, one by one/);
  expect(question.text).toContain('web-1/main');
  expect(question.text).toContain('web-2/main');
  const before = scene.agents.map(({ gateway }) => gateway.pids()[0]?.pid);
  scene.say(wordIn(question.text));
  await scene.want(/1 of 2: web-1\/main/);
  await scene.want(/2 of 2: web-2\/main/, 90_000);
  await scene.want(/All 2 are done/, 90_000);
  const after = scene.agents.map(({ gateway }) => gateway.pids()[0]?.pid);
  expect(after.map((pid, index) => pid === before[index])).toEqual([false, false, true]);
});
