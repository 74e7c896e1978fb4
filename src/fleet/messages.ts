/**
 * What agents and hubs say to each other. Each message has a version, and is checked on both sides: whoever can speak on a
 * subject may say anything there. A field that is not known is ignored, so that a newer neighbour may add one.
 */
import * as z from 'zod';
import { redact } from '../base/redact/redact.ts';
import { HOUR_STATES, type Message } from '../chat/message/message.ts';
import { hostName, labels } from './subjects.ts';

/** A change that neighbours cannot read without harm raises it. */
export const PROTOCOL = 1;
/** What is older cannot be understood any more, and is told as such. */
export const OLDEST_PROTOCOL = 1;
/** A server takes 1 MB at most unless it is told otherwise. */
export const MOST_BYTES = 900_000;

/**
 * The fencing number of a lease: when its bucket was made, and the revision of the `create` that took it. A bucket that was
 * lost and made anew begins again with revision 1, so its time comes first.
 */
export interface Fence {
  /** When the bucket was made, by the server's clock, milliseconds since the epoch. */
  readonly bucketMs: number;
  readonly revision: number;
}

const whole = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

export const fence = z.object({ bucketMs: whole, revision: whole });

/** Less than 0: `a` is of an earlier lease than `b`. */
export const compareFences = (a: Fence, b: Fence): number =>
  a.bucketMs === b.bucketMs ? a.revision - b.revision : a.bucketMs - b.bucketMs;

export const laterFence = (a: Fence | null, b: Fence): Fence => (a !== null && compareFences(a, b) >= 0 ? a : b);

export const fenceText = ({ bucketMs, revision }: Fence): string => `${bucketMs}-${revision}`;

/** @returns null for what is none. */
export const readFence = (text: string | null): Fence | null => {
  const [, bucketMs, revision] = /^(\d{1,16})-(\d{1,16})$/.exec(text ?? '') ?? [];
  const read = fence.safeParse({ bucketMs: Number(bucketMs), revision: Number(revision) });
  return read.success ? read.data : null;
};

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const short = z.string().max(200);
const time = z.number().int().min(0).max(8.64e15);
const v = z.number().int().min(OLDEST_PROTOCOL).max(PROTOCOL);

const cut = (most: number) =>
  z.string().transform((text) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`));
const firstOf = <Item extends z.ZodType>(item: Item, most: number) =>
  z.array(item).transform((items) => items.slice(0, most));
const words = cut(4_000);

const button = z.object({
  label: z.string().min(1).max(20),
  style: z.enum(['primary', 'danger', 'plain']),
  command: z.string().min(1).max(2_000),
  confirm: words.optional(),
});

/** What is too long is cut on both sides, and a button that would mean something else by that is left out. */
export const message: z.ZodType<Message> = z.object({
  tone: z.enum(['critical', 'warning', 'good', 'info']),
  title: cut(1_000).transform((title) => (title === '' ? '…' : title)),
  lines: firstOf(words, 300).optional(),
  fields: firstOf(z.object({ name: cut(200), value: words }), 50).optional(),
  code: z
    .array(words)
    .transform((lines) => lines.slice(-500))
    .optional(),
  chart: z
    .object({
      rows: z.array(z.object({ name: short, hours: z.array(z.enum(HOUR_STATES)).max(48) })).max(10),
      hoursFrom: z.array(z.number()).max(48),
      names: z.record(z.enum(HOUR_STATES), short),
      lines: z.number().int().min(0).max(10),
    })
    .optional(),
  note: words.optional(),
  attachment: z.object({ name: cut(200), text: z.string().transform((text) => text.slice(-200_000)) }).optional(),
  buttons: z
    .array(z.unknown())
    .transform((all) => all.flatMap((each) => button.safeParse(each).data ?? []).slice(0, 20))
    .optional(),
}) as unknown as z.ZodType<Message>;

/** Where an answer belongs on the hub's own channels; the agent gives it back as it was. */
export const address: z.ZodType<Address> = z.object({
  channel: z.string().regex(/^[a-z]{1,20}$/),
  user: short,
  group: short.optional(),
  replyTo: z.string().max(500).optional(),
}) as unknown as z.ZodType<Address>;

export interface Address {
  readonly channel: string;
  readonly user: string;
  readonly group?: string;
  readonly replyTo?: string;
}

const GATEWAY_STATES = ['good', 'warning', 'critical', 'info'] as const;

const gateway = z.object({
  name: z.string().min(1).max(80),
  tone: z.enum(GATEWAY_STATES),
  /** How it is, in a few words in the agent's language. */
  words: z.string().max(4_000),
});

/** How many open incidents a beat names at most: the worst. */
export const MOST_OPEN = 20;

const openIncident = z.object({
  id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  gateway: z.string().min(1).max(80),
  severity: z.enum(['warning', 'critical']),
  words: short,
  since: time,
  /** Somebody has acknowledged it. */
  known: z.boolean(),
});

/** Sent every `BEAT_MS`: that the agent lives, and how its gateways are. The hub answers with `beatReply`. */
export const beat = z.object({
  v,
  version: z.string().max(40),
  /** Of this run of the agent. */
  instance: id,
  startedAt: time,
  at: time,
  labels,
  gateways: z.array(gateway).max(1_000),
  /** How many incidents are open. */
  incidents: z.number().int().min(0).max(1_000_000),
  /** The worst of them. An older agent names none. */
  open: z.array(openIncident).max(MOST_OPEN).optional(),
  /** The bots of its own channels, as `botsOf` names them. An older agent names none. */
  bots: z.array(short).max(10).optional(),
  /** The highest role that this agent lets a hub's operators have. */
  accept: z.enum(['none', 'viewer', 'operator', 'admin']),
});

export const beatReply = z.object({
  v,
  hub: hostName,
  fence,
  /** Another agent speaks under this name. An older hub says nothing of it. */
  twins: z.boolean().optional(),
});

const NOTICE_KINDS = [
  'opened',
  'again',
  'needs_operator',
  'out_of_budget',
  'treatment_failed',
  'reminder',
  'recovered',
  'result',
  'channel_down',
  'channel_up',
  'away',
  'store',
  'reload',
  'digest',
] as const;

/** One message for people, out of an agent's outbox. Repeats have the same id. */
export const notice = z.object({
  v,
  id,
  at: time,
  message,
  /** What it is about, by the agent's own numbers; null: several things at once. A kind of a newer agent rings as `opened` does. */
  about: z
    .object({
      topic: z.string().regex(/^[a-z]{1,20}$/),
      subject: z.number().int(),
      kind: z.enum(NOTICE_KINDS).catch('opened'),
      gateway: z.string().min(1).max(80).nullable(),
    })
    .nullable(),
  /** Who asked for it; null: everybody who gets alerts is told. */
  answerTo: address.nullable(),
  /** The command that led to it, where it is the result of one; null: none. */
  command: id.nullable(),
});

/** What a person asked for, in the words that they would type at the agent itself. */
export const command = z.object({
  v,
  id,
  hub: hostName,
  fence,
  text: z.string().min(2).max(4_000),
  by: z.enum(['typed', 'tapped', 'confirmed']),
  operator: z.object({ name: z.string().min(1).max(80), role: z.enum(['viewer', 'operator', 'admin']) }),
  answerTo: address,
});

/** Asked by an agent before it acts, since only the hub's clock says whether a command is still wanted. */
export const claim = z.object({ v, id, fence });
export const claimReply = z.object({ v, id, hub: hostName, fence, go: z.boolean() });

export const REFUSALS = ['old_fence', 'not_accepted', 'too_new'] as const;

/** What became of a command. The same answer goes out again when the command comes again. */
export const answer = z.object({
  v,
  id,
  /** `early`: said before the result is there. `ask`: the person is asked once more. */
  is: z.enum(['early', 'final', 'ask', 'refused']),
  /** The n-th of its id. */
  n: z.number().int().min(0).max(100),
  /** null: the result comes later, as a notice. */
  message: message.nullable(),
  /** Of `ask`: the command that a confirmation stands for, and the label of its button. */
  confirm: z.object({ command: z.string().min(2).max(4_000), label: z.string().min(1).max(20) }).nullable(),
});
export const answerReply = z.object({ v, taken: z.boolean() });

/**
 * What became of a notice. `accepted`: it is in the hubs' log. `delivered`: a phone has it, or later news of the same matter
 * took its place. `nobody`: the hub has nobody to tell.
 */
export const receipt = z.object({ v, id, fence, is: z.enum(['accepted', 'delivered', 'nobody']) });

export type Beat = z.infer<typeof beat>;
export type BeatReply = z.infer<typeof beatReply>;
export type Notice = z.infer<typeof notice>;
export type Command = z.infer<typeof command>;
export type Claim = z.infer<typeof claim>;
export type ClaimReply = z.infer<typeof claimReply>;
export type Answer = z.infer<typeof answer>;
export type AnswerReply = z.infer<typeof answerReply>;
export type Receipt = z.infer<typeof receipt>;

/** Why a message is not read. `too_old`, `too_new`: a neighbour of another version of the protocol. */
export type Misread = 'too_large' | 'not_json' | 'too_old' | 'too_new' | 'malformed';

export type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: Misread };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads one message. Never throws, whatever the bytes are. */
export const read = <Value>(schema: z.ZodType<Value>, bytes: Uint8Array): Read<Value> => {
  if (bytes.length > MOST_BYTES) return { ok: false, why: 'too_large' };
  let raw: unknown;
  try {
    raw = JSON.parse(utf8.decode(bytes));
  } catch {
    return { ok: false, why: 'not_json' };
  }
  const version: unknown = typeof raw === 'object' && raw !== null && 'v' in raw ? raw.v : null;
  if (typeof version === 'number' && Number.isInteger(version)) {
    if (version < OLDEST_PROTOCOL) return { ok: false, why: 'too_old' };
    if (version > PROTOCOL) return { ok: false, why: 'too_new' };
  }
  const parsed = schema.safeParse(raw);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, why: 'malformed' };
};

export const write = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** What leaves the machine has no secret, whatever wrote it. */
export const redacted = (given: Message): Message => {
  const { lines, fields, code, note, attachment } = given;
  return message.parse({
    ...given,
    title: redact(given.title),
    lines: lines?.map((each) => redact(each)),
    fields: fields?.map(({ name, value }) => ({ name, value: redact(value) })),
    code: code?.map((each) => redact(each)),
    note: note === undefined ? undefined : redact(note),
    attachment: attachment && { name: attachment.name, text: redact(attachment.text) },
  });
};
