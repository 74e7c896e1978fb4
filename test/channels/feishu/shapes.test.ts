/** In which shape a message goes out, and what follows a refusal: against a platform that answers as it is told. */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/chat/message/message.ts';
import { afterRush } from '../../../src/channels/feishu/http/rush-hour.ts';
import { channelOf, refusal, startRestServer, type Call } from './rest-server.ts';
import { eventually, recordingLogger } from './fixture.ts';

const ALERT: Message = { tone: 'critical', title: 'main：QQ 失联', lines: ['10:31 起'] };
const TO = { user: 'ou_1' };

const shape = ({ body }: Call): string => String(body['msg_type']);
const content = ({ body }: Call): string => String(body['content']);

describe('a message', () => {
  test.each<[string, Message, string]>([
    ['of one line is text', { tone: 'info', title: 'T' }, 'text'],
    ['of one line with a mark is text', { tone: 'warning', title: 'T' }, 'text'],
    [
      'with a button that cannot be tapped is text',
      { tone: 'info', title: 'T', buttons: [{ label: 'b', style: 'plain', command: '/x' }] },
      'text',
    ],
    ['with lines is a card', { tone: 'info', title: 'T', lines: ['l'] }, 'interactive'],
    ['with a note is a card', { tone: 'info', title: 'T', note: 'n' }, 'interactive'],
    [
      'with a button is a card',
      { tone: 'info', title: 'T', buttons: [{ label: 'b', style: 'plain', command: '/x', token: 't' }] },
      'interactive',
    ],
  ])('%s', async (_what, message, expected) => {
    const server = await startRestServer();
    await channelOf(server).send(TO, message, { key: 'k1' });
    expect(server.calls.map(shape)).toEqual([expected]);
    expect(server.calls[0]?.body['uuid']).toBe('k1');
  });

  test.each([230099, 230025, 200861, 200621, 11310, 230001, 424242])(
    'refused as a card with %i goes out as text, under another uuid, the same at each try',
    async (code) => {
      const server = await startRestServer();
      const channel = channelOf(server);
      const uuids: unknown[] = [];
      for (let round = 0; round < 2; round += 1) {
        server.answers.push(refusal(code));
        expect(await channel.send(TO, ALERT, { key: 'k'.repeat(50) })).toMatchObject({ outcome: 'ok' });
        expect(server.calls.map(shape)).toEqual(['interactive', 'text']);
        uuids.push(...server.calls.map(({ body }) => body['uuid']));
        server.calls.length = 0;
      }
      expect(uuids).toEqual(['k'.repeat(50), uuids[1], 'k'.repeat(50), uuids[1]]);
      expect(uuids[1]).toMatch(/^[0-9a-f]{40}$/);
    },
  );

  test.each([230013, 99991403, 99991672, 230002, 230022, 230020, 99991663])(
    'refused with %i is not tried as text: that would be refused too',
    async (code) => {
      const server = await startRestServer();
      server.answers.push(refusal(code), refusal(code));
      expect(await channelOf(server).send(TO, ALERT, { key: 'k1' })).not.toMatchObject({ outcome: 'ok' });
      expect(server.calls.map(shape)).not.toContain('text');
    },
  );

  test('that the content check refuses goes once more without numbers and addresses', async () => {
    const server = await startRestServer();
    server.answers.push(refusal(230028));
    const message = { ...ALERT, code: ['mail from root@host.example, +86 13812345678'] };
    expect(await channelOf(server).send(TO, message, { key: 'k1' })).toMatchObject({ outcome: 'ok' });
    const [first, second] = server.calls;
    expect(first && content(first)).toContain('root@host.example');
    expect(second && content(second)).toContain('mail from ***@***, ***');
    expect(second && content(second)).not.toContain('13812345678');
    expect(second?.body['uuid']).not.toBe(first?.body['uuid']);
  });

  test('keeps what it learnt of one refusal through the next', async () => {
    const server = await startRestServer();
    server.answers.push(refusal(230011), refusal(230028), refusal(230099));
    expect(
      await channelOf(server).send({ ...TO, replyTo: 'om_0' }, { ...ALERT, note: 'a@b.example' }, { key: 'k1' }),
    ).toMatchObject({ outcome: 'ok' });
    expect(
      server.calls.map((call) => [call.path.includes('/reply'), shape(call), content(call).includes('a@b.example')]),
    ).toEqual([
      [true, 'interactive', true],
      [false, 'interactive', true],
      [false, 'interactive', false],
      [false, 'text', false],
    ]);
    expect(new Set(server.calls.map(({ body }) => body['uuid'])).size).toBe(3);
  });

  test('that arrived, though its answer was lost, is delivered with whatever success the repeat gets', async () => {
    const server = await startRestServer();
    server.answers.push('hang', { body: { code: 0, msg: 'success' } });
    const channel = channelOf(server, { httpTimeoutMs: 200 });
    expect(await channel.send(TO, ALERT, { key: 'k1' })).toMatchObject({ outcome: 'retry' });
    expect(await channel.send(TO, ALERT, { key: 'k1' })).toEqual({ outcome: 'ok', messageId: '' });
    expect(server.calls.map(({ body }) => body['uuid'])).toEqual(['k1', 'k1']);
  });
});

describe('an edit', () => {
  const card = (title: string): Message => ({ tone: 'info', title, lines: ['l'] });

  test('replaces the card', async () => {
    const server = await startRestServer();
    expect(await channelOf(server).edit('om_1', card('new'))).toEqual({ outcome: 'ok', messageId: 'om_1' });
    expect(server.calls).toMatchObject([{ method: 'PATCH', path: '/open-apis/im/v1/messages/om_1' }]);
    expect(JSON.parse(server.calls[0] ? content(server.calls[0]) : '')).toMatchObject({
      config: { update_multi: true },
    });
  });

  test.each([230011, 230110, 230031, 230001, 230099, 230017])(
    'refused with %i means: send a new message',
    async (code) => {
      const server = await startRestServer();
      server.answers.push(refusal(code));
      expect(await channelOf(server).edit('om_1', card('new'))).toMatchObject({ outcome: 'refused' });
    },
  );

  test('that cannot be made now is to be tried again', async () => {
    const server = await startRestServer();
    server.answers.push(refusal(230020), { status: 502, body: '<html>502</html>' });
    const channel = channelOf(server);
    expect(await channel.edit('om_1', card('new'))).toMatchObject({ outcome: 'retry', afterMs: 1_000 });
    expect(await channel.edit('om_1', card('new'))).toMatchObject({ outcome: 'retry' });
    expect(await channel.edit('om_1', card('new'))).toMatchObject({ outcome: 'ok' });
  });

  test('of many at once makes the first and the last, and all hear of it', async () => {
    const server = await startRestServer();
    const channel = channelOf(server);
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => channel.edit('om_1', card(`step ${n}`))));
    expect(results).toEqual(results.map(() => ({ outcome: 'ok', messageId: 'om_1' })));
    expect(server.calls.map(content).map((text) => /step \d+/.exec(text)?.[0])).toEqual(['step 0', 'step 29']);
  });

  test('that changes nothing costs no call', async () => {
    const server = await startRestServer();
    const channel = channelOf(server);
    await channel.edit('om_1', card('same'));
    expect(await channel.edit('om_1', card('same'))).toMatchObject({ outcome: 'ok' });
    await channel.edit('om_2', card('same'));
    await channel.edit('om_1', card('other'));
    await channel.edit('om_1', card('same'));
    expect(server.calls.map(({ path }) => path.at(-1))).toEqual(['1', '2', '1', '1']);
  });

  test('after one that failed is made, though it shows the same as before', async () => {
    const server = await startRestServer();
    const channel = channelOf(server, { httpTimeoutMs: 200 });
    await channel.edit('om_1', card('old'));
    server.answers.push('hang');
    expect(await channel.edit('om_1', card('new'))).toMatchObject({ outcome: 'retry' });
    expect(await channel.edit('om_1', card('old'))).toMatchObject({ outcome: 'ok' });
    expect(server.calls).toHaveLength(3);
  });
});

describe('a buzz', () => {
  const urgent = (server: { readonly calls: Call[] }): Call[] =>
    server.calls.filter(({ path }) => path.includes('/urgent_app'));

  test('rings for a critical alert, when that is wanted', async () => {
    const server = await startRestServer();
    const channel = channelOf(server, { buzz: true });
    await channel.send(TO, ALERT, { key: 'k1', alert: true });
    await eventually(() =>
      expect(urgent(server)).toMatchObject([
        {
          method: 'PATCH',
          path: '/open-apis/im/v1/messages/om_1/urgent_app?user_id_type=open_id',
          body: { user_id_list: ['ou_1'] },
        },
      ]),
    );
  });

  test.each<[string, boolean, Message, { key: string; alert?: boolean }]>([
    ['is not switched on', false, ALERT, { key: 'k1', alert: true }],
    ['is no alert', true, ALERT, { key: 'k1' }],
    ['is good news', true, { ...ALERT, tone: 'good' }, { key: 'k1', alert: true }],
  ])('does not ring for what %s', async (_what, buzz, message, delivery) => {
    const server = await startRestServer();
    const channel = channelOf(server, { buzz });
    await channel.send(TO, message, delivery);
    // A call made after a buzz would have come after it.
    await channel.edit('om_1', ALERT);
    expect(urgent(server)).toEqual([]);
  });

  test('rings once for a message that is sent again under its uuid', async () => {
    const server = await startRestServer();
    const channel = channelOf(server, { buzz: true });
    const same = { body: { code: 0, data: { message_id: 'om_same' } } };
    server.answers.push((call) => (call.path.includes('urgent') ? { body: { code: 0 } } : same));
    await channel.send(TO, ALERT, { key: 'k1', alert: true });
    await eventually(() => expect(urgent(server)).toHaveLength(1));
    server.answers.push(same);
    await channel.send(TO, ALERT, { key: 'k1', alert: true });
    await channel.edit('om_2', ALERT);
    expect(urgent(server)).toHaveLength(1);
  });

  test.each<[number, RegExp]>([
    [230023, /200 buzzes/],
    [230024, /quota of buzzes/],
    [230012, /not the bot/],
    [230052, /risk control/],
    [230098, /folded away/],
    [99991672, /permission/],
  ])('refused with %i leaves the alert delivered, and is logged once', async (code, reason) => {
    const server = await startRestServer();
    const { logger, text } = recordingLogger();
    const channel = channelOf(server, { buzz: true, logger });
    for (const key of ['k1', 'k2']) {
      server.answers.push({ body: { code: 0, data: { message_id: `om_${key}` } } }, refusal(code));
      expect(await channel.send(TO, ALERT, { key, alert: true })).toMatchObject({ outcome: 'ok' });
      await eventually(() => expect(server.answers).toEqual([]));
    }
    await eventually(() => expect(text()).toMatch(reason));
    await eventually(() => expect(text().match(/the phone was not buzzed/g)).toHaveLength(2));
    expect(
      text()
        .split('\n')
        .filter((line) => line.includes('"level":40') && line.includes('not buzzed')),
    ).toHaveLength(1);
  });

  test('that the platform takes without the person is told', async () => {
    const server = await startRestServer();
    const { logger, text } = recordingLogger();
    server.answers.push(
      { body: { code: 0, data: { message_id: 'om_9' } } },
      { body: { code: 0, data: { invalid_user_id_list: ['ou_1'] } } },
    );
    await channelOf(server, { buzz: true, logger }).send(TO, ALERT, { key: 'k1', alert: true });
    await eventually(() => expect(text()).toContain('invalid_user_id_list'));
  });

  test('that gets no answer is tried again, apart from the message', async () => {
    const server = await startRestServer();
    const channel = channelOf(server, { buzz: true });
    server.answers.push({ body: { code: 0, data: { message_id: 'om_9' } } }, { status: 502, body: '<html>' });
    await channel.send(TO, ALERT, { key: 'k1', alert: true });
    await eventually(() => expect(urgent(server)).toHaveLength(2));
    expect(server.calls).toHaveLength(3);
  });
});

test('a wait for the platform does not end in the rush at the hour and the half hour', () => {
  const at = (time: string): number => Date.parse(`2026-11-21T${time}+08:00`);
  expect(afterRush(at('10:10:00'), 10_000)).toBe(10_000);
  expect(afterRush(at('10:29:55'), 10_000)).toBe(50_000);
  expect(afterRush(at('11:00:00'), 10_000)).toBe(45_000);
  expect(afterRush(at('11:00:40'), 10_000)).toBe(10_000);
});
