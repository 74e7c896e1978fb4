/**
 * The neutral message as a card, JSON 2.0 (docs/facts/feishu.md 5). Pure. What people or a gateway wrote goes into
 * `plain_text`, which the platform does not interpret, so nothing in it can become a mention, a link or a picture;
 * only code is markdown, for its fixed-width font, and is made harmless first.
 */
import { chartSpec } from './chart.ts';
import {
  besideChart,
  plainText,
  type Chart,
  type Button,
  type Field,
  type Message,
  type Tone,
} from '../../../chat/message/message.ts';
import { codeBlock, oneLine } from './harmless.ts';

export interface Card {
  readonly schema: '2.0';
  readonly config: object;
  readonly header?: object;
  readonly body: { readonly elements: readonly object[] };
}

const COLOUR: Record<Tone, string> = { critical: 'red', warning: 'orange', good: 'green', info: 'blue' };
const BUTTON_TYPE: Record<Button['style'], string> = { primary: 'primary', danger: 'danger', plain: 'default' };
/** How many characters a lock screen shows. */
const SUMMARY_CHARACTERS = 120;

export const cardOf = (whole: Message): Card => {
  const message = besideChart(whole);
  const title = oneLine(plainText({ tone: message.tone, title: message.title }));
  const lines = (message.lines ?? []).join('\n');
  const elements = [
    ...(lines.trim() === '' ? [] : [text(lines)]),
    ...(message.fields?.length ? [figures(message.fields)] : []),
    ...(message.chart ? charts(message.chart) : []),
    ...(message.code?.length ? [{ tag: 'markdown', content: codeBlock(message.code) }] : []),
    ...(message.note ? [text(message.note, SMALL_GREY)] : []),
    ...buttonRow(message.buttons ?? []),
  ];
  return {
    schema: '2.0',
    // Both the card that is sent and the one that replaces it must be shared ones.
    config: { update_multi: true, summary: { content: summary(title, message.lines) } },
    ...(elements.length > 0 ? { header: { title: plain(title), template: COLOUR[message.tone] } } : {}),
    body: { elements: elements.length > 0 ? elements : [text(title)] },
  };
};

const plain = (content: string, style: object = {}): object => ({ tag: 'plain_text', content, ...style });
const SMALL_GREY = { text_size: 'notation', text_color: 'grey' };
const text = (content: string, style?: object): object => ({ tag: 'div', text: plain(content, style) });

/** This is all that a notification shows of a card: what is wrong, why, and what is done about it. */
const summary = (title: string, lines: readonly string[] = []): string => {
  const characters = [...oneLine([title, ...lines.slice(0, 2)].join(' '))];
  return characters.length > SUMMARY_CHARACTERS
    ? `${characters.slice(0, SUMMARY_CHARACTERS - 1).join('')}…`
    : characters.join('');
};

/** One for each gateway; with its name where there are several. */
const charts = (chart: Chart): object[] =>
  chart.rows.flatMap((row) => [
    ...(chart.rows.length > 1 ? [text(row.name, SMALL_GREY)] : []),
    { tag: 'chart', height: CHART_HEIGHT, preview: false, chart_spec: chartSpec(row.hours, chart) },
  ]);
/** Low: it is read at a glance, and what stands below it must be seen without a swipe. */
const CHART_HEIGHT = '110px';

/** Two or three side by side; what does not fit goes into a next row. */
const figures = (fields: readonly Field[]): object => ({
  tag: 'column_set',
  flex_mode: fields.length % 3 === 0 ? 'trisect' : 'bisect',
  columns: fields.map(({ name, value }) => ({
    tag: 'column',
    width: 'weighted',
    weight: 1,
    elements: [text(name, SMALL_GREY), text(value === '' ? '–' : value)],
  })),
});

/** Without a token a tap could not be told from any other, so there is nothing to tap. */
const buttonRow = (buttons: readonly Button[]): object[] => {
  const columns = buttons.flatMap((button) =>
    button.token === undefined ? [] : [{ tag: 'column', width: 'auto', elements: [buttonOf(button, button.token)] }],
  );
  return columns.length > 0 ? [{ tag: 'column_set', flex_mode: 'flow', columns }] : [];
};

const buttonOf = ({ label, style, confirm }: Button, token: string): object => ({
  tag: 'button',
  text: plain(label),
  type: BUTTON_TYPE[style],
  behaviors: [{ type: 'callback', value: { token } }],
  ...(confirm === undefined ? {} : { confirm: { title: plain(label), text: plain(confirm) } }),
});
