/** The fleet with a real nats-server and real processes. */
import { expect, onTestFinished, test } from 'vitest';
import { NO_NATS } from './nats.ts';
import { openFleet, type FleetSceneOptions } from './scene.ts';

const fleet = async (options: FleetSceneOptions = {}) => {
  const scene = await openFleet(options);
  onTestFinished(() => scene.end());
  return scene;
};

test.skipIf(NO_NATS !== null)('a phone sees a host, and restarts its gateway', { timeout: 180_000 }, async () => {
  const scene = await fleet();
  await scene.until('the hub to speak', () => scene.hubs[0]?.log().includes('this hub speaks'));
  await scene.until('the host to join', () => scene.hubs[0]?.log().includes('has joined'));
  await scene.until('the gateway to be well', () => {
    scene.say('/status');
    return new Promise((resolve) =>
      setTimeout(() => resolve(scene.told().some(({ text }) => text.includes('All is well'))), 1_500),
    );
  });
  await scene.want(/All is well: 1 gateways on 1 hosts/);
  scene.say('/logs web-1/main 5');
  await scene.want(/web-1 · .*main/);
  scene.say('/restart web-1/main');
  const question = await scene.want(/web-1 · .*Reply/s);
  const word = /Reply (\w{4})/.exec(question.text)?.[1] ?? '';
  const [before] = scene.sandbox.gateway.pids();
  scene.say(word);
  await scene.until('another process', () => {
    const [now] = scene.sandbox.gateway.pids();
    return now !== undefined && now.pid !== before?.pid;
  });
  await scene.want(/web-1 · .*(?:runs again|recovered|restarted|back)/i);
  expect(scene.told().filter(({ text }) => text.includes('Reply'))).toHaveLength(1);
});
