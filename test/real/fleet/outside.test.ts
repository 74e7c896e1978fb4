/** What comes from outside a fleet: wrong clocks, wrong rights, a full disk, a pause in the middle of an alert, hundreds cut off. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newMember, NO_NATS } from '../../fleet/nats.ts';
import { openFleet, type FleetScene, type FleetSceneOptions } from '../../fleet/scene.ts';
import { startMany } from '../../fleet/virtual-agent.ts';

const LIMIT_MS = 240_000;
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const NO_FAKETIME = existsSync(FAKETIME) ? null : 'faketime is not installed';
const IS_ROOT = process.getuid?.() === 0;
const VIRTUAL = 300;

const fleet = async (options: FleetSceneOptions = {}): Promise<FleetScene> => {
  const scene = await openFleet(options);
  onTestFinished(() => scene.end());
  await scene.speaking();
  await scene.allWell();
  return scene;
};

const count = (scene: FleetScene, text: RegExp): number =>
  scene.told().filter((message) => text.test(message.text)).length;
const wordIn = (text: string): string => /Reply (\w{4})/.exec(text)?.[1] ?? '';
/** What would come twice has come by then. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 8_000));
const begun = (scene: FleetScene): number => (scene.agents[0]?.log().match(/"treatment\.begun"/g) ?? []).length;

const story = (name: string, why: string | null, work: () => Promise<void>): void =>
  test.skipIf(why !== null)(why === null ? name : `${name} (${why})`, { timeout: LIMIT_MS * 2 }, work);

story(
  'clocks that are five minutes off on both sides change nothing, and a host with the key of another is not heard',
  NO_NATS ?? NO_FAKETIME,
  async () => {
    const clock = (offset: string) => ({ LD_PRELOAD: FAKETIME, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' });
    const scene = await fleet({
      agents: ['web-1', 'web-2'],
      keyOf: { 'web-2': 'web-1' },
      agentConfig: (name) => (name === 'web-1' ? { gateway: { heal: 'off' } } : {}),
      env: (name) => (name === 'web-2' ? {} : clock(name === 'web-1' ? '+300s' : '-300s')),
    });
    await scene.sandbox.gateway.break('qq_gives_up');
    await scene.want(/web-1 · main.*QQ/);
    scene.say('/restart web-1/main');
    const question = await scene.want(/web-1 · .*Reply/s);
    const before = begun(scene);
    scene.say(wordIn(question.text));
    await scene.until('the restart', () => begun(scene) > before);
    await scene.want(/🟢 web-1 · main/, 90_000);
    // The other goes on alone.
    const other = scene.agents[1];
    const pid = other?.gateway.pids()[0]?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await scene.until('the other host to heal itself', () => {
      const now = other?.gateway.pids()[0]?.pid;
      return now !== undefined && now !== pid;
    });
    await settled();
    expect(other?.log()).toMatch(/Permissions Violation/i);
    expect(count(scene, /web-2/)).toBe(0);
    expect(count(scene, /🔴 web-1 · main/)).toBe(1);
    expect(begun(scene) - before).toBe(1);
  },
);

story('a hub that stands still in the middle of an alert does not tell it a second time', NO_NATS, async () => {
  const scene = await fleet({ hubs: 2, agentConfig: () => ({ gateway: { heal: 'off' } }) });
  const first = await scene.speaking();
  await scene.sandbox.gateway.break('qq_gives_up');
  await scene.until('the agent to have found it', () => scene.agents[0]?.log().includes('incident.opened'));
  // The hub has it by now, and waits for others that would come with it.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  first.kill('SIGSTOP');
  await scene.speaking(first);
  await scene.want(/🔴 web-1 · main/, 90_000);
  first.kill('SIGCONT');
  await scene.until('the old hub to fall silent', () => first.log().includes('this hub falls silent'));
  await settled();
  expect(count(scene, /🔴 web-1 · main/)).toBe(1);
});

story(
  'a full disk of the server loses no alert',
  NO_NATS ?? (IS_ROOT ? null : 'needs root, to mount a small disk'),
  async () => {
    const disk = mkdtempSync(join(tmpdir(), 'lifeline-disk-'));
    onTestFinished(() => rmSync(disk, { recursive: true, force: true }));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
    onTestFinished(() => void spawnSync('umount', ['-l', disk]));
    const scene = await fleet({ storeDir: join(disk, 'store'), agentConfig: () => ({ gateway: { heal: 'off' } }) });
    const ballast = join(disk, 'ballast');
    expect(() => writeFileSync(ballast, Buffer.alloc(32 * 1024 * 1024))).toThrow(/ENOSPC/);
    await scene.sandbox.gateway.break('qq_gives_up');
    await scene.until('the agent to have found it', () => scene.agents[0]?.log().includes('incident.opened'));
    await settled();
    rmSync(ballast);
    // NATS 2.9 switches its streams off when the disk is full, and on with the next start.
    await scene.nats.restart('SIGKILL');
    await scene.want(/🔴 web-1 · main/, 120_000);
    await settled();
    expect(count(scene, /🔴 web-1 · main/)).toBe(1);
  },
);

story(`${VIRTUAL} agents that are cut off and back at once lose no alert`, NO_NATS, async () => {
  const members = Array.from({ length: VIRTUAL }, (_, index) => newMember(`v-${index + 1}`, 'host'));
  const scene = await fleet();
  const agents = await startMany(members.map(({ name: host, seed }) => ({ host, seed, url: scene.nats.url })));
  onTestFinished(async () => void (await Promise.all(agents.map((agent) => agent.stop()))));
  const heard = (): Promise<void> => {
    let asked = -Infinity;
    const since = scene.told().length;
    return scene.until(
      'all to be heard',
      () => {
        if (performance.now() - asked > 5_000) {
          asked = performance.now();
          scene.say('/status');
        }
        return scene
          .told()
          .slice(since)
          .some(({ text }) => text.includes(`on ${VIRTUAL + 1} hosts`) || text.includes('of 301 hosts are not well'));
      },
      90_000,
    );
  };
  await heard();
  scene.nats.signal('SIGSTOP');
  // One in ten has something to tell that moment.
  const ill = agents.filter((_, index) => index % 10 === 0);
  ill.forEach((agent, index) => agent.alert(index + 1, 'opened'));
  await settled();
  await scene.nats.restart('SIGKILL');
  await scene.until('all alerts to be on the phone', () => ill.every((agent) => agent.undelivered() === 0), 200_000);
  await heard();
  const phone = scene
    .told()
    .map(({ text }) => text)
    .join('\n');
  for (const [index] of ill.entries())
    expect((phone.match(new RegExp(`dead \\(#${index + 1}\\)`, 'g')) ?? []).length).toBeLessThanOrEqual(1);
  expect(count(scene, /is silent|are silent/)).toBe(0);
});
