/** Taps on buttons through the bus: a tap is a command of the one to whom its message was sent, once. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { originOf } from '../../../src/chat/bus/request.ts';
import { createButtons } from '../../../src/chat/interaction/buttons.ts';
import type { Command } from '../../../src/chat/command/command.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createProcessedMessages } from '../../../src/store/processed-messages.ts';
import { ownFolder } from '../../store/helpers.ts';
import { command, harness, inbound, NOW } from '../helpers.ts';

const DAY = 24 * 3_600_000;

const setUp = ({
  role = 'operator',
  sealedAt = NOW,
}: { readonly role?: Command['role']; readonly sealedAt?: number } = {}) => {
  const db = openDatabase(join(ownFolder(), 'lifeline.db'));
  onTestFinished(() => db.close());
  const buttons = createButtons(db);
  const restart = vi.fn<Command['run']>(async () => ({ tone: 'good', title: 'did restart' }));
  const logs = vi.fn<Command['run']>(async () => ({ tone: 'info', title: 'did logs' }));
  const commands = [command('restart', { role, effects: 'interrupts', run: restart }), command('logs', { run: logs })];
  const token = (text: string, user = 'ME', channel = 'qq'): string =>
    buttons.attachButtonTokens(
      { tone: 'critical', title: 'ill', buttons: [{ label: 'x', style: 'danger', command: text }] },
      { key: text + user + channel, user, channel },
      sealedAt,
    ).buttons?.[0]?.token ?? '';
  const { bus, audited, titles, sent } = harness(commands, { buttons, seen: createProcessedMessages(db) });
  const tap = async (pressed: string, more: Parameters<typeof inbound>[1] = {}): Promise<void> => {
    bus.receive(inbound('', { pressed, ...more }));
    await bus.idle();
  };
  return { restart, logs, token, tap, audited, titles, sent };
};

describe('a tap', () => {
  it('runs the command of its button, and the audit says which', async () => {
    const { restart, token, tap, audited, titles } = setUp();
    await tap(token('/restart main'));
    expect(restart.mock.calls.map(([, args]) => args)).toEqual([{ text: 'main' }]);
    expect(titles()).toEqual(['did restart']);
    expect(audited).toMatchObject([{ operator: 'me', command: '/restart main', outcome: 'done' }]);
  });

  it('that is delivered again runs nothing and says nothing', async () => {
    const { restart, token, tap, titles } = setUp();
    const pressed = token('/restart main');
    for (let i = 0; i < 3; i += 1) await tap(pressed, { id: 'the-same' });
    expect(restart).toHaveBeenCalledOnce();
    expect(titles()).toHaveLength(1);
  });

  it('on a button that was tapped before interrupts nothing, says so and how to do it again', async () => {
    const { restart, token, tap, sent, audited } = setUp();
    const pressed = token('/restart main');
    await tap(pressed);
    await tap(pressed);
    expect(restart).toHaveBeenCalledOnce();
    expect(sent.at(-1)?.message).toMatchObject({
      title: 'This button was tapped before; nothing more was done',
      note: expect.stringContaining('/restart') as string,
    });
    expect(audited.at(-1)).toMatchObject({ command: '/restart main', outcome: 'refused', detail: 'button_pressed' });
  });

  it('that only reads may come as often as one likes', async () => {
    const { logs, token, tap } = setUp();
    const pressed = token('/logs main');
    await tap(pressed);
    await tap(pressed);
    expect(logs).toHaveBeenCalledTimes(2);
  });

  it('with a forged token does nothing, whatever else it says, and is in the audit', async () => {
    const { restart, tap, audited, sent } = setUp();
    await tap('forged-token-0123456789', { text: '/restart main' });
    expect(restart).not.toHaveBeenCalled();
    expect(audited).toMatchObject([
      { operator: 'me', command: '(button)', outcome: 'refused', detail: 'button_unknown' },
    ]);
    expect(sent).toHaveLength(1);
  });

  it("of a stranger does nothing, even with a token that was given out, and gets no message: that would come off the operators' quota; it is in the audit", async () => {
    const { restart, token, tap, audited, sent } = setUp({ role: 'viewer' });
    await tap(token('/restart main', 'SOMEBODY'), { sender: 'SOMEBODY' });
    expect(restart).not.toHaveBeenCalled();
    expect(sent).toEqual([]);
    expect(audited).toMatchObject([{ operator: null, sender: 'SOMEBODY', outcome: 'refused', detail: 'stranger' }]);
  });

  it("with another operator's token does nothing", async () => {
    const { restart, token, tap, audited } = setUp({ role: 'viewer' });
    await tap(token('/restart main', 'GUEST'));
    await tap(token('/restart main', 'ME', 'feishu'));
    expect(restart).not.toHaveBeenCalled();
    expect(audited.map(({ detail }) => detail)).toEqual(['button_unknown', 'button_unknown']);
  });

  it('on a button of yesterday does nothing and says how to type it', async () => {
    const { restart, token, tap, sent, audited } = setUp({ sealedAt: NOW - DAY - 1 });
    await tap(token('/restart main'));
    expect(restart).not.toHaveBeenCalled();
    expect(sent[0]?.message).toMatchObject({ tone: 'warning', note: expect.any(String) as string });
    expect(audited).toMatchObject([{ command: '(button)', outcome: 'refused', detail: 'button_expired' }]);
  });

  it('does no more than the role of the one who taps', async () => {
    const { restart, token, tap, audited } = setUp();
    await tap(token('/restart main', 'GUEST'), { sender: 'GUEST' });
    expect(restart).not.toHaveBeenCalled();
    expect(audited).toMatchObject([
      { operator: 'guest', command: '/restart main', outcome: 'refused', detail: 'role' },
    ]);
  });

  it('that comes hours late is refused with its age, and does not use the button up', async () => {
    const { restart, token, tap, titles, audited } = setUp();
    const pressed = token('/restart main');
    await tap(pressed, { sentAt: NOW - 3_600_000 });
    expect(restart).not.toHaveBeenCalled();
    expect(titles()[0]).toContain('too old');
    expect(audited).toMatchObject([{ command: '(button)', outcome: 'refused', detail: 'stale' }]);
    await tap(pressed);
    expect(restart).toHaveBeenCalledOnce();
  });

  it('without a time that can be read is refused, and does not use the button up', async () => {
    const { restart, token, tap, titles } = setUp();
    const pressed = token('/restart main');
    await tap(pressed, { sentAt: null });
    expect(restart).not.toHaveBeenCalled();
    expect(titles()[0]).toContain('cannot be told');
    await tap(pressed);
    expect(restart).toHaveBeenCalledOnce();
  });
});

it.each([
  ['a message', inbound('/restart', { id: 'm1' }), { id: 'm1', channel: 'qq', user: 'ME', replyTo: 'm1' }],
  [
    'a message in a group',
    inbound('/restart', { id: 'm1', chat: { kind: 'group', id: 'G' } }),
    { id: 'm1', channel: 'qq', user: 'ME', group: 'G', replyTo: 'm1' },
  ],
  [
    'a tap, which cannot be replied to',
    inbound('', { id: 't1', pressed: 'x' }),
    { id: 't1', channel: 'qq', user: 'ME' },
  ],
])('the answer to %s goes where it came from', (_what, message, origin) => expect(originOf(message)).toEqual(origin));
