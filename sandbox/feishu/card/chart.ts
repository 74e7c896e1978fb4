/** Charts on cards: bars in the form of VChart, as far as bots use it. A spec that VChart cannot draw is refused. */
import type { ChartBar, ChartLabel, PhoneBlock } from '../../phone.ts';
import { isNode, type Node } from '../json.ts';

const DEFAULT_COLOUR = '#3370ff';
const COLOUR = /^#[\da-f]{6}$/i;

const valuesOf = (spec: Node): readonly Node[] => {
  const { data } = spec;
  const first: unknown = Array.isArray(data) ? data[0] : data;
  const values = isNode(first) ? first['values'] : undefined;
  return Array.isArray(values) ? values.filter(isNode) : [];
};

/** Why the platform cannot draw it; null: it can. */
export const chartFault = (spec: unknown): string | null => {
  if (!isNode(spec)) return 'chart_spec must be an object';
  if (typeof spec['type'] !== 'string') return 'chart_spec has no type';
  if (!('data' in spec)) return 'chart_spec has no data';
  if (spec['type'] === 'bar' && !(typeof spec['xField'] === 'string' && typeof spec['yField'] === 'string'))
    return 'a bar chart needs xField and yField';
  return JSON.stringify(spec).includes('function') ? 'chart_spec must not have functions' : null;
};

const coloursOf = (spec: Node): ReadonlyMap<string, string> => {
  const { color } = spec;
  const { domain, range } = isNode(color) ? color : {};
  const names = Array.isArray(domain) ? domain.map(String) : [];
  const colours = Array.isArray(range) ? range.map(String) : [];
  return new Map(names.map((name, index) => [name, colours[index] ?? DEFAULT_COLOUR]));
};

/** Bars; any other chart is named only. */
export const chartBlock = (spec: unknown): PhoneBlock => {
  if (!isNode(spec) || spec['type'] !== 'bar') return { kind: 'text', text: '[图表]' };
  const colours = coloursOf(spec);
  const field = (value: Node, name: string): string => {
    const found = value[String(spec[name])];
    return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
  };
  const bars = valuesOf(spec).map((value): ChartBar => {
    const name = field(value, 'seriesField');
    const colour = colours.get(name) ?? DEFAULT_COLOUR;
    return {
      x: field(value, 'xField'),
      name,
      height: Number(field(value, 'yField')) || 0,
      colour: COLOUR.test(colour) ? colour : DEFAULT_COLOUR,
    };
  });
  const legend = [...new Map(bars.map(({ name, colour }): [string, ChartLabel] => [name, { name, colour }])).values()];
  return { kind: 'chart', bars, legend };
};
