import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { sequenceNumber } from '../../../src/channels/qq/send/send-part.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { APP, eventually, GROUP, USER } from '../../sandbox/qq/client.ts';
import { createBench, type Bench, type BenchOptions } from './bench.ts';

let bench: Bench;
const reopen = async (options: BenchOptions): Promise<void> => {
  await bench.stop();
  bench = await createBench(options);
};
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.stop());

const NOTE: Message = { tone: 'info', title: 'hello' };
const ok = {
  outcome: 'ok',
  messageId: expect.stringMatching(/^ROBOT1\.0_/) as string,
  quoteIds: expect.arrayContaining([expect.stringMatching(/^REFIDX_/)]) as string[],
};
const repeated = { outcome: 'ok', messageId: '' };

const send = (
  message: Message = NOTE,
  { key = 'k1', replyTo, group }: { key?: string; replyTo?: string; group?: string } = {},
): Promise<SendResult> =>
  bench.channel.send({ user: USER, ...(replyTo ? { replyTo } : {}), ...(group ? { group } : {}) }, message, { key });

interface Sent {
  readonly msg_type: number;
  readonly content: string;
  readonly msg_seq: number;
  readonly msg_id?: string;
}
/** What went over the wire, refused or not. */
const sent = (): Sent[] =>
  bench.platform
    .requests(APP.appId)
    .filter(({ path }) => path.endsWith('/messages'))
    .map(({ body }) => body as Sent);
const phone = (): string[] =>
  bench.platform
    .conversation(APP.appId, USER)
    .filter(({ from }) => from === 'bot')
    .map(({ text }) => text);
const refusing = (code: number, status = 400, count = 1): void =>
  bench.platform.failSends(APP.appId, count, { kind: 'answer', status, body: { message: 'no', code, err_code: code } });

describe('a message', () => {
  it('goes out as a push when it answers nothing', async () => {
    expect(await send()).toEqual(ok);
    expect(sent()).toEqual([{ msg_type: 0, content: 'hello', msg_seq: expect.any(Number) as number }]);
    expect(phone()).toEqual(['hello']);
  });

  it('goes out as an answer when it answers', async () => {
    const { id } = bench.platform.say(APP.appId, USER, 'hi');
    expect(await send(NOTE, { replyTo: id })).toEqual(ok);
    expect(sent()[0]?.msg_id).toBe(id);
  });

  it('answers in a group, and is refused there when it answers nothing', async () => {
    const id = bench.platform.sayInGroup(APP.appId, GROUP, USER, 'hi');
    expect(await send(NOTE, { replyTo: id, group: GROUP })).toEqual(ok);
    expect(await send(NOTE, { group: GROUP, key: 'k2' })).toMatchObject({ outcome: 'refused' });
    expect(sent()).toHaveLength(1);
  });

  it('is plain text with mark, lines and note when there is nothing more to it, and no address or mention in it', async () => {
    await send({
      tone: 'critical',
      title: 'main: QQ lost',
      lines: ['since 10:31:05, host api.example.com <@u1>'],
      note: 'see agent.log',
    });
    expect(sent()[0]).toMatchObject({
      msg_type: 0,
      content: '🔴 main: QQ lost\nsince 10:31:05, host api[.]example[.]com < @u1>\n\nsee agent[.]log',
    });
  });

  it('is markdown with a block of code when there are log lines', async () => {
    await send({
      tone: 'critical',
      title: 'main: QQ lost',
      lines: ['since 10:31:05'],
      code: ['host api.example.com <@u1>', '# no heading'],
      note: 'see agent.log',
    });
    expect(sent()[0]).toMatchObject({
      msg_type: 2,
      markdown: {
        content:
          '## 🔴 main: QQ lost\n\nsince 10:31:05\n\n```\nhost api[.]example[.]com < @u1>\n# no heading\n```\n\n> see agent[.]log',
      },
    });
    expect(phone()).toEqual([
      '🔴 main: QQ lost\nsince 10:31:05\nhost api[.]example[.]com < @u1>\n# no heading\nsee agent[.]log',
    ]);
  });

  it('goes out while the long connection is down', async () => {
    await reopen({ faults: { connect: 'refuse' } });
    await eventually(() => expect(bench.channel.status().link).toBe('waiting'));
    expect(await send()).toEqual(ok);
  });

  it('goes out before the channel was started', async () => {
    await reopen({ start: false });
    expect(await send()).toEqual(ok);
    expect(bench.channel.status().link).toBe('stopped');
  });
});

describe('a try after a lost answer', () => {
  const impatient: BenchOptions = { timings: { requestMs: 1_500 } };

  it('does not put an answer on the phone twice', async () => {
    await reopen(impatient);
    const { id } = bench.platform.say(APP.appId, USER, 'hi');
    bench.platform.failSends(APP.appId, 1, { kind: 'hang_after_accepting' });
    expect(await send(NOTE, { replyTo: id })).toMatchObject({
      outcome: 'retry',
      reason: expect.stringContaining('no answer within') as string,
    });
    expect(await send(NOTE, { replyTo: id })).toEqual(repeated);
    expect(phone()).toEqual(['hello']);
  });

  it('is marked when it may put a push on the phone twice, which is better than never', async () => {
    await reopen({ ...impatient, channel: { locale: 'en' } });
    bench.platform.failSends(APP.appId, 1, { kind: 'hang_after_accepting' });
    expect(await send()).toMatchObject({ outcome: 'retry' });
    expect(await send()).toEqual(ok);
    expect(phone()).toEqual(['hello', 'hello (repeat?)']);
  });
});

describe('a closed reply window', () => {
  it('lets the text go as a push, once', async () => {
    expect(await send(NOTE, { replyTo: 'ROBOT1.0_unknown' })).toEqual(ok);
    expect(sent().map(({ msg_id }) => msg_id)).toEqual(['ROBOT1.0_unknown', undefined]);
    expect(phone()).toEqual(['hello']);
  });

  it('and pushes switched off: the reason names the switch', async () => {
    bench.platform.setUser(APP.appId, USER, { allowsProactive: false });
    const result = await send(NOTE, { replyTo: 'ROBOT1.0_unknown' });
    expect(result).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('允许主动发送') as string });
    expect(sent()).toHaveLength(2);
  });

  it('does not loop when even a push is called a closed reply window', async () => {
    refusing(40034024, 400, 5);
    expect(await send(NOTE, { replyTo: 'ROBOT1.0_unknown' })).toMatchObject({ outcome: 'refused' });
    expect(sent()).toHaveLength(2);
  });
});

describe('a text that is refused', () => {
  it('goes once more without any dot in a word, under another number', async () => {
    refusing(40054010);
    expect(await send({ tone: 'info', title: '10.0.0.1 and example.com' })).toEqual(ok);
    expect(phone()).toEqual(['10·0·0·1 and example·com']);
    expect(new Set(sent().map(({ msg_seq }) => msg_seq)).size).toBe(2);
  });

  it('goes once more cut short when it is too long', async () => {
    refusing(40054007);
    expect(await send({ tone: 'info', title: 'first', lines: ['x'.repeat(1_000)] })).toEqual(ok);
    expect(phone()).toEqual(['first …']);
  });

  it('is not tried a third time', async () => {
    refusing(40054010, 400, 3);
    expect(await send()).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('40054010') as string });
    expect(sent()).toHaveLength(2);
  });
});

describe('the answer', () => {
  it.each<{ what: string; status: number; body: unknown; result: Record<string, unknown> }>([
    { what: 'a repeat', status: 400, body: { code: 40054005 }, result: { outcome: 'ok' } },
    {
      what: 'an audit',
      status: 202,
      body: { code: 304023, message: 'push message is waiting for audit now' },
      result: { outcome: 'ok' },
    },
    { what: 'nothing, with 204', status: 204, body: undefined, result: { outcome: 'ok' } },
    // The rest of a minute that has begun.
    {
      what: 'the push limit',
      status: 400,
      body: { code: 40034100 },
      result: { outcome: 'retry', afterMs: expect.closeTo(60_000, -4) as number },
    },
    { what: '429', status: 429, body: {}, result: { outcome: 'retry', afterMs: 60_000 } },
    { what: 'a passing fault', status: 500, body: { code: 50055001 }, result: { outcome: 'retry', afterMs: 5_000 } },
    {
      what: "a proxy's page",
      status: 502,
      body: '<html>bad gateway</html>',
      result: { outcome: 'retry', afterMs: 5_000 },
    },
    {
      what: 'an error in HTTP 200',
      status: 200,
      body: { code: 40054013, message: 'x' },
      result: { outcome: 'refused' },
    },
    { what: 'no friend', status: 400, body: { code: 40054004 }, result: { outcome: 'refused' } },
    { what: 'banned', status: 401, body: { code: 11265 }, result: { outcome: 'refused' } },
    {
      what: 'something new',
      status: 400,
      body: { err_code: 87654321, message: 'new' },
      result: { outcome: 'refused', reason: expect.stringMatching(/87654321.*new.*trace [0-9a-f]{32}/) as string },
    },
  ])('$what on the wire: $result.outcome', async ({ status, body, result }) => {
    bench.platform.failSends(APP.appId, 1, { kind: 'answer', status, body });
    expect(await send()).toMatchObject(result);
    expect(sent()).toHaveLength(1);
  });

  it('that the token is unknown fetches a new one and goes on', async () => {
    expect(await send()).toEqual(ok);
    bench.platform.revokeTokens(APP.appId);
    expect(await send(NOTE, { key: 'k2' })).toEqual(ok);
    expect(phone()).toEqual(['hello', 'hello']);
  });

  it('that the bot is off line has the connection renewed by an Identify', async () => {
    await bench.back();
    refusing(40054016);
    expect(await send()).toMatchObject({ outcome: 'retry', afterMs: 10_000 });
    await eventually(() => expect(bench.logins()).toEqual([2, 2]));
    await bench.back();
    expect(await send()).toEqual(ok);
  });

  it('of nobody is a retry; of wrong credentials a refusal', async () => {
    bench.platform.setOutage(true);
    expect(await send()).toMatchObject({ outcome: 'retry' });
    await reopen({ secret: 'wrong-secret-of-it' });
    expect(await send()).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('client secret') as string,
    });
  });
});

describe('a long message', () => {
  const LONG: Message = {
    tone: 'warning',
    title: 'long',
    code: Array.from({ length: 60 }, (_, n) => `${n} 日志一行 example.com ${'x'.repeat(40)}`),
  };

  it('goes in parts of at most 1800 bytes, cut at line ends, and loses no line', async () => {
    expect(await send(LONG)).toEqual(ok);
    expect(phone().length).toBeGreaterThan(2);
    for (const part of phone()) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(1_800);
    const lines = phone().join('\n').split('\n');
    for (let n = 0; n < 60; n++) expect(lines).toContain(`${n} 日志一行 example[.]com ${'x'.repeat(40)}`);
  });

  it('repeats no part that arrived when a later one must be tried again', async () => {
    expect(await send(LONG, { key: 'whole' })).toEqual(ok);
    const whole = phone();
    const before = whole.length;
    // The first part passes, the second meets a fault.
    const unsubscribe = bench.platform.onMessage(() => {
      unsubscribe();
      refusing(50055001);
    });
    const first = await send(LONG, { key: 'broken' });
    expect(first).toMatchObject({ outcome: 'retry', reason: expect.stringMatching(/^part 2 of \d/) as string });
    expect(phone()).toHaveLength(before + 1);
    expect(await send(LONG, { key: 'broken' })).toEqual(ok);
    expect(phone().slice(before)).toEqual(whole);
  });

  it('answers with what the reply window allows and pushes the rest', async () => {
    const { id } = bench.platform.say(APP.appId, USER, '/logs');
    expect(await send({ ...LONG, code: [...(LONG.code ?? []), ...(LONG.code ?? [])] }, { replyTo: id })).toEqual(ok);
    const replyWindows = sent().map(({ msg_id }) => msg_id);
    expect(replyWindows.slice(0, 4)).toEqual([id, id, id, id]);
    expect(replyWindows.slice(5).every((replyWindow) => replyWindow === undefined)).toBe(true);
    expect(phone()).toHaveLength(sent().length - 1);
  });
});

describe('the number of a message', () => {
  it('is the same for the same part and another for another, in the range that QQ takes', () => {
    const numbers = ['a', 'b'].flatMap((key) =>
      [0, 1].flatMap((part) => ['text', 'markdown'].map((variant) => sequenceNumber(key, part, variant))),
    );
    expect(new Set(numbers).size).toBe(8);
    expect(sequenceNumber('a', 0, 'text')).toBe(numbers[0]);
    for (const number of numbers) {
      expect(number).toBeGreaterThanOrEqual(1);
      expect(number).toBeLessThanOrEqual(2 ** 31 - 1);
    }
  });
});
