/** What comes over the wire may be anything: it is read or refused, and never throws. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  answer,
  beat,
  beatReply,
  claim,
  claimReply,
  command,
  compareFences,
  fenceText,
  laterFence,
  message,
  MOST_BYTES,
  notice,
  PROTOCOL,
  read,
  readFence,
  receipt,
  redacted,
  write,
} from '../../src/fleet/messages.ts';
import { agentRights, downSubject, hubRights, inboxOf, senderOf, toHost, upSubject } from '../../src/fleet/subjects.ts';

const ALL = { answer, beat, beatReply, claim, claimReply, command, notice, receipt };
const FENCE = { bucketMs: 1_795_380_775_722, revision: 7 };
const GOOD = {
  beat: {
    v: 1,
    version: '0.1.0',
    instance: 'a-1',
    startedAt: 1,
    at: 2,
    labels: { region: 'eu' },
    gateways: [],
    incidents: 0,
    accept: 'operator',
  },
  beatReply: { v: 1, hub: 'hub-1', fence: FENCE },
  notice: {
    v: 1,
    id: 'k1',
    at: 1,
    message: { tone: 'critical', title: 'x' },
    about: null,
    answerTo: null,
    command: null,
  },
  command: {
    v: 1,
    id: 'c1',
    hub: 'hub-1',
    fence: FENCE,
    text: '/status',
    by: 'typed',
    operator: { name: 'me', role: 'admin' },
    answerTo: { channel: 'feishu', user: 'ou_1' },
  },
  claim: { v: 1, id: 'c1', fence: FENCE },
  claimReply: { v: 1, id: 'c1', hub: 'hub-1', fence: FENCE, go: true },
  answer: { v: 1, id: 'c1', is: 'final', n: 0, message: null, confirm: null },
  receipt: { v: 1, id: 'k1', fence: FENCE, is: 'delivered' },
} as const;

test('hostile bytes are refused and never throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(ALL)),
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      (schema, bytes) => {
        const got = read<unknown>(schema, bytes);
        expect(got.ok).toBe(false);
      },
    ),
  );
  for (const schema of Object.values(ALL))
    expect(read<unknown>(schema, new Uint8Array(MOST_BYTES + 1))).toEqual({ ok: false, why: 'too_large' });
});

test('each message reads what it writes, with a field of a newer neighbour left out', () => {
  for (const [name, value] of Object.entries(GOOD)) {
    const schema = ALL[name as keyof typeof GOOD];
    expect(read<unknown>(schema, write({ ...value, ofTomorrow: 1 }))).toEqual({ ok: true, value });
  }
});

test('a neighbour of another protocol is told from nonsense', () => {
  for (const [name, value] of Object.entries(GOOD)) {
    const schema = ALL[name as keyof typeof GOOD];
    expect(read<unknown>(schema, write({ ...value, v: PROTOCOL + 1 }))).toEqual({ ok: false, why: 'too_new' });
    expect(read<unknown>(schema, write({ ...value, v: 0 }))).toEqual({ ok: false, why: 'too_old' });
    expect(read<unknown>(schema, write({ ...value, v: '1' }))).toEqual({ ok: false, why: 'malformed' });
  }
});

test('a message in which one field is not as it must be is refused', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(GOOD)),
      fc.nat(),
      fc.constantFrom<unknown>({}, [], -1, 'x'.repeat(5_000), Number.MAX_VALUE, true),
      (name, at, bad) => {
        const value: Record<string, unknown> = { ...GOOD[name as keyof typeof GOOD] };
        const keys = Object.keys(value).filter((key) => key !== 'labels');
        const key = keys[at % keys.length] ?? '';
        // A list of nothing is a good list.
        if (key === 'gateways' && Array.isArray(bad)) return;
        if (typeof bad === 'boolean' && typeof value[key] === 'boolean') return;
        expect(read<unknown>(ALL[name as keyof typeof GOOD], write({ ...value, [key]: bad })).ok).toBe(false);
      },
    ),
  );
});

test('a notice of a kind that is not known yet rings', () => {
  const about = { topic: 'incident', subject: 1, kind: 'of_tomorrow', gateway: 'main' };
  expect(read(notice, write({ ...GOOD.notice, about }))).toMatchObject({
    ok: true,
    value: { about: { kind: 'opened' } },
  });
});

test('any message of this Lifeline fits after it was cut', () => {
  const text = fc.string({ maxLength: 6_000 });
  fc.assert(
    fc.property(
      fc.record(
        {
          tone: fc.constantFrom('critical', 'warning', 'good', 'info'),
          title: text,
          lines: fc.array(text, { maxLength: 5 }),
          fields: fc.array(fc.record({ name: text, value: text }), { maxLength: 3 }),
          code: fc.array(text, { maxLength: 5 }),
          note: text,
          attachment: fc.record({ name: text, text }),
          buttons: fc.array(
            fc.record({ label: fc.string({ maxLength: 30 }), style: fc.constant('plain'), command: text }),
            { maxLength: 25 },
          ),
        },
        { requiredKeys: ['tone', 'title'] },
      ),
      (given) => {
        const fitted = redacted(given);
        expect(message.parse(JSON.parse(JSON.stringify(fitted)))).toEqual(fitted);
        expect(fitted.title.length).toBeGreaterThan(0);
        for (const { label, command: words } of fitted.buttons ?? []) {
          expect(label.length).toBeLessThanOrEqual(20);
          expect(given.buttons?.map((each) => each.command)).toContain(words);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('fences are in the order of their buckets, then of their leases', () => {
  const fence = fc.record({ bucketMs: fc.nat(5), revision: fc.nat(5) });
  fc.assert(
    fc.property(fence, fence, fence, (a, b, c) => {
      expect(Math.sign(compareFences(a, b)) + Math.sign(compareFences(b, a))).toBe(0);
      if (compareFences(a, b) <= 0 && compareFences(b, c) <= 0) expect(compareFences(a, c)).toBeLessThanOrEqual(0);
      expect(compareFences(laterFence(a, b), a)).toBeGreaterThanOrEqual(0);
      expect(readFence(fenceText(a))).toEqual(a);
    }),
  );
  // A bucket that was made anew begins again with revision 1.
  expect(compareFences({ bucketMs: 2, revision: 1 }, { bucketMs: 1, revision: 900 })).toBeGreaterThan(0);
  for (const text of [null, '', '1', 'x-1', '1-2-3x', '-1-2', '1.5-2']) expect(readFence(text)).toBe(null);
});

test('a host is known by its subject alone, and no host may use that of another', () => {
  expect(senderOf(upSubject('web-3', 'beat'))).toBe('web-3');
  for (const subject of ['lf1.up.web-3.beat.x', 'lf1.up..beat', 'lf1.up.WEB.beat', 'lf1.down.web-3.command', 'x'])
    expect(senderOf(subject)).toBe(null);
  const { publish, subscribe } = agentRights('web-3');
  for (const right of [...publish, ...subscribe]) expect(right.split('.')).toContain('web-3');
  expect(toHost('web-3')).toBe('lf1.down.web-3.>');
  expect(downSubject('web-3', 'command')).toBe('lf1.down.web-3.command');
  // A host that is called like the hub's own prefix hears nothing of the hub's.
  expect(inboxOf('hub')).not.toBe(hubRights().subscribe[1]);
  expect(hubRights().subscribe.some((right) => right.startsWith(inboxOf('hub')))).toBe(false);
});
