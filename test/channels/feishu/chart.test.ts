/** The band of 24 hours as a chart of the card; as text where the platform does not draw it. */
import { describe, expect, test } from 'vitest';
import { BAND, WITH_CHART } from '../chart.ts';
import { addBot, makeChannel, newUser, startPlatform } from './fixture.ts';

const shown = async (charts: boolean) => {
  const platform = await startPlatform();
  const [bot, user] = [addBot(platform), newUser()];
  platform.rules.charts = charts;
  const channel = makeChannel(platform, bot);
  const result = await channel.send({ user }, WITH_CHART, { key: 'k1' });
  const [card] = platform.conversation(bot.appId, user);
  return { platform, bot, user, channel, result, card };
};

describe('a chart', () => {
  test('is bars with a colour and a height for each hour, without the signs of the text', async () => {
    const { result, card } = await shown(true);
    expect(result.outcome).toBe('ok');
    const chart = card?.card?.blocks.find(({ kind }) => kind === 'chart');
    expect(chart?.kind === 'chart' && chart.bars.map(({ name, height }) => [name, height])).toEqual([
      ['正常', 100],
      ['正常', 100],
      ['中断', 15],
    ]);
    expect(chart?.kind === 'chart' && chart.legend).toEqual([
      { name: '正常', colour: '#34c724' },
      { name: '中断', colour: '#f54a45' },
    ]);
    expect(card?.text).not.toContain(BAND);
    expect(card?.text).toContain('正常：24 小时 90%');
  });

  test('is text on the same card where the platform refuses it, also in a change of the card', async () => {
    const { platform, bot, user, channel, result, card } = await shown(false);
    expect(result.outcome).toBe('ok');
    expect(card?.card?.colour).toBe('green');
    expect(card?.text).toContain(BAND);
    expect(await channel.edit(String(card?.id), { ...WITH_CHART, title: 'main：好' })).toMatchObject({ outcome: 'ok' });
    expect(platform.conversation(bot.appId, user)[0]?.text).toMatch(/^🟢 main：好[^]*▇▇▁ main/);
  });
});
