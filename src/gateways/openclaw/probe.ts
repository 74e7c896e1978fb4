/**
 * Asks the running gateway how it is: `/health` whether its event loop turns, `channels.status` how its links are
 * (facts/openclaw.md 9.1). The asking goes on in the background; a look takes what was learned since the last one.
 */
import type { Clock } from '../../base/clock.ts';
import { errorText } from '../../base/errors.ts';
import { redact } from '../../base/redact.ts';
import type { Evidence, LinkName } from '../../diagnosis/evidence.ts';
import { accountFacts, type AccountFact } from './account-facts.ts';
import { askHealth, type Health } from './health.ts';
import type { KindProbe, ProbeContext } from '../gateway-kind.ts';
import { linkControl } from './link-control.ts';
import { createRpc, type Rpc } from './rpc.ts';
import { readTarget, type Target } from './target.ts';

export interface ProbeOptions {
  /** Where the live process listens and how it is called; null: nothing to ask. */
  readonly target: () => Promise<Target | null>;
  readonly connect: (target: Target, onTick: () => void) => Rpc;
  /** How long no tick may have come for the event loop to count as stuck. */
  readonly frozenMs?: number;
  readonly onNews?: () => void;
  readonly clock: Clock;
  readonly healthEveryMs?: number;
  readonly statusEveryMs?: number;
  readonly answerMs?: number;
}

/** Facts/openclaw.md 9.1: three misses are trouble. */
const MISSES = 3;
/** A `tick` comes every 30 s. */
const TICK_LIMIT_MS = 65_000;
const ANSWER_MS = 5_000;

/** Watches the process that the context shows; where it listens, and the token, its own files tell. */
export const openProbe = ({ home, process, frozenMs, onNews, clock }: ProbeContext): KindProbe =>
  createProbe({
    target: async () => {
      const pid = process()?.pid;
      return pid === undefined ? null : readTarget(home, pid);
    },
    connect: ({ port, token }, onTick) => createRpc({ url: `ws://127.0.0.1:${port}`, token, version: CLIENT_VERSION, timeoutMs: ANSWER_MS, onEvent: (event) => event === 'tick' && onTick() }),
    frozenMs,
    onNews,
    clock,
  });

/** What Lifeline calls itself as a client; the gateway only logs it. */
const CLIENT_VERSION = '1';

/** What people call a plugin's link by another id. */
const LINK_NAMES: Readonly<Record<string, LinkName>> = { 'openclaw-qqbot': 'qqbot' };

const section = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {});

export const createProbe = ({ target, connect, clock, frozenMs = TICK_LIMIT_MS, onNews, healthEveryMs = 10_000, statusEveryMs = 30_000, answerMs = ANSWER_MS }: ProbeOptions): KindProbe => {
  let learned: Evidence[] = [];
  let current: { readonly pid: number; readonly port: number; readonly token: string | null; readonly rpc: Rpc; tickAt: number; misses: number; healthAt: number; statusAt: number; readonly said: Map<string, string> } | null = null;
  let asking: Promise<void> | null = null;

  const leave = (): void => {
    current?.rpc.close();
    current = null;
  };

  const follow = async (): Promise<typeof current> => {
    const found = await target();
    if (found === null) leave();
    else if (current?.pid !== found.pid || current.port !== found.port || current.token !== found.token) {
      leave();
      const begun = { ...found, tickAt: clock.now(), misses: 0, healthAt: -Infinity, statusAt: -Infinity, said: new Map<string, string>() };
      current = { ...begun, rpc: connect(found, () => (begun.tickAt = clock.now())) };
    }
    return current;
  };

  const ask = async (): Promise<void> => {
    const life = await follow();
    if (!life) return;
    const now = clock.now();
    if (Math.abs(now - life.healthAt) >= healthEveryMs) {
      life.healthAt = now;
      const health = await askHealth(life.port, answerMs);
      life.misses = health === 'silent' ? life.misses + 1 : 0;
      const fact = loopFact(life.pid, health, life.misses, clock.now() - life.tickAt, frozenMs);
      if (fact) learned.push({ at: clock.now(), source: '/health', ...fact });
    }
    if (Math.abs(now - life.statusAt) >= statusEveryMs) {
      life.statusAt = now;
      try {
        learned.push(...statusEvidence(await life.rpc.call('channels.status'), life.said, clock.now()));
      } catch (error) {
        // Another version may refuse: /health and the log remain. What it said is worth a look in the log only.
        life.said.set('rpc', errorText(error));
      }
    }
  };

  /** Only what changes is news. */
  let lastPid: number | null = null;
  return {
    look: async () => {
      asking ??= ask()
        .catch(() => undefined)
        .finally(() => {
          asking = null;
          if (learned.length > 0) onNews?.();
        });
      const pid = (await target())?.pid ?? null;
      if (pid !== lastPid) await asking;
      lastPid = pid;
      const found = learned;
      learned = [];
      return found;
    },
    links: linkControl((method, params) => {
      if (!current) throw new Error('the gateway does not run');
      return current.rpc.call(method, params);
    }),
    close: async () => leave(),
  };
};

const loopFact = (pid: number, health: Health, misses: number, sinceTickMs: number, frozenMs: number): Pick<Extract<Evidence, { link: null }>, 'text' | 'link' | 'fact'> | null => {
  if (health === 'live') return { text: 'it answers', link: null, fact: { kind: 'loop', pid, state: 'alive' } };
  if (health === 'silent' && misses >= MISSES && sinceTickMs > Math.max(TICK_LIMIT_MS, frozenMs)) return { text: `${misses} questions unanswered, and no tick for ${Math.round(sinceTickMs / 1_000)} s`, link: null, fact: { kind: 'loop', pid, state: 'wedged' } };
  return null;
};

/** @param said what was told of each account before: only what changes is evidence. */
export const statusEvidence = (status: unknown, said: Map<string, string>, now: number): readonly Evidence[] =>
  Object.entries(section(section(status)['channelAccounts'])).flatMap(([channel, accounts]) =>
    (Array.isArray(accounts) ? accounts : []).flatMap((account: unknown, index) => {
      const record = section(account);
      const name = `${channel}:${typeof record['accountId'] === 'string' ? record['accountId'] : index}`;
      return accountFacts(record, now).flatMap(({ at, fact }: AccountFact): Evidence[] => {
        const key = `${name} ${fact.kind === 'link-traffic' ? 'traffic' : 'state'}`;
        const words = JSON.stringify([fact, fact.kind === 'link-lost' || fact.kind === 'link-closed' || fact.kind === 'link-claim' ? null : at]);
        if (said.get(key) === words) return [];
        said.set(key, words);
        return [{ at, source: 'channels.status', text: redact(`${name}: ${textOf(record)}`), link: LINK_NAMES[channel] ?? channel, fact }];
      });
    }),
  );

const textOf = (record: Readonly<Record<string, unknown>>): string =>
  ['running', 'connected', 'lifecycle', 'restartPending', 'lastError'].flatMap((key) => (record[key] === undefined || record[key] === null || record[key] === false ? [] : [`${key}=${typeof record[key] === 'object' ? '…' : String(record[key] as string)}`])).join(' ') || 'not running';
