/**
 * Each stage of Lifeline's own work is broken in turn, in the real binary, from the look to the delivery: the phone
 * rings within a minute each time, and a gateway that dies meanwhile is told all the same.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { IN_DEPTH, sample } from '../deep.ts';
import { startSwitch } from '../monitor/ping-server.ts';
import { BREAKABLE, type Breakage } from './fixtures/breakage.ts';
import { inScene, type Scene } from './scene.ts';

const LIMIT = { timeout: 300_000 };
const MINUTE = { withinMs: 60_000 };
const FIRST = ['feishu'] as const;
const BOTH = ['feishu', 'qq'] as const;
const LEFT_ALONE = { gateway: { heal: 'off' } } as const;

const at = (module: string, name: string, method?: string): Breakage => {
  if (BREAKABLE[module]?.includes(name) !== true) throw new Error(`breakage.ts does not name ${name} of ${module}`);
  return { module, name, ...(method === undefined ? {} : { method }) };
};

/** From now on it fails; the gateway has been seen by then. */
const breakNow = async (scene: Scene): Promise<void> => {
  const db = new DatabaseSync(join(scene.sandbox.dir, 'lifeline', 'lifeline.db'), { readOnly: true });
  const remembered = db.prepare('SELECT state FROM watch_memory');
  await scene.until('the gateway to be seen', () => String(remembered.get()?.['state']).includes('"process":{"pid"'));
  db.close();
  scene.breakNow();
};

/** It dies, and nothing brings it back. */
const kill = (scene: Scene): Promise<unknown> => scene.sandbox.gateway.break('killed');
const GONE = /^🔴 main：进程不在了（pid \d+）/;

type Row = [string, Breakage, RegExp];

describe.concurrent('what Lifeline fails at with every look', () => {
  const rows: readonly Row[] = [
    [
      'a sensor',
      at('sensors/process/process.ts', 'createProcessSensor', 'look'),
      /^🔴 Lifeline 看不全 main（process）/,
    ],
    ['the gate of the evidence', at('diagnosis/admit.ts', 'admit'), /^🔴 Lifeline 没法理解看到的 main/],
    ['the folding of evidence', at('diagnosis/advance.ts', 'advance'), /^🔴 Lifeline 没法理解看到的 main/],
    ['the judgement', at('diagnosis/judge.ts', 'judge'), /^🔴 Lifeline 没法判断 main/],
    ['the look as a whole', at('diagnosis/state.ts', 'vitalsOf'), /^🔴 Lifeline 没法查看 main/],
    ['the decision', at('healing/decision.ts', 'decide'), /^🔴 Lifeline 没法决定怎么处理 main/],
    ['the step of the incidents', at('incidents/step.ts', 'stepIncidents'), /^🔴 Lifeline 没法记下 main 的故障/],
  ];

  test.each(sample(rows, 7, 0))('%s', LIMIT, (_, breakage, alarm) =>
    inScene({ ...LEFT_ALONE, breaks: [breakage] }, async (scene) => {
      await breakNow(scene);
      const [message] = await scene.want(FIRST, alarm, MINUTE);
      expect(message?.text).toMatch(/broken on purpose: \w+/);
      expect(message?.text).toMatch(/main 现在只看进程在不在（pid \d+）/);
      const gone = scene.want(FIRST, GONE, MINUTE);
      // What it goes on concluding of a process that it cannot see any more is an alert, too.
      const stale =
        breakage.module === 'sensors/process/process.ts' ? scene.want(BOTH, /^🔴 main 卡死了/, MINUTE) : null;
      await kill(scene);
      await Promise.all([gone, stale]);
      await scene.quiet(8_000);
    }),
  );
});

describe.concurrent('what Lifeline fails at when there is something to tell', () => {
  const alarming: readonly Row[] = [
    [
      'to store the incident',
      at('incidents/incident-book.ts', 'createIncidentBook', 'save'),
      /^🔴 Lifeline 没法记下 main 的故障/,
    ],
    ['what a notice waits for', at('notify/hold.ts', 'hold'), /^🔴 Lifeline 没法记下 main 的故障/],
    [
      'to put it into the outbox',
      at('notify/outbox/queue.ts', 'createOutbox', 'enqueue'),
      /^🔴 Lifeline 没法记下 main 的故障/,
    ],
    ['the plan of the delivery', at('notify/outbox/delivery-plan.ts', 'planDeliveries'), /^🔴 Lifeline 没法发出告警/],
    [
      'to note a try',
      at('notify/outbox/delivery-record.ts', 'createDeliveryRecord', 'begin'),
      /^🔴 Lifeline 没法发出告警/,
    ],
    ['the try itself', at('notify/outbox/send.ts', 'sendWithin'), /^🔴 Lifeline 没法投递告警/],
  ];

  test.each(sample(alarming, 6, 0))('%s', LIMIT, (_, breakage, alarm) =>
    inScene({ ...LEFT_ALONE, breaks: [breakage] }, async (scene) => {
      await breakNow(scene);
      const rings = scene.want(FIRST, alarm, MINUTE);
      await kill(scene);
      const [message] = await rings;
      expect(message?.text).toMatch(/main：进程不在了（pid \d+）/);
      // A slow machine hears of the missing process before it knows why.
      expect(message?.text).toMatch(/最后看到 main：(没有在运行|状态不明)/);
      await scene.quiet(8_000);
    }),
  );

  const ringing: readonly Row[] = [
    ['the words of a notice', at('notify/messages/notice.ts', 'noticeMessage'), /^🔴 main: stopped\nprocess_gone/],
    ['the buttons of a message', at('notify/messages/render.ts', 'render'), /^🔴 main 没有在运行/],
    ['what goes out as one', at('notify/outbox/batch.ts', 'batchOf'), /^🔴 main 没有在运行/],
  ];

  test.runIf(IN_DEPTH).each(ringing)('%s: the alert rings all the same', LIMIT, (_, breakage, alert) =>
    inScene({ ...LEFT_ALONE, breaks: [breakage] }, async (scene) => {
      await breakNow(scene);
      const rings = Promise.all([
        scene.want(BOTH, alert, MINUTE),
        scene.want(FIRST, /^🔴 Lifeline 没法写出通知/, MINUTE),
      ]);
      await kill(scene);
      await rings;
    }),
  );

  test.runIf(IN_DEPTH)(
    'to note that it was delivered: it rings once on each phone, however often it is tried',
    LIMIT,
    () =>
      inScene(
        { ...LEFT_ALONE, breaks: [at('notify/outbox/delivery-record.ts', 'createDeliveryRecord', 'end')] },
        async (scene) => {
          await breakNow(scene);
          const rings = Promise.all([
            scene.want(BOTH, /^🔴 main 没有在运行/, MINUTE),
            scene.want(FIRST, /^🔴 Lifeline 没法投递告警/, MINUTE),
          ]);
          await kill(scene);
          await rings;
          await scene.quiet(15_000);
        },
      ),
  );

  test.runIf(IN_DEPTH)('the treatment', LIMIT, () =>
    inScene({ gateway: { healing: { per_hour: 1 } }, breaks: [at('healing/treat.ts', 'treat')] }, async (scene) => {
      await breakNow(scene);
      const rings = Promise.all([
        scene.want(BOTH, /^🔴 main 没有在运行/, MINUTE),
        scene.want(BOTH, /^🔴 main 需要你处理/, MINUTE),
        scene.want(FIRST, /^🔴 Lifeline 没法处理 main/, MINUTE),
      ]);
      await kill(scene);
      await rings;
    }),
  );

  test.runIf(IN_DEPTH)('the whole database, at every write', LIMIT, () =>
    inScene({ ...LEFT_ALONE, breaks: [at('store/transaction.ts', 'transaction')] }, async (scene) => {
      await breakNow(scene);
      const rings = scene.want(FIRST, /^🔴 Lifeline (?:内部有 \d 处出错|没法)/, MINUTE);
      await kill(scene);
      const [message] = await rings;
      expect(message?.text).toMatch(/main：进程不在了（pid \d+）/);
    }),
  );
});

describe.concurrent('the way to the phone', () => {
  test.runIf(IN_DEPTH)('is the next channel when the first one fails inside', LIMIT, () =>
    inScene(
      { ...LEFT_ALONE, breaks: [at('channels/feishu/channel.ts', 'createFeishuChannel', 'send')] },
      async (scene) => {
        await breakNow(scene);
        const rings = Promise.all([
          scene.want(['qq'], /^🔴 main 没有在运行/, MINUTE),
          scene.want(['qq'], /^🔴 Lifeline feishu 通道内部出错/, MINUTE),
        ]);
        await kill(scene);
        await rings;
      },
    ),
  );

  test.runIf(IN_DEPTH)('needs no words and no redaction', LIMIT, () =>
    inScene(
      {
        ...LEFT_ALONE,
        breaks: [
          at('diagnosis/judge.ts', 'judge'),
          at('text/notices/self-alarm.ts', 'selfAlarmText'),
          at('base/redact/redact.ts', 'redact'),
        ],
      },
      async (scene) => {
        await breakNow(scene);
        const [message] = await scene.want(FIRST, /^🔴 Lifeline: 内部出错 \/ internal failure/, MINUTE);
        expect(message?.text).toContain('judgement main');
      },
    ),
  );

  test('with one person on one channel, it is that; and it says when all works again', LIMIT, () =>
    inScene(
      {
        ...LEFT_ALONE,
        config: ({ cast }) => ({
          operators: [{ name: 'me', role: 'admin', feishu: cast.operator.feishu }],
          alerts: { copies: 1, order: ['feishu'] },
        }),
        breaks: [at('diagnosis/judge.ts', 'judge')],
      },
      async (scene) => {
        await breakNow(scene);
        await scene.want(FIRST, /^🔴 Lifeline 没法判断 main/, MINUTE);
        const again = scene.want(FIRST, /^🟢 Lifeline 又正常了\n之前：没法判断 main/, MINUTE);
        scene.mendNow();
        await again;
        await scene.quiet(5_000);
      },
    ),
  );

  test.runIf(IN_DEPTH)(
    "where that one fails too, it is the dead man's failure call, stderr and /healthz",
    LIMIT,
    async () => {
      const { url, came, paths } = await startSwitch();
      const listen = `127.0.0.1:${await freePort()}`;
      const config = ({ cast }: Sandbox) => ({
        operators: [{ name: 'me', role: 'admin', feishu: cast.operator.feishu }],
        alerts: { copies: 1, order: ['feishu'], ping_url: url },
        metrics: { listen },
      });
      await inScene(
        {
          ...LEFT_ALONE,
          config,
          breaks: [at('diagnosis/judge.ts', 'judge'), at('channels/feishu/channel.ts', 'createFeishuChannel', 'send')],
        },
        async (scene) => {
          await breakNow(scene);
          await scene.until('the failure call', () => paths().includes('/fail'));
          expect(came.find(({ path }) => path.endsWith('/fail'))?.body).toMatch(
            /^Lifeline 没法判断 main\nbroken on purpose: judge\n最后看到 main：运行正常\nmain 现在只看进程在不在（pid \d+）/m,
          );
          expect(scene.bot().said).toMatch(/^Lifeline 没法判断 main\nbroken on purpose: judge$/m);
          const health = await fetch(`http://${listen}/healthz`);
          expect(health.status).toBe(503);
          expect(await health.json()).toMatchObject({ status: 'failing', failing: ['judgement main'] });
          await scene.endBot('SIGTERM');
        },
      );
    },
  );
});

test.runIf(IN_DEPTH)(
  'a gateway that ends with 78 and writes a fraction of a second is told as what it is, and no stage fails',
  LIMIT,
  () =>
    inScene(LEFT_ALONE, async (scene) => {
      const { gateway } = scene.sandbox;
      const told = scene.want(BOTH, /^🔴 main 配置有误/);
      const file = join(gateway.home, 'state', 'gateway.lifecycle.json');
      await gateway.break('killed');
      const life = JSON.parse(readFileSync(file, 'utf8')) as object;
      writeFileSync(
        file,
        JSON.stringify({
          ...life,
          phase: 'exited',
          exit_code: 78,
          exit_reason: 'no key',
          exited_at: scene.sandbox.clock.now() / 1_000 + 0.000123,
        }),
      );
      await told;
      // Longer than a stage may fail until that rings.
      await scene.quiet(25_000);
    }),
);

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
