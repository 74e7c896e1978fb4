import { describe, expect, it } from 'vitest';
import type { LinkControl } from '../../src/gateways/gateway-kind.ts';
import { restartLinks } from '../../src/healing/restart-links.ts';
import { manualClock } from './manual-clock.ts';

/** @param failures how often each act fails before it is done. */
const controlled = (failures: Partial<Record<'stop' | 'start', number>> = {}) => {
  const calls: string[] = [];
  const left = { stop: 0, start: 0, ...failures };
  const act = async (what: 'stop' | 'start', link: string): Promise<void> => {
    calls.push(`${what} ${link}`);
    if (left[what]-- > 0) throw new Error(`${what} is refused`);
  };
  const control: LinkControl = {
    command: (what, link) => `channels.${what} ${link}`,
    stop: (link) => act('stop', link),
    start: (link) => act('start', link),
  };
  return { calls, control };
};

describe('a restart of links alone', () => {
  it('stops and starts one after the other', async () => {
    const { calls, control } = controlled();
    const result = await restartLinks({ control, links: ['feishu', 'qqbot'], clock: manualClock() });
    expect(result.outcome).toBe('done');
    expect(calls).toEqual(['stop feishu', 'start feishu', 'stop qqbot', 'start qqbot']);
    expect(result.steps.map(({ command }) => command)).toEqual([
      'channels.stop feishu',
      'channels.start feishu',
      'channels.stop qqbot',
      'channels.start qqbot',
    ]);
  });

  it('starts what it could not stop: whether it was stopped, nobody knows', async () => {
    const { calls, control } = controlled({ stop: 1 });
    const result = await restartLinks({ control, links: ['feishu'], clock: manualClock() });
    expect(calls).toEqual(['stop feishu', 'start feishu']);
    expect(result).toMatchObject({ outcome: 'failed', reason: 'channels.stop feishu: stop is refused' });
  });

  it('tries a start again, and then goes on with the next link', async () => {
    const { calls, control } = controlled({ start: 1 });
    expect(await restartLinks({ control, links: ['feishu', 'qqbot'], clock: manualClock() })).toMatchObject({
      outcome: 'done',
    });
    expect(calls).toEqual(['stop feishu', 'start feishu', 'start feishu', 'stop qqbot', 'start qqbot']);
  });

  it('says which link it could not start', async () => {
    const { control } = controlled({ start: 99 });
    expect(await restartLinks({ control, links: ['feishu'], clock: manualClock(), againMs: 1 })).toMatchObject({
      outcome: 'failed',
      reason: 'channels.start feishu: start is refused',
    });
  });

  it('fails where the gateway offers no such thing', async () => {
    expect(await restartLinks({ control: null, links: ['feishu'], clock: manualClock() })).toMatchObject({
      outcome: 'failed',
      steps: [],
    });
  });
});
