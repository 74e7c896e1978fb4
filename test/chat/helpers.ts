import { silentLogger } from '../../src/base/logger.ts';
import type { AuditEntry } from '../../src/store/audit.ts';
import { createBus, type BusOptions } from '../../src/chat/bus/bus.ts';
import { createAccess, type AccessOptions } from '../../src/chat/access/access.ts';
import type { Command, GatewayPort } from '../../src/chat/command/command.ts';
import type { Operator } from '../../src/config/config.ts';
import type { Inbound } from '../../src/chat/inbound/inbound-message.ts';
import type { Message } from '../../src/chat/message/message.ts';

export const NOW = Date.parse('2026-11-21T10:31:05+08:00');

export const OPERATORS: readonly Operator[] = [
  { name: 'me', role: 'admin', ids: { feishu: 'ou_me', qq: 'ME' } },
  { name: 'guest', role: 'viewer', ids: { qq: 'GUEST' } },
];

export const command = (id: string, more: Partial<Command> = {}): Command => ({
  id,
  aliases: [],
  role: 'viewer',
  effects: 'reads',
  args: { text: { kind: 'rest' } },
  help: { 'zh-CN': id, en: id },
  examples: [],
  run: () => Promise.resolve({ tone: 'info', title: `did ${id}` }),
  ...more,
});

let counter = 0;
export const inbound = (text: string, more: Partial<Inbound> = {}): Inbound => {
  counter += 1;
  return { channel: 'qq', id: `m${counter}`, sender: 'ME', chat: { kind: 'direct' }, text, sentAt: NOW, ...more };
};

/** Remembers as the store does, in memory. */
export const memory = () => {
  const ids = new Set<string>();
  let asked = 0;
  return {
    asked: () => asked,
    has: (channel: string, id: string): boolean => ids.has(`${channel} ${id}`),
    note: () => undefined,
    done: () => undefined,
    forget: (channel: string, id: string): void => void ids.delete(`${channel} ${id}`),
    first: (channel: string, id: string): boolean => {
      asked += 1;
      const key = `${channel} ${id}`;
      return ids.has(key) ? false : Boolean(ids.add(key));
    },
  };
};

export interface Sent {
  readonly inbound: Inbound;
  readonly message: Message;
  readonly n: number;
}

const unused = (): never => {
  throw new Error('no command of these tests asks for this');
};

/** What commands may use: next to nothing. */
export const ports = (gateways: readonly GatewayPort[] = []): BusOptions['context'] => ({
  gateways,
  lifeline: () => ({ version: '1', startedAt: 0, channels: [], undelivered: 0 }),
  incidents: { open: unused, since: unused, get: unused, blips: unused, watched: unused },
  audit: { recent: unused },
  settings: unused,
});

/** A bus with fake ports that remember what they were told. */
export const harness = (
  commands: readonly Command[],
  options: Partial<BusOptions> &
    Partial<Pick<AccessOptions, 'paired'>> & {
      readonly operators?: readonly Operator[];
      readonly gateways?: readonly GatewayPort[];
    } = {},
) => {
  const sent: Sent[] = [];
  const audited: AuditEntry[] = [];
  const {
    gateways = [],
    operators = OPERATORS,
    paired,
    clock = { now: () => NOW },
    logger = silentLogger(),
    ...more
  } = options;
  /** The answer is the last of the messages to one message. */
  const answered = new Map<string, number>();
  const send: BusOptions['send'] = async (to, message, n) => {
    answered.set(to.id, n + 1);
    await (options.send ?? (async () => void sent.push({ inbound: to, message, n })))(to, message, n);
  };
  const bus = createBus({
    commands,
    access: createAccess({ configured: operators, ...(paired ? { paired } : {}), clock, logger }),
    seen: memory(),
    knowsSince: null,
    atomically: (work) => work(),
    changes: {
      silences: { add: unused, end: unused, active: unused, until: unused },
      plans: { add: unused, pending: unused, cancel: unused, endPresent: unused },
      acknowledge: unused,
    },
    quotes: { incidentsOf: () => [] },
    buttons: { press: () => ({ kind: 'unknown' }) },
    audit: {
      record: (entry) => audited.push(entry) - 1,
      finish: (entry, end) => void Object.assign(audited[entry] ?? {}, end),
    },
    clock,
    logger,
    locale: 'en',
    confirmations: { ask: () => '7K2Q', take: () => ({ kind: 'unknown' }), leftMs: () => null },
    context: ports(gateways),
    ...more,
    send,
    answer:
      options.answer ??
      (async (to, message, { settled }) => {
        await send(to, message, answered.get(to.id) ?? 0);
        settled();
      }),
  });
  return { bus, sent, audited, titles: () => sent.map(({ message }) => message.title) };
};
