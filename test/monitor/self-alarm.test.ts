/** Lifeline's alarm about itself: rings within a minute, once, by a path of its own. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { STAGES, type Place } from '../../src/base/stage-report.ts';
import type { Channel, SendResult } from '../../src/channels/channel.ts';
import type { Message } from '../../src/chat/message/message.ts';
import type { Addressee } from '../../src/notify/recipients/addressees.ts';
import { LOCALES } from '../../src/config/config.ts';
import { selfAlarmText } from '../../src/text/notices/self-alarm.ts';
import { createSelfAlarm, type SelfAlarmOptions } from '../../src/monitor/self-alarm.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const SECOND = 1_000;
const JUDGEMENT: Place = { stage: 'judgement', gateway: 'main' };
const BOTH: readonly Addressee[] = [
  {
    person: 'me',
    ways: [
      { channel: 'feishu', user: 'ou_me' },
      { channel: 'qq', user: 'QQ_ME' },
    ],
  },
];

type Behaviour = 'ok' | 'refuse' | 'throw' | 'hang';

const setUp = (change: Partial<SelfAlarmOptions> = {}) => {
  const told: {
    readonly at: number;
    readonly channel: string;
    readonly user: string;
    readonly message: Message;
    readonly key: string;
  }[] = [];
  const printed: string[] = [];
  const pinged: string[] = [];
  const behave: Record<string, Behaviour> = { feishu: 'ok', qq: 'ok' };
  const there = new Set<string>();
  const channelOf = (name: string): Pick<Channel, 'name' | 'send'> => ({
    name,
    send: async ({ user }, message, { key }): Promise<SendResult> => {
      if (behave[name] === 'throw') throw new Error('broken inside');
      if (behave[name] === 'hang') return new Promise(() => undefined);
      if (behave[name] === 'refuse') return { outcome: 'refused', reason: 'no' };
      told.push({ at: performance.now(), channel: name, user, message, key });
      return { outcome: 'ok', messageId: 'om_1' };
    },
  });
  const alarm = createSelfAlarm({
    gateways: ['main', 'work'],
    channels: [channelOf('feishu'), channelOf('qq')],
    people: () => BOTH,
    ping: (text) => pinged.push(text),
    print: (text) => printed.push(text),
    locale: 'en',
    isThere: async ({ pid, startTime }) => there.has(`${pid} ${startTime}`),
    ...change,
  });
  alarm.start();
  onTestFinished(() => alarm.stop());
  const began = performance.now();
  return {
    alarm,
    behave,
    there,
    printed,
    pinged,
    titles: () => told.map(({ channel, message: { title } }) => `${channel}: ${title}`),
    told,
    /** The stage fails at each look, every five seconds. */
    fails: async (place: Place, seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 5) {
        alarm.report.failed(place, new Error('cannot store REAL value'));
        await vi.advanceTimersByTimeAsync(5 * SECOND);
      }
    },
    works: async (place: Place, seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 5) {
        alarm.report.worked(place);
        await vi.advanceTimersByTimeAsync(5 * SECOND);
      }
    },
    pass: (seconds: number) => vi.advanceTimersByTimeAsync(seconds * SECOND),
    sinceStart: () => (told[0]?.at ?? NaN) - began,
  };
};

describe('a stage that fails', () => {
  test('at each look is told within a minute, once, and once that it works again', async () => {
    const { fails, works, titles, sinceStart, alarm, told } = setUp();
    await fails(JUDGEMENT, 120);
    expect(titles()).toEqual(['feishu: Lifeline cannot judge main']);
    expect(told[0]?.message.lines).toEqual([
      'cannot store REAL value',
      'main is not watched now: its process is not known',
    ]);
    expect(sinceStart()).toBeLessThanOrEqual(60 * SECOND);
    expect(sinceStart()).toBeGreaterThanOrEqual(20 * SECOND);
    expect(alarm.failing()).toEqual(['judgement main']);
    await works(JUDGEMENT, 60);
    expect(titles().slice(1)).toEqual(['feishu: Lifeline works again']);
    expect(alarm.failing()).toEqual([]);
    await fails(JUDGEMENT, 60);
    expect(titles().slice(2)).toEqual(['feishu: Lifeline cannot judge main']);
  });

  test('for a moment is told to nobody', async () => {
    const { alarm, works, titles, printed, pinged } = setUp();
    alarm.report.failed(JUDGEMENT, new Error('a hiccup'));
    await works(JUDGEMENT, 120);
    expect([titles(), printed, pinged]).toEqual([[], [], []]);
  });

  test('once, and is not tried again, is told', async () => {
    const { alarm, pass, titles } = setUp();
    alarm.report.failed({ stage: 'notice', gateway: null }, new Error('no words'));
    await pass(60);
    expect(titles()).toEqual(['feishu: Lifeline cannot word its messages']);
    await pass(2 * 3_600);
    expect(alarm.failing()).toEqual([]);
    expect(titles()).toHaveLength(1);
  });

  test('and works by turns is told', async () => {
    const { alarm, pass, titles } = setUp();
    for (let turn = 0; turn < 12; turn += 1) {
      alarm.report[turn % 2 ? 'worked' : 'failed'](JUDGEMENT, new Error('x'));
      await pass(5);
    }
    expect(titles()).toEqual(['feishu: Lifeline cannot judge main']);
  });

  test('by hanging has failed for as long as it hung', async () => {
    const { alarm, pass, titles } = setUp();
    alarm.report.failed({ stage: 'decision', gateway: 'main' }, new Error('no end within 45 s'), 45 * SECOND);
    await pass(2);
    expect(titles()).toEqual(['feishu: Lifeline cannot decide what to do about main']);
  });

  test('with others at once is one message', async () => {
    const { alarm, pass, told } = setUp();
    for (let look = 0; look < 12; look += 1) {
      for (const gateway of ['main', 'work'])
        alarm.report.failed({ stage: 'incident', gateway }, new Error('no such table'));
      alarm.report.failed({ stage: 'outbox', gateway: null }, new Error('no such table'));
      await pass(5);
    }
    expect(told.map(({ message }) => message.title)).toEqual(['Lifeline fails inside in 3 places']);
    expect(told[0]?.message.lines?.slice(0, 3)).toEqual([
      'cannot write down what is wrong with main: no such table',
      'cannot write down what is wrong with work: no such table',
      'cannot send its alerts: no such table',
    ]);
  });

  test('with a secret in its reason tells none', async () => {
    const { alarm, pass, told } = setUp();
    alarm.report.failed(JUDGEMENT, new Error('bad token=abcdefgh12345678\nat line 2'));
    await pass(30);
    expect(told[0]?.message.lines?.[0]).toBe('bad token=*** at line 2');
  });
});

describe('the way to the phone', () => {
  test.each<[string, Behaviour]>([
    ['refuses', 'refuse'],
    ['throws', 'throw'],
    ['hangs', 'hang'],
  ])('is the next channel when the first %s', async (_, behaviour) => {
    const { behave, fails, titles, sinceStart } = setUp();
    behave['feishu'] = behaviour;
    await fails(JUDGEMENT, 60);
    expect(titles()).toEqual(['qq: Lifeline cannot judge main']);
    expect(sinceStart()).toBeLessThanOrEqual(60 * SECOND);
  });

  test('is stderr, the dead man and the health where no channel takes it; it comes late and once, when one does', async () => {
    const { behave, fails, titles, printed, pinged, alarm, told } = setUp();
    behave['feishu'] = 'throw';
    behave['qq'] = 'refuse';
    await fails(JUDGEMENT, 60);
    expect(titles()).toEqual([]);
    expect(printed).toEqual([expect.stringContaining('Lifeline cannot judge main\ncannot store REAL value')]);
    expect(pinged).toEqual(printed);
    expect(alarm.failing()).toEqual(['judgement main']);
    behave['qq'] = 'ok';
    await fails(JUDGEMENT, 120);
    expect(titles()).toEqual(['qq: Lifeline cannot judge main']);
    expect(new Set(told.map(({ key }) => key)).size).toBe(1);
  });

  test('nobody hears that it works again who has not heard that it failed', async () => {
    const { behave, fails, works, titles } = setUp();
    behave['feishu'] = behave['qq'] = 'refuse';
    await fails(JUDGEMENT, 60);
    behave['feishu'] = 'ok';
    // Before the next try.
    await works(JUDGEMENT, 5);
    await works(JUDGEMENT, 600);
    expect(titles().filter((title) => title.includes('works again')).length).toBe(
      titles().filter((title) => title.includes('cannot judge')).length,
    );
  });

  test('goes to whoever got the alerts before, when that can no longer be read', async () => {
    let fine = true;
    const { fails, titles } = setUp({
      people: () => {
        if (!fine) throw new Error('no such table: operators');
        return BOTH;
      },
    });
    fine = false;
    await fails(JUDGEMENT, 60);
    expect(titles()).toEqual(['feishu: Lifeline cannot judge main']);
  });

  test('has words of its own for when there are none', async () => {
    const { fails, told } = setUp({ locale: 'no such locale' as 'en' });
    await fails(JUDGEMENT, 60);
    expect(told.map(({ message }) => message)).toEqual([
      {
        tone: 'critical',
        title: 'Lifeline: 内部出错 / internal failure',
        lines: ['judgement main: cannot store REAL value'],
      },
    ]);
  });
});

describe('a gateway that cannot be judged', () => {
  const process = { pid: 4_711, startTime: 5 };

  test('is watched by its process: that it is gone is told at once, and that there is one again', async () => {
    const { alarm, there, fails, told, pass } = setUp();
    there.add('4711 5');
    alarm.sees('main', process);
    alarm.concluded('main', 'running well');
    await pass(1);
    await fails(JUDGEMENT, 40);
    expect(told.at(-1)?.message.lines).toEqual([
      'cannot store REAL value',
      'It last saw main: running well',
      'main is watched by process only (pid 4711)',
    ]);
    there.clear();
    await pass(8);
    expect(told.slice(1).map(({ message }) => message.title)).toEqual(['main: its process is gone (pid 4711)']);
    await pass(60);
    expect(told).toHaveLength(2);
    there.add('4712 9');
    alarm.sees('main', { pid: 4_712, startTime: 9 });
    await pass(1);
    expect(told.at(-1)?.message.title).toBe('main: there is a process again (pid 4712)');
  });

  test('and is gone by then says so in the same message', async () => {
    const { alarm, there, fails, told, pass } = setUp();
    there.add('4711 5');
    alarm.sees('main', process);
    await pass(1);
    there.clear();
    await fails({ stage: 'incident', gateway: 'main' }, 60);
    expect(told.map(({ message }) => message.lines)).toEqual([
      ['cannot store REAL value', 'main: its process is gone (pid 4711)'],
    ]);
  });

  test('a pid that is another process by now is gone', async () => {
    const { alarm, there, fails, told, pass } = setUp();
    there.add('4711 5');
    alarm.sees('main', process);
    await pass(1);
    await fails(JUDGEMENT, 40);
    there.clear();
    there.add('4711 6');
    await pass(8);
    expect(told.at(-1)?.message.title).toBe('main: its process is gone (pid 4711)');
  });

  test('a process that this system never showed is not called gone', async () => {
    const { alarm, fails, told, pass } = setUp();
    alarm.sees('main', process);
    await pass(1);
    await fails(JUDGEMENT, 60);
    expect(told.map(({ message }) => message.lines?.at(-1))).toEqual([
      'main is not watched now: its process is not known',
    ]);
  });

  test('is the only one that is watched so, unless no alert of any gets out', async () => {
    const { alarm, there, fails, told, pass } = setUp();
    there.add('4711 5').add('4712 6');
    alarm.sees('main', process);
    alarm.sees('work', { pid: 4_712, startTime: 6 });
    await pass(1);
    await fails(JUDGEMENT, 40);
    there.delete('4712 6');
    await pass(10);
    expect(told).toHaveLength(1);
    await fails({ stage: 'outbox', gateway: null }, 40);
    expect(told.at(-1)?.message.lines).toContain('work: its process is gone (pid 4712)');
  });
});

test('every stage has its words', () => {
  for (const locale of LOCALES)
    for (const stage of STAGES)
      expect(selfAlarmText(locale).cannot({ stage, gateway: 'main', part: 'x' })).not.toBe('');
});
