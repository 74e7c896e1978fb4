import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { createButtons } from '../../../src/chat/interaction/buttons.ts';
import type { Command, CommandContext } from '../../../src/chat/command/command.ts';
import { confirmingText, createConfirmations, CONFIRM_MS } from '../../../src/chat/interaction/confirmation.ts';
import type { Inbound } from '../../../src/chat/inbound/inbound-message.ts';
import type { Message } from '../../../src/chat/message/message.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createProcessedMessages } from '../../../src/store/processed-messages.ts';
import { ownFolder } from '../../store/helpers.ts';
import { command, harness, inbound, NOW } from '../helpers.ts';

const ME = { channel: 'qq', user: 'ME', chat: null };

const setUp = (path = join(ownFolder(), 'lifeline.db')) => {
  const db = openDatabase(path);
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  return { db, path, confirmations: createConfirmations(db) };
};

describe('the word that confirms', () => {
  it('has four signs, letters and digits both, and none that looks like another', () => {
    const { confirmations } = setUp();
    const words = Array.from({ length: 300 }, () => confirmations.ask(ME, '/restart main', NOW));
    expect(new Set(words).size).toBe(300);
    for (const word of words) {
      expect(word).toMatch(/^(?=.*\d)(?=.*[A-Z])[2-9A-Z]{4}$/);
      expect(word).not.toMatch(/[01OILBSZU]/);
      expect(confirmingText(word)).toBe(word);
    }
  });

  it('stands for its command, once', () => {
    const { confirmations } = setUp();
    const word = confirmations.ask(ME, '/restart main @1', NOW);
    expect(confirmations.take(word, ME, NOW + CONFIRM_MS - 1)).toEqual({
      kind: 'command',
      command: '/restart main @1',
    });
    for (const later of [NOW + CONFIRM_MS - 1, NOW + CONFIRM_MS + 1])
      expect(confirmations.take(word, ME, later)).toEqual({ kind: 'used' });
  });

  it('outlives a restart of Lifeline, and so does that it was used', () => {
    const { db, path, confirmations } = setUp();
    const [one, other] = [confirmations.ask(ME, '/stop main', NOW), confirmations.ask(ME, '/restart main', NOW)];
    confirmations.take(other, ME, NOW);
    db.close();
    const again = setUp(path).confirmations;
    expect(again.take(one, ME, NOW + 1_000)).toEqual({ kind: 'command', command: '/stop main' });
    expect(again.take(other, ME, NOW + 1_000)).toEqual({ kind: 'used' });
  });

  it.each([
    ['somebody else', { ...ME, user: 'YOU' }],
    ['the same id on another channel', { ...ME, channel: 'feishu' }],
    ['the same person in a group', { ...ME, chat: 'G' }],
  ])('means nothing from %s, and is not used up by that', (_who, who) => {
    const { confirmations } = setUp();
    const word = confirmations.ask(ME, '/restart main', NOW);
    expect(confirmations.take(word, who, NOW)).toEqual({ kind: 'unknown' });
    expect(confirmations.take(word, ME, NOW)).toMatchObject({ kind: 'command' });
  });

  it('that was given in one group means nothing in another, nor one-to-one', () => {
    const { confirmations } = setUp();
    const word = confirmations.ask({ ...ME, chat: 'G' }, '/restart main', NOW);
    expect(confirmations.take(word, { ...ME, chat: 'H' }, NOW)).toEqual({ kind: 'unknown' });
    expect(confirmations.take(word, ME, NOW)).toEqual({ kind: 'unknown' });
    expect(confirmations.take(word, { ...ME, chat: 'G' }, NOW)).toMatchObject({ kind: 'command' });
  });

  it.each([
    ['a minute later', CONFIRM_MS],
    ['an hour later', 3_600_000],
    ['with a clock that was set back', -3_600_000],
  ])('has run out %s', (_when, later) => {
    const { confirmations } = setUp();
    const word = confirmations.ask(ME, '/restart main', NOW);
    expect(confirmations.take(word, ME, NOW + later)).toEqual({ kind: 'expired' });
  });

  it('is forgotten after some days', () => {
    const { db, confirmations } = setUp();
    const word = confirmations.ask(ME, '/restart main', NOW);
    confirmations.ask(ME, '/restart main', NOW + 2 * 24 * 3_600_000);
    expect(confirmations.take(word, ME, NOW)).toEqual({ kind: 'unknown' });
    expect(db.prepare('SELECT count(*) AS n FROM confirmations').get()).toEqual({ n: 1 });
  });

  it('cannot be guessed: five wrong ones a minute, and not even the right one counts', () => {
    const { confirmations } = setUp();
    const word = confirmations.ask(ME, '/restart main', NOW);
    for (const wrong of ['7K2Q', '', 'yes', "' OR 1=1 --", 'x'.repeat(1_000)])
      expect(confirmations.take(wrong === word ? 'AAA2' : wrong, ME, NOW)).toEqual({ kind: 'unknown' });
    expect(confirmations.take(word, ME, NOW + 1_000)).toEqual({ kind: 'too_many' });
    expect(confirmations.take(word, { ...ME, user: 'YOU' }, NOW + 1_000)).toEqual({ kind: 'unknown' });
    const later = confirmations.ask(ME, '/restart main', NOW + 61_000);
    expect(confirmations.take(later, ME, NOW + 61_000)).toMatchObject({ kind: 'command' });
  });
});

test.each<[string, string | null]>([
  ['7K2Q', '7K2Q'],
  [' 7k2q ', '7K2Q'],
  ['７Ｋ２Ｑ', '7K2Q'],
  ['7K\u200b2Q', '7K2Q'],
  ['确认 7K2Q', '7K2Q'],
  ['确认7K2Q', '7K2Q'],
  ['确认k2q7', 'K2Q7'],
  ['/确认故障', null],
  ['/确认 7K2Q', '7K2Q'],
  ['／确认　7k2q', '7K2Q'],
  ['/confirm 7K2Q', '7K2Q'],
  ['confirm 7K2Q', '7K2Q'],
  ['/CONFIRM 7k2q', '7K2Q'],
  ['/confirm', ''],
  ['确认', ''],
  ['/confirm yes please', 'YES PLEASE'],
  ['confirm the deal', null],
  ['确认一下明天的会', null],
  ['confirmation', null],
  ['yes', null],
  ['help', null],
  ['2026', null],
  ['7K2', null],
  ['7K2QX', null],
  ['7K 2Q', null],
  ['70KO', null],
  ['', null],
  ['7K2Q'.repeat(1_000), null],
])('%j confirms by %j', (text, word) => expect(confirmingText(text)).toBe(word));

describe('a command that asks once more', () => {
  const scene = ({ role = 'operator' }: { readonly role?: Command['role'] } = {}) => {
    const { db, confirmations } = setUp();
    const buttons = createButtons(db);
    const did = vi.fn();
    let now = NOW;
    const restart = command('restart', {
      role,
      effects: 'interrupts',
      run: async (context: CommandContext, values) => {
        if (context.by !== 'confirmed')
          return context.confirm(
            { tone: 'warning', title: 'Restart main?', note: 'it runs' },
            '/restart main',
            'Restart',
          );
        did(context.by, values);
        return { tone: 'good', title: 'restarted' };
      },
    });
    const { bus, sent, audited } = harness([restart, command('status')], {
      seen: createProcessedMessages(db),
      buttons,
      confirmations,
      clock: { now: () => now },
    });
    const hear = async (text: string, more: Partial<Inbound> = {}): Promise<Message> => {
      const before = sent.length;
      bus.receive(inbound(text, { sentAt: now, ...more }));
      await bus.idle();
      expect(sent).toHaveLength(before + 1);
      return (sent.at(-1) as { message: Message }).message;
    };
    const ask = async (more: Partial<Inbound> = {}) => {
      const question = await hear('/restart', more);
      const word = /Reply (\w{4}) within 60 seconds to confirm$/.exec(question.note ?? '')?.[1] ?? '';
      const sealed = buttons.attachButtonTokens(question, { key: word, channel: 'qq', user: 'ME' }, now);
      return { question, word, pressed: sealed.buttons?.[0]?.token ?? '' };
    };
    return {
      did,
      hear,
      ask,
      audited,
      wait: (ms: number) => {
        now += ms;
      },
    };
  };

  it('says which word, and offers the same as a button with a dialog of its own', async () => {
    const { ask, did } = scene();
    const { question, word } = await ask();
    expect(question).toEqual({
      tone: 'warning',
      title: 'Restart main?',
      note: `it runs\nReply ${word} within 60 seconds to confirm`,
      buttons: [{ label: 'Restart', style: 'danger', command: `/confirm ${word}`, confirm: 'Restart main?' }],
    });
    expect(did).not.toHaveBeenCalled();
  });

  it('goes on by the word, once, and the audit says what was done', async () => {
    const { ask, hear, did, audited } = scene();
    const { word } = await ask();
    expect(audited.at(-1)).toMatchObject({ command: '/restart', outcome: 'asked' });
    expect(await hear(word.toLowerCase())).toMatchObject({ title: 'restarted' });
    expect(did.mock.calls).toEqual([['confirmed', { text: 'main' }]]);
    expect(audited.at(-1)).toMatchObject({ operator: 'me', command: '/restart main', outcome: 'done' });
    expect(await hear(word)).toMatchObject({ tone: 'info', title: 'Confirmed already; nothing more was done' });
    expect(did).toHaveBeenCalledOnce();
    expect(audited.at(-1)).toMatchObject({ outcome: 'refused', detail: 'confirm_used' });
  });

  it('goes on by its button, once; the word then counts no more, nor does a second tap', async () => {
    const { ask, hear, did } = scene();
    const { word, pressed } = await ask();
    expect(await hear('', { pressed })).toMatchObject({ title: 'restarted' });
    for (const again of [await hear('', { pressed }), await hear(`/confirm ${word}`)])
      expect(again.title).toBe('Confirmed already; nothing more was done');
    expect(did).toHaveBeenCalledOnce();
  });

  it('does nothing by a tap on its button after the word', async () => {
    const { ask, hear, did } = scene();
    const { word, pressed } = await ask();
    await hear(`确认 ${word}`);
    expect(await hear('', { pressed })).toMatchObject({ title: 'Confirmed already; nothing more was done' });
    expect(did).toHaveBeenCalledOnce();
  });

  it.each<[string, string, string]>([
    ['/confirm', 'Nothing waits for this word; nothing was done', 'confirm_unknown'],
    ['/confirm yes', 'Nothing waits for this word; nothing was done', 'confirm_unknown'],
    ['AAA2', 'Nothing waits for this word; nothing was done', 'confirm_unknown'],
    ['yes', 'I only take commands; /help shows them all', ''],
  ])('does nothing on %j, and the audit knows', async (text, title, detail) => {
    const { ask, hear, did, audited } = scene();
    const { word } = await ask();
    expect((await hear(text === word ? 'AAA3' : text)).title).toBe(title);
    expect(did).not.toHaveBeenCalled();
    if (detail !== '') expect(audited.at(-1)).toMatchObject({ operator: 'me', outcome: 'refused', detail });
  });

  it('does nothing after a minute, by word and by button', async () => {
    const { ask, hear, did, wait, audited } = scene();
    const { word, pressed } = await ask();
    wait(CONFIRM_MS);
    for (const late of [await hear(word), await hear('', { pressed })])
      expect(late).toMatchObject({ tone: 'warning', title: 'Too late to confirm; nothing was done' });
    expect(did).not.toHaveBeenCalled();
    expect(audited.at(-1)).toMatchObject({ outcome: 'refused', detail: 'confirm_expired' });
  });

  it('does nothing by a word in another chat', async () => {
    const { ask, hear, did } = scene();
    const { word } = await ask({ chat: { kind: 'group', id: 'G' } });
    expect(await hear(word)).toMatchObject({ title: 'Nothing waits for this word; nothing was done' });
    expect(did).not.toHaveBeenCalled();
    expect(await hear(word, { chat: { kind: 'group', id: 'G' } })).toMatchObject({ title: 'restarted' });
  });

  it('is confirmed by nobody else', async () => {
    const { ask, hear, did } = scene({ role: 'viewer' });
    const { word } = await ask();
    expect(await hear(word, { sender: 'GUEST' })).toMatchObject({
      title: 'Nothing waits for this word; nothing was done',
    });
    expect(did).not.toHaveBeenCalled();
  });

  it('does nothing by a word that comes hours late, and does not use it up', async () => {
    const { ask, hear, did } = scene();
    const { word } = await ask();
    expect((await hear(word, { sentAt: NOW - 3_600_000 })).title).toContain('too old');
    expect(did).not.toHaveBeenCalled();
    expect(await hear(word)).toMatchObject({ title: 'restarted' });
  });

  it('does nothing when what was asked cannot be looked up', async () => {
    const did = vi.fn();
    const restart = command('restart', {
      run: async () => {
        did();
        return null;
      },
    });
    const broken = () => {
      throw new Error('disk is full');
    };
    const { bus, titles } = harness([restart], { confirmations: { ask: broken, take: broken, leftMs: broken } });
    bus.receive(inbound('7K2Q'));
    await bus.idle();
    expect(did).not.toHaveBeenCalled();
    expect(titles()).toEqual(['Something unexpected went wrong; not completed']);
  });
});
