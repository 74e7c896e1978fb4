import { expect, test } from 'vitest';
import { isSameText, stateText } from '../../../src/monitor/gateway/state-text.ts';
import { initialState, newLink, type GatewayState } from '../../../src/diagnosis/state.ts';

const link = newLink(5);
const state: GatewayState = { ...initialState, links: new Map([['qqbot', link]]) };

test.each<[what: string, one: unknown, other: unknown, same: boolean]>([
  ['a state and itself', state, state, true],
  ['its copy', state, structuredClone(state), true],
  ['another link', state, { ...state, links: new Map([['feishu', link]]) }, false],
  ['one more link', state, { ...state, links: new Map([...state.links, ['feishu', link]]) }, false],
  ['a link in another state', state, { ...state, links: new Map([['qqbot', newLink(6)]]) }, false],
  ['a field that has come', { a: 1 }, { a: 1, b: 2 }, false],
  ['a field that has gone', { a: 1, b: 2 }, { a: 1 }, false],
  ['a field that is not defined', { a: 1 }, { a: 1, b: undefined }, true],
  ['a list and an object', { a: [] }, { a: {} }, false],
  ['a longer list', { a: [1] }, { a: [1, 2] }, false],
  ['a list in another order', { a: [1, 2] }, { a: [2, 1] }, false],
  ['null and an object', { a: null }, { a: {} }, false],
  ['a map and an object', { a: new Map() }, { a: {} }, false],
  [
    'maps in another order',
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    new Map([
      ['b', 2],
      ['a', 1],
    ]),
    false,
  ],
])('%s', (_what, one, other, same) => {
  expect(isSameText(one, other)).toBe(same);
  expect(isSameText(other, one)).toBe(same);
});

test('where it says so, the text of a state is the same', () => {
  expect(stateText(structuredClone(state))).toBe(stateText(state));
});
