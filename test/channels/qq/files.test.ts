/** Files and quotes: what goes out, what is said in their place, and how a person's quote finds its way back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { withinParts } from '../../../src/channels/qq/content/fit.ts';
import { partsOf, rowsOf } from '../../../src/channels/qq/content/rows.ts';
import { openDatabase } from '../../../src/store/database.ts';
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

const LINES = Array.from({ length: 150 }, (_, n) => `10:31:05 line ${n} 日志 ${'x'.repeat(40)}`);
const TEXT = `${LINES.join('\n')}\n`;
const LOGS: Message = {
  tone: 'info',
  title: 'main 最近 150 行日志',
  code: LINES,
  attachment: { name: 'main.log', text: TEXT },
  buttons: [{ label: '更早', style: 'plain', command: '/logs main', token: 'T0KEN' }],
};

const ask = (key = 'k1', message = LOGS, group?: string): Promise<SendResult> => {
  const replyTo =
    group === undefined
      ? bench.platform.say(APP.appId, USER, '/logs 150').id
      : bench.platform.sayInGroup(APP.appId, group, USER, '/logs 150');
  return bench.channel.send({ user: USER, replyTo, ...(group === undefined ? {} : { group }) }, message, { key });
};
const phone = () => bench.platform.conversation(APP.appId, USER).filter(({ from }) => from === 'bot');
const uploads = (): Record<string, unknown>[] =>
  bench.platform
    .requests(APP.appId)
    .filter(({ path }) => path.endsWith('/files'))
    .map(({ body }) => body as Record<string, unknown>);
const numbers = (text: string): number[] => [...text.matchAll(/line (\d+) /g)].map(([, n]) => Number(n));
const last = (count: number): number[] => Array.from({ length: count }, (_, n) => 150 - count + n);
const refusal = (code: number, status = 400) =>
  ({ kind: 'answer', status, body: { message: 'no', code, err_code: code } }) as const;

/** All text and no file: the end of the log, in as many parts as one message may have answers. */
const expectTextAlone = (
  said: readonly { readonly text: string; readonly file?: unknown }[],
  note = '文件没能发出去',
): void => {
  expect(said).toHaveLength(4);
  const shown = numbers(said.map(({ text }) => text).join('\n'));
  expect(shown).toEqual(last(shown.length));
  expect(shown.length).toBeGreaterThan(60);
  expect(said[0]?.text).toContain(`… 前面还有 ${150 - shown.length} 行`);
  expect(said.at(-1)?.text).toContain(note);
  expect(said.at(-1)?.text).toContain('更早的用 /logs 20');
  expect(said.every(({ file }) => file === undefined)).toBe(true);
};

describe('a message with a file', () => {
  it('is the end of it as text, and then the file', async () => {
    const result = await ask();
    const said = phone();
    expect(result).toMatchObject({ outcome: 'ok', messageId: said[0]?.id });
    expect(result.outcome === 'ok' ? result.quoteIds : []).toHaveLength(said.length);
    expect(said.at(-1)?.file).toEqual({ name: 'main.log', text: TEXT });
    const text = said
      .slice(0, -1)
      .map((message) => message.text)
      .join('\n');
    expect(numbers(text)).toEqual(last(20));
    expect(text).toContain('全部内容在文件 main[.]log 里');
    // Of the four answers that one message allows, one is left.
    expect(said.length).toBeLessThanOrEqual(3);
    expect(uploads()).toEqual([
      { file_type: 4, file_name: 'main.log', file_data: Buffer.from(TEXT).toString('base64'), srv_send_msg: false },
    ]);
  });

  it('goes as a push when it answers nothing', async () => {
    expect(await bench.channel.send({ user: USER }, LOGS, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
    expect(bench.platform.sent(APP.appId).map(({ way }) => way.kind)).toEqual(phone().map(() => 'push'));
    expect(phone().at(-1)?.file?.name).toBe('main.log');
  });

  it.each(['hang_after_accepting', 'refused once'] as const)(
    'repeats nothing that arrived when the file must be tried again: %s',
    async (what) => {
      await reopen({ timings: { requestMs: what === 'hang_after_accepting' ? 3_000 : 30_000 } });
      const stop = bench.platform.onMessage((_app, { from }) => {
        if (from !== 'bot') return;
        stop();
        bench.platform.failSends(
          APP.appId,
          1,
          what === 'hang_after_accepting' ? { kind: what } : refusal(50055001, 500),
        );
      });
      const { id } = bench.platform.say(APP.appId, USER, '/logs 150');
      const short: Message = { ...LOGS, code: LINES.slice(-5) };
      const send = (): Promise<SendResult> => bench.channel.send({ user: USER, replyTo: id }, short, { key: 'k1' });
      expect(await send()).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('the file: ') as string });
      expect(await send()).toMatchObject({ outcome: 'ok', messageId: phone()[0]?.id });
      expect(phone().map(({ file }) => file?.name)).toEqual([undefined, 'main.log']);
      expect(uploads()).toHaveLength(1);
    },
  );

  it('is text alone in a group', async () => {
    expect(await ask('k1', LOGS, GROUP)).toMatchObject({ outcome: 'ok' });
    expectTextAlone(bench.platform.sent(APP.appId));
    expect(uploads()).toEqual([]);
  });

  it('is text alone where QQ lets the bot send no files, and that is remembered for a day', async () => {
    bench.platform.setRules(APP.appId, { files: false });
    expect(await ask('k1')).toMatchObject({ outcome: 'ok' });
    expectTextAlone(phone());
    expect(phone().at(-1)?.card?.blocks.at(-1)).toMatchObject({ kind: 'buttons', buttons: [{ label: '更早' }] });
    await ask('k2');
    expect(uploads()).toHaveLength(1);
    bench.platform.setRules(APP.appId, { files: true });
    bench.ahead(24 * 3_600_000 + 1);
    await bench.channel.send({ user: USER }, LOGS, { key: 'k3' });
    expect(uploads()).toHaveLength(2);
    expect(phone().at(-1)?.file?.name).toBe('main.log');
  });

  it.each([
    { what: 'a passing fault', fault: refusal(50055001, 500) },
    { what: 'too many calls', fault: refusal(100017, 429) },
    { what: 'a proxy’s page', fault: { kind: 'answer', status: 413, body: '<html>' } as const },
    { what: 'no answer', fault: { kind: 'hang' } as const },
  ])('whose upload meets $what goes as text at once, and the next tries a file again', async ({ fault }) => {
    // The next one has to be taken in that time.
    await reopen({ timings: { requestMs: fault.kind === 'hang' ? 3_000 : 30_000 } });
    bench.platform.failUpload(APP.appId, fault);
    expect(await ask('k1')).toMatchObject({ outcome: 'ok' });
    expectTextAlone(phone());
    await ask('k2');
    expect(phone().at(-1)?.file?.name).toBe('main.log');
  });

  it('whose file is refused when it is sent gets as much text as fits in its place, once', async () => {
    const short: Message = { ...LOGS, code: LINES.slice(-2) };
    const { id } = bench.platform.say(APP.appId, USER, '/logs 150');
    const send = (): Promise<SendResult> => bench.channel.send({ user: USER, replyTo: id }, short, { key: 'k1' });
    const stop = bench.platform.onMessage(() => {
      stop();
      bench.platform.failSends(APP.appId, 1, refusal(304061));
    });
    expect(await send()).toMatchObject({
      outcome: 'ok',
      messageId: phone()[0]?.id,
      quoteIds: [expect.any(String), expect.any(String)],
    });
    expect(phone().map(({ text, file }) => [text.includes('文件没能发出去'), numbers(text), file])).toEqual([
      [false, [148, 149], undefined],
      [true, [148, 149], undefined],
    ]);
  });

  it('larger than is sent in one piece goes as text', async () => {
    await ask('k1', { ...LOGS, attachment: { name: 'main.log', text: 'x'.repeat(5 * 1024 * 1024 + 1) } });
    expect(uploads()).toEqual([]);
    expectTextAlone(phone());
  });

  it('is shortened only as far as it must be', () => {
    for (const most of [1, 2, 4]) {
      const short = withinParts(LOGS, most, 'en');
      const kept = (short.code ?? []).length - 1;
      const parts = (count: number): number =>
        partsOf(rowsOf({ ...LOGS, code: [`… ${150 - count} earlier lines`, ...LINES.slice(150 - count)] })).length;
      expect([parts(kept) <= most, parts(kept + 1) <= most]).toEqual([true, false]);
      expect(short.code?.[0]).toBe(`… ${150 - kept} earlier lines`);
    }
    expect(withinParts(LOGS, 100, 'en')).toBe(LOGS);
  });
});

describe('a quote', () => {
  const LONG: Message = { tone: 'critical', title: 'main：QQ 失联', lines: LINES.slice(0, 60) };

  it.each(['full', 'minimal'] as const)(
    'names the part that is quoted as the send did, in the %s shape of events',
    async (events) => {
      bench.platform.setRules(APP.appId, { events });
      const result = await bench.channel.send({ user: USER }, LONG, { key: 'k1' });
      const quoteIds = result.outcome === 'ok' ? (result.quoteIds ?? []) : [];
      const parts = phone();
      expect(quoteIds).toHaveLength(parts.length);
      expect(parts.length).toBeGreaterThan(1);
      for (const { id } of parts) bench.platform.say(APP.appId, USER, '知道了', { quotes: id });
      bench.platform.say(APP.appId, USER, '/status');
      await eventually(() => expect(bench.received.map(({ quotes }) => quotes)).toEqual([...quoteIds, undefined]));
    },
  );

  it('in a group is told as well', async () => {
    await ask('k1', { tone: 'info', title: 'one' }, GROUP);
    const [sent] = bench.platform.sent(APP.appId);
    bench.platform.sayInGroup(APP.appId, GROUP, USER, 'ack', { quotes: sent?.id ?? '' });
    await eventually(() =>
      expect(bench.received.at(-1)).toMatchObject({ text: 'ack', quotes: expect.stringMatching(/^REFIDX_/) as string }),
    );
  });

  it('of a message is known again after a restart in the middle of it', async () => {
    const db = openDatabase(':memory:');
    await reopen({ channel: { db } });
    let seen = 0;
    const stop = bench.platform.onMessage(() => {
      if ((seen += 1) < 2) return;
      stop();
      bench.platform.failSends(APP.appId, 1, refusal(50055001, 500));
    });
    expect(await bench.channel.send({ user: USER }, LONG, { key: 'k1' })).toMatchObject({ outcome: 'retry' });
    await bench.channel.stop();
    const again = await createBench({ onto: bench.platform, channel: { db } });
    const result = await again.channel.send({ user: USER }, LONG, { key: 'k1' });
    await again.stop();
    expect(result.outcome === 'ok' ? result.quoteIds : []).toHaveLength(phone().length);
    expect(phone().length).toBeGreaterThan(2);
  });

  it('cannot be told where QQ does not name what it took', async () => {
    bench.platform.failSends(APP.appId, 1, {
      kind: 'answer_after_accepting',
      status: 200,
      body: { id: 'ROBOT1.0_old', timestamp: 1 },
    });
    expect(await bench.channel.send({ user: USER }, { tone: 'info', title: 'x' }, { key: 'k1' })).toEqual({
      outcome: 'ok',
      messageId: 'ROBOT1.0_old',
    });
  });
});
