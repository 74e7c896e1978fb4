/** One gateway with those who watch it: Lifeline, and monit and the cron script where they are to be compared. */
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { writeOwnDefaults } from '../own-defaults.ts';
import { startChild, type Child } from './child.ts';
import { writeCronScript, type CronScript } from './cron.ts';
import { openHook, type Hook } from './hook.ts';
import { HEARTBEAT_MS, type Illness } from './illness.ts';
import { startMonit } from './monit.ts';
import { startGatewayUnit, type GatewayUnit, type UnitLines } from './unit.ts';

export interface StageOptions {
  /** Keys of `watch` in Lifeline's configuration; what is not named keeps Lifeline's own default. null: no Lifeline. */
  readonly watch: Readonly<Record<string, unknown>> | null;
  readonly monit: boolean;
  /** The gateway is a unit of systemd with these lines; a bare process unless told. */
  readonly unit?: UnitLines;
}

export interface Stage {
  readonly sandbox: Sandbox;
  readonly unit: GatewayUnit | null;
  readonly lifeline: Child | null;
  readonly monit: Child | null;
  readonly cron: CronScript;
  readonly hook: Hook;
  heartbeatAt(): number;
  /** When Lifeline's alert of this illness was on the phone; null when it was not. */
  alertedAt(illness: Illness): number | null;
  /** For an error: what Lifeline last logged, and what it sent. */
  lastWords(): string;
  close(): Promise<void>;
}

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const READY_LIMIT_MS = 120_000;
const POLL_MS = 20;

/** @throws Error when it does not come true. */
export const until = async (what: string, limitMs: number, holds: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + limitMs; !holds(); await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
  }
};

const writeConfig = (sandbox: Sandbox, watch: Readonly<Record<string, unknown>>, unit: GatewayUnit | null): string =>
  writeOwnDefaults(sandbox, ({ gateways, ...kept }) => {
    const keeper = unit === null ? {} : { supervisor: 'systemd-user', unit: unit.name };
    const watched = (gateways as readonly object[]).map((gateway) => ({ ...gateway, ...keeper }));
    return { ...kept, gateways: watched, watch };
  });

export const openStage = async (options: StageOptions): Promise<Stage> => {
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-latency-'));
  const closers: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await furnish(dir, options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
};

const furnish = async (
  dir: string,
  { watch, monit: wantsMonit, unit: lines }: StageOptions,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Stage> => {
  const hook = await openHook();
  closers.push(() => hook.close());
  const sandbox = await createSandbox({
    dir,
    locale: 'en',
    gateway: { timings: { heartbeatIntervalMs: HEARTBEAT_MS } },
  });
  closers.push(() => sandbox.stop());
  const { gateway, cast, feishu, qq } = sandbox;

  const alerts: { readonly at: number; readonly text: string }[] = [];
  for (const [platform, { appId }] of [
    [feishu, cast.lifeline.feishu],
    [qq, cast.lifeline.qq],
  ] as const) {
    platform.onMessage((to, message) => {
      if (to === appId && message.from === 'bot' && message.text.startsWith('🔴'))
        alerts.push({ at: Date.now(), text: message.text });
    });
  }

  const unit = lines === undefined ? null : await startGatewayUnit(gateway, sandbox.env, lines);
  if (unit) closers.push(() => unit.stop());
  else await gateway.start();
  await until('the gateway to be ready', READY_LIMIT_MS, () =>
    gateway.tail(50).some((line) => line.includes('Ready, session_id=')),
  );
  const log = join(dir, 'lifeline.log');
  const lifeline =
    watch &&
    (await startChild(
      process.execPath,
      [MAIN, 'run', '--config', writeConfig(sandbox, watch, unit)],
      log,
      unit?.env ?? {},
    ));
  if (lifeline) closers.push(() => lifeline.kill());
  const monit = wantsMonit ? await startMonit(dir, gateway.home, gateway.command[0] ?? '', hook.url) : null;
  if (monit) closers.push(() => monit.kill());

  const lastWords = (): string =>
    [...readFileSync(log, 'utf8').split('\n').slice(-15), ...alerts.map(({ text }) => text)].join('\n');
  if (lifeline) {
    await until('Lifeline to connect', READY_LIMIT_MS, () => {
      if (lifeline.ended() !== null) throw new Error(`Lifeline ended, ${lifeline.ended() ?? ''}:\n${lastWords()}`);
      return feishu.connections(cast.lifeline.feishu.appId) > 0 && qq.connections(cast.lifeline.qq.appId) > 0;
    });
  }
  return {
    sandbox,
    unit,
    lifeline,
    monit,
    hook,
    cron: writeCronScript(dir, gateway.home, hook),
    heartbeatAt: () => statSync(join(gateway.home, 'state/gateway.heartbeat')).mtimeMs,
    alertedAt: ({ alert }) => alerts.find(({ text }) => alert.test(text))?.at ?? null,
    lastWords,
    close,
  };
};
