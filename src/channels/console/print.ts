/**
 * The neutral message on a terminal. Nothing is wrapped: the terminal does that, and what is copied from it stays
 * whole.
 */
import { styleText } from 'node:util';
import { plainText, type Button, type Field, type Message, type Tone } from '../../chat/message/message.ts';
import { harmlessLine, harmlessLines } from './harmless.ts';
import { displayWidth, padToWidth } from './width.ts';

export interface Terminal {
  readonly colour: boolean;
  /** Its width. */
  readonly columns: number;
}

type Style = (format: 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'blue' | 'cyan', text: string) => string;

const COLOUR = { critical: 'red', warning: 'yellow', good: 'green', info: 'blue' } as const satisfies Record<
  Tone,
  string
>;
const INDENT = '    ';
const GAP = '  ';

/** Log lines stand apart from all that Lifeline says, so that none can pass for it. */
const indented = (text: string): readonly string[] => harmlessLines(text).map((line) => `${INDENT}${line}`.trimEnd());

/** Figures below one another, their values in one column. */
const figures = (fields: readonly Field[], style: Style): readonly string[] => {
  const names = fields.map(({ name }) => `${harmlessLine(name)}:`);
  const widest = Math.max(0, ...names.map(displayWidth));
  return fields.map(({ value }, index) =>
    `${style('dim', padToWidth(names[index] ?? '', widest))} ${harmlessLine(value)}`.trimEnd(),
  );
};

/** Shows each button with the command to type. As many stand on a row as fit; none is cut. */
const buttonRows = (buttons: readonly Button[], { columns }: Terminal, style: Style): readonly string[] => {
  const rows: { text: string; width: number }[] = [];
  for (const button of buttons) {
    const [label, command] = [harmlessLine(button.label), `[${harmlessLine(button.command)}]`];
    const text = `${label} ${style('cyan', command)}`;
    const width = displayWidth(`${label} ${command}`);
    const row = rows.at(-1);
    if (row && row.width + GAP.length + width <= columns) {
      row.text += `${GAP}${text}`;
      row.width += GAP.length + width;
    } else rows.push({ text, width });
  }
  return rows.map(({ text }) => text);
};

export const printed = (message: Message, terminal: Terminal): string => {
  const { tone, lines = [], fields = [], code = [], note = '', attachment, buttons = [] } = message;
  const style: Style = terminal.colour
    ? (format, text) => (text === '' ? '' : styleText(format, text, { validateStream: false }))
    : (_format, text) => text;
  const title = harmlessLine(message.title);
  const parts: readonly (readonly string[])[] = [
    [
      terminal.colour ? `${style(COLOUR[tone], '●')} ${style('bold', title)}` : plainText({ tone, title }),
      ...lines.flatMap(harmlessLines),
      ...figures(fields, style),
    ],
    // The file holds what the code shows a part of.
    attachment
      ? [style('dim', `${harmlessLine(attachment.name)}:`), ...indented(attachment.text.trimEnd())]
      : code.flatMap(indented),
    note === '' ? [] : harmlessLines(note).map((line) => style('dim', line)),
    buttonRows(buttons, terminal, style),
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n\n`;
};

/** The same for a command that has ended by then: without buttons, which nobody can tap there. */
export const onTerminal = ({ buttons: _buttons, ...message }: Message, terminal: Terminal): string =>
  `${printed(message, terminal).trimEnd()}\n`;
