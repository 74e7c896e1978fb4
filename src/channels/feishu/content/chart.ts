/**
 * Hours as bars, in the form of VChart, which Feishu's cards draw (docs/facts/feishu.md 5): data alone, without
 * functions.
 */
import { HOUR_STATES, type Chart, type HourState } from '../../../chat/message/message.ts';

const COLOUR: Readonly<Record<HourState, string>> = {
  well: '#34c724',
  mostly: '#ffc60a',
  hardly: '#ff8800',
  out: '#f54a45',
  unwatched: '#c9cdd4',
};

/** The better, the higher: it is read without its colours too. */
const HEIGHT: Readonly<Record<HourState, number>> = { well: 100, mostly: 70, hardly: 40, out: 15, unwatched: 8 };

const clock = (at: number): string => {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
};

export const chartSpec = (hours: readonly HourState[], { hoursFrom, names }: Chart): object => {
  const shown = HOUR_STATES.filter((state) => hours.includes(state));
  return {
    type: 'bar',
    data: {
      id: 'hours',
      values: hours.map((state, index) => ({
        from: clock(hoursFrom[index] ?? 0),
        state: names[state],
        height: HEIGHT[state],
      })),
    },
    xField: 'from',
    yField: 'height',
    seriesField: 'state',
    stack: true,
    color: { type: 'ordinal', domain: shown.map((state) => names[state]), range: shown.map((state) => COLOUR[state]) },
    axes: [
      { orient: 'left', visible: false, min: 0, max: 100 },
      { orient: 'bottom', type: 'band', label: { autoHide: true }, tick: { visible: false } },
    ],
    legends: { visible: true, orient: 'top', position: 'start' },
    // Its figures mean nothing: only the time and the state are told.
    tooltip: { visible: false },
  };
};
