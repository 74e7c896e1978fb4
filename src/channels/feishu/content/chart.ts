/**
 * Hours as bars, in the form of VChart, which Feishu's cards draw (docs/facts/feishu.md 5): data alone, without
 * functions.
 */
import { clockText, localTimeOf } from '../../../base/local-time.ts';
import { HOUR_HEIGHT, HOUR_STATES, type Chart, type HourState } from '../../../chat/message/message.ts';

const COLOUR: Readonly<Record<HourState, string>> = {
  well: '#34c724',
  mostly: '#ffc60a',
  hardly: '#ff8800',
  out: '#f54a45',
  unwatched: '#c9cdd4',
};

export const chartSpec = (hours: readonly HourState[], { hoursFrom, names }: Chart): object => {
  const shown = HOUR_STATES.filter((state) => hours.includes(state));
  return {
    type: 'bar',
    data: {
      id: 'hours',
      values: hours.map((state, index) => ({
        from: clockText(localTimeOf(hoursFrom[index] ?? 0).minuteOfDay),
        state: names[state],
        height: HOUR_HEIGHT[state],
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
