/** A card as a phone draws it: coloured head, text, figures in columns, code in a box of its own, buttons. */
import { make } from './dom.js';
import { withIcons } from './icons.js';
import { isLogLine, logLine } from './log-line.js';

/** `press` hears of a tapped button, with the element that was tapped. */
export const cardElement = ({ title, colour, blocks }, press) => {
  const head = title ? [make('div', 'card-title', ...withIcons(title))] : [];
  return make(
    'div',
    `bubble card ${colour}`,
    ...head,
    make('div', 'card-body', ...blocks.map((block) => DRAW[block.kind](block, press))),
  );
};

const DRAW = {
  text: ({ text }) => make('div', 'plain', ...withIcons(text)),
  note: ({ text }) => make('div', 'note', ...withIcons(text)),
  code: ({ text }) => codeBox(text),
  fields: ({ fields }) =>
    make(
      'dl',
      'fields',
      ...fields.map(({ name, value }) => make('div', 'field', make('dt', '', name), make('dd', '', value))),
    ),
  chart: ({ bars, legend }) => chartElement(bars, legend),
  buttons: ({ buttons }, press) =>
    make('div', 'card-buttons', ...buttons.map((button) => buttonElement(button, press))),
};

/** Bars from left to right, with the first and the last time below them, and what the colours mean above. */
const chartElement = (bars, legend) => {
  const columns = bars.map(({ x, name, height, colour }) => {
    const bar = make('span', 'chart-bar');
    bar.style.height = `${height}%`;
    bar.style.backgroundColor = colour;
    bar.title = `${x} ${name}`;
    return bar;
  });
  const labels = legend.map(({ name, colour }) => {
    const dot = make('i', '');
    dot.style.backgroundColor = colour;
    return make('span', '', dot, name);
  });
  const ends = [bars[0], bars[bars.length - 1]].map((bar) => make('span', '', bar?.x ?? ''));
  const element = make(
    'div',
    'chart',
    make('div', 'chart-legend', ...labels),
    make('div', 'chart-bars', ...columns),
    make('div', 'chart-axis', ...ends),
  );
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', legend.map(({ name }) => name).join(', '));
  return element;
};

/** Log lines are taken apart as elsewhere; other code keeps its columns and scrolls sideways. */
const codeBox = (text) => {
  const lines = text.split('\n');
  const isLog = lines.some(isLogLine);
  const box = make('div', isLog ? 'log-block code' : 'code raw', ...(isLog ? lines.map(logLine) : [text]));
  // A box that scrolls must be reachable without a mouse.
  box.tabIndex = 0;
  return box;
};

const buttonElement = (button, press) => {
  const element = make('button', button.style, button.label);
  element.type = 'button';
  element.dataset.button = button.id;
  element.addEventListener('click', () => press(button, element));
  return element;
};
