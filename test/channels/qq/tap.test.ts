/** Buttons and taps, and what is left of a message when QQ does not take its form. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import type { Button, Message } from '../../../src/chat/message/message.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { APP, eventually, GROUP, STRANGER, USER } from '../../sandbox/qq/client.ts';
import { createBench, type Bench, type BenchOptions } from './bench.ts';

const DAY = 86_400_000;

let bench: Bench;
const open = async (options: BenchOptions = {}): Promise<void> => {
  bench = await createBench({ sharedClock: true, ...options, channel: { locale: 'en', ...options.channel } });
  await eventually(() => expect(bench.channel.status().link).toBe('connected'));
};
afterEach(() => bench.stop());

const button = (label: string, token: string, style: Button['style'] = 'plain'): Button => ({
  label,
  style,
  command: `/secret ${label}`,
  token,
});
const ALERT: Message = {
  tone: 'critical',
  title: 'main: QQ lost',
  buttons: [button('Restart', 'T-restart', 'primary'), button('Status', 'T-status')],
};

let keys = 0;
const send = (message: Message = ALERT, key = `k ${keys++}`): Promise<SendResult> =>
  bench.channel.send({ user: USER }, message, { key, alert: true });
const onPhone = () => bench.platform.conversation(APP.appId, USER).filter(({ from }) => from === 'bot');
const buttonsOf = (message = onPhone().at(-1)) =>
  (message?.card?.blocks ?? []).flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));
const bodies = () =>
  bench.platform
    .requests(APP.appId)
    .filter(({ path }) => path.endsWith('/messages'))
    .map(({ body }) => body as { msg_type: number; keyboard?: unknown; msg_id?: string; event_id?: string });
const refusing = (code: number, count = 1): void =>
  bench.platform.failSends(APP.appId, count, { kind: 'answer', status: 400, body: { code, err_code: code } });
const forms = () =>
  bodies().map(({ msg_type, keyboard }) => {
    if (msg_type === 0) return 'text';
    if (keyboard === undefined) return 'markdown';
    return JSON.stringify(keyboard).includes('specify_user_ids') ? 'listed' : 'open';
  });

describe('a button', () => {
  it('comes back as its token, is answered at once, and never shows the command', async () => {
    await open();
    await send();
    expect(buttonsOf().map(({ label, style }) => [label, style])).toEqual([
      ['Restart', 'primary'],
      ['Status', 'plain'],
    ]);
    expect(JSON.stringify(bodies())).not.toContain('/secret');
    const message = onPhone().at(-1);
    const pressed = await bench.platform.press(APP.appId, USER, message?.id ?? '', buttonsOf()[0]?.id ?? '');
    expect(pressed.answered).toBe(true);
    expect(bench.received).toEqual([
      {
        channel: 'qq',
        id: expect.stringMatching(/./) as string,
        sender: USER,
        chat: { kind: 'direct' },
        text: '',
        pressed: 'T-restart',
        sentAt: expect.any(Number) as number,
      },
    ]);
  });

  it('that was tapped can be answered, by the event and not by a push', async () => {
    await open();
    bench.platform.switches.rejectPushes(APP.appId, USER);
    await bench.platform.click(APP.appId, USER, 'T');
    const [tap] = bench.received;
    for (let n = 0; n < 4; n++)
      expect(
        await bench.channel.send(
          { user: USER, replyTo: tap?.id ?? '' },
          { tone: 'info', title: `done ${n}` },
          { key: `a ${n}` },
        ),
      ).toMatchObject({ outcome: 'ok' });
    expect(bench.platform.sent(APP.appId).map(({ way }) => way.kind)).toEqual(['event', 'event', 'event', 'event']);
  });

  it('is answered by its inner id where QQ knows no outer one', async () => {
    await open();
    await bench.platform.click(APP.appId, USER, 'T');
    const id = bench.received[0]?.id ?? '';
    refusing(40034025);
    expect(
      await bench.channel.send({ user: USER, replyTo: id }, { tone: 'info', title: 'done' }, { key: 'a' }),
    ).toMatchObject({ outcome: 'ok' });
    expect(
      bodies()
        .slice(0, 2)
        .map(({ event_id }) => event_id),
    ).toEqual([expect.stringMatching(/^INTERACTION_CREATE:/), id]);
  });

  it('of the quick menu is answered and is no message', async () => {
    await open();
    expect(await bench.platform.tapMenu(APP.appId, USER, 'f1')).toBe(0);
    expect(bench.received).toEqual([]);
  });

  it('is for the person alone: nobody else may tap', async () => {
    await open();
    await send();
    expect(bodies()[0]).toMatchObject({
      keyboard: {
        content: { rows: [{ buttons: [{ action: { permission: { type: 0, specify_user_ids: [USER] } } }, {}] }] },
      },
    });
    expect(JSON.stringify(bodies()[0])).not.toContain(STRANGER);
  });

  it('is answered once, however often the event comes', async () => {
    await open();
    const puts = () => bench.platform.requests(APP.appId).filter(({ method }) => method === 'PUT');
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.platform.setFaults(APP.appId, { events: 'duplicated' });
    void bench.platform.click(APP.appId, USER, 'T').then(() => resolve());
    await promise;
    bench.platform.setFaults(APP.appId, { events: 'normal', replay: 'everything' });
    bench.platform.closeSockets(APP.appId, 4009);
    await bench.back();
    expect(puts()).toHaveLength(1);
    // The bus drops what it has seen; it gets the same id each time.
    expect(new Set(bench.received.filter(({ pressed }) => pressed).map(({ id }) => id)).size).toBe(1);
  });

  it('is not shown where taps are not heard', async () => {
    await open();
    bench.platform.grantIntents(APP.appId, 1 << 25);
    bench.platform.closeSockets(APP.appId, 4006);
    await bench.back();
    await send();
    expect(forms()).toEqual(['text']);
  });

  it('stands below the last part of a long message', async () => {
    await open();
    await send({ ...ALERT, code: Array.from({ length: 60 }, (_, n) => `${n} ${'x'.repeat(60)}`) });
    expect(onPhone().length).toBeGreaterThan(1);
    expect(onPhone().map((message) => buttonsOf(message).length)).toEqual([
      ...onPhone()
        .slice(1)
        .map(() => 0),
      2,
    ]);
  });

  it('in a group is tapped by its member', async () => {
    await open();
    const id = bench.platform.sayInGroup(APP.appId, GROUP, USER, '/status');
    await eventually(() => expect(bench.received.map((inbound) => inbound.id)).toContain(id));
    expect(await bench.channel.send({ user: USER, group: GROUP, replyTo: id }, ALERT, { key: 'g' })).toMatchObject({
      outcome: 'ok',
    });
    bench.platform.inject(APP.appId, 'INTERACTION_CREATE', {
      id: 'I-group',
      type: 11,
      chat_type: 1,
      group_openid: GROUP,
      group_member_openid: USER,
      data: { resolved: { button_data: 'T-status' } },
    });
    await eventually(() =>
      expect(bench.received.at(-1)).toMatchObject({
        id: 'I-group',
        sender: USER,
        chat: { kind: 'group', id: GROUP },
        pressed: 'T-status',
      }),
    );
  });
});

describe('a form that QQ does not take', () => {
  it('markdown becomes text at once, for a day', async () => {
    await open();
    bench.platform.setRules(APP.appId, { markdown: false });
    expect(await send()).toMatchObject({ outcome: 'ok' });
    expect(await send()).toMatchObject({ outcome: 'ok' });
    expect(forms()).toEqual(['listed', 'text', 'text']);
    expect(onPhone().map(({ text }) => text)).toEqual(['🔴 main: QQ lost', '🔴 main: QQ lost']);
    bench.platform.setRules(APP.appId, { markdown: true });
    bench.ahead(DAY);
    await send();
    expect(forms().at(-1)).toBe('listed');
  });

  it('buttons for listed people become open ones, then none, and each step is remembered', async () => {
    await open();
    refusing(40034029);
    expect(await send()).toMatchObject({ outcome: 'ok' });
    expect(forms()).toEqual(['listed', 'open']);
    await send();
    expect(forms().slice(2)).toEqual(['open']);
    refusing(40034029);
    expect(await send({ ...ALERT, code: ['log'] })).toMatchObject({ outcome: 'ok' });
    expect(forms().slice(3)).toEqual(['open', 'markdown']);
    expect(await send()).toMatchObject({ outcome: 'ok' });
    expect(forms().at(-1)).toBe('text');
  });

  it('an address becomes words without dots, for a day', async () => {
    await open();
    refusing(40054010);
    const message: Message = { tone: 'info', title: 'host a.example.com' };
    await send(message);
    await send(message);
    expect(onPhone().map(({ text }) => text)).toEqual(['host a·example·com', 'host a·example·com']);
    expect(bodies()).toHaveLength(3);
  });

  it('is remembered over a restart', async () => {
    const db = openDatabase(':memory:');
    await open({ channel: { db } });
    bench.platform.setRules(APP.appId, { markdown: false });
    await send();
    await bench.channel.stop();
    const second = await createBench({ onto: bench.platform, channel: { db } });
    await second.channel.send({ user: USER }, ALERT, { key: 'after' });
    await second.channel.stop();
    expect(forms()).toEqual(['listed', 'text', 'text']);
  });

  it('and every other is given up after a few steps', async () => {
    await open();
    refusing(40034127, 20);
    expect(await send()).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('40034127') as string });
    expect(forms()).toEqual(['listed', 'text', 'text']);
  });
});

describe('each code of the document on the wire', () => {
  const ok = { outcome: 'ok' };
  const held = (fix: string) => ({ outcome: 'refused', fix });
  const retry = (afterMs?: number) => ({ outcome: 'retry', ...(afterMs === undefined ? {} : { afterMs }) });
  const refused = { outcome: 'refused' };
  const of = (codes: readonly number[], result: object, calls: number) =>
    codes.map((code) => ({ code, result, calls }));

  // An answer to a message or else a push meets the code once; the platform takes whatever is tried next.
  const WINDOW_CLOSED: readonly number[] = [
    304026, 304027, 304103, 40034005, 40034024, 40034025, 40034026, 40034027, 40034128,
  ];
  it.each([
    ...of(WINDOW_CLOSED, ok, 2),
    ...of([40054005, 304023, 304024], ok, 1),
    ...of([1100100, 100017, 40023001], retry(60_000), 1),
    ...of([40034100, 22009], retry(), 1),
    ...of([40034004, 40054006, 50055001, 50055002, 50055006, 11281, 11242, 11252], retry(5_000), 1),
    ...of([40054016, 304018], retry(10_000), 1),
    ...of([40054010, 304003, 40034006, 1100101, 50059, 304061, 40054007, 40054018], ok, 2),
    ...of([40034008, 40034009, 40034010, 40034011, 40034012, 40034127, 304036, 22006, 40034029, 40034124], ok, 2),
    ...of([40034102, 40034105], held('grant_permission'), 2),
    ...of([40054013], held('allow_push'), 2),
    ...of([40054004], held('add_friend'), 1),
    ...of([11253], held('grant_permission'), 1),
    ...of([11254, 11265, 40034101, 40054002, 40054003, 304064, 1100102, 1100103, 1100104], refused, 1),
    ...of([87654321], refused, 2),
  ])('$code: $result.outcome after $calls calls', async ({ code, result, calls }) => {
    bench = await createBench({ start: false });
    refusing(code);
    // What is tried next is a recall message where pushes are closed, which this person's silence forbids.
    if ('fix' in result && calls === 2) refusing(40034123);
    const outcome = WINDOW_CLOSED.includes(code)
      ? await bench.channel.send({ user: USER, replyTo: bench.platform.say(APP.appId, USER, 'hi').id }, ALERT, {
          key: 'answer',
        })
      : await send();
    expect(outcome).toMatchObject(result);
    expect(bodies()).toHaveLength(calls);
  });
});
