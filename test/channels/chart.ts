/** A message with a day as bars, for both platforms. */
import type { Chart, Message } from '../../src/chat/message/message.ts';

const HOUR = 3_600_000;
export const BAND = '▇▇▁ main';

export const WITH_CHART: Message & { readonly chart: Chart } = {
  tone: 'good',
  title: 'main：正常运行',
  code: [BAND, '正常：24 小时 90%'],
  chart: {
    rows: [{ name: 'main', hours: ['well', 'well', 'out'] }],
    hoursFrom: [0, HOUR, 2 * HOUR],
    names: { well: '正常', mostly: '断过', hardly: '多半中断', out: '中断', unwatched: '没有看护' },
    lines: 1,
  },
};
