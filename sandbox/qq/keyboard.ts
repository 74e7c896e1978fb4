/** The buttons below a markdown message (docs/facts/qq.md 4.6): checked when sent, looked up when tapped. */
import type { PhoneButton } from '../phone.ts';

export interface KeyboardButton {
  readonly id: string;
  readonly label: string;
  /** Instead of the label once it was tapped. */
  readonly visitedLabel: string;
  readonly style: PhoneButton['style'];
  /** What a tap does: open an address, call the bot back, put a text into the input line. */
  readonly action: 'link' | 'callback' | 'command';
  readonly data: string;
  /** Who may tap; null for everybody. */
  readonly users: readonly string[] | null;
}

export type Keyboard = readonly (readonly KeyboardButton[])[];

const MAX_ROWS = 5;
const MAX_BUTTONS = 5;
const MAX_LABEL = 10;

const ACTIONS = ['link', 'callback', 'command'] as const;
/** 1 is a blue frame, 3 white on blue; the platform knows no red. */
const STYLES = ['plain', 'primary', 'plain', 'primary'] as const;

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const string = (value: unknown): string => (typeof value === 'string' ? value : '');

const readButton = (value: unknown, place: string): KeyboardButton => {
  const button = record(value);
  const render = record(button['render_data']);
  const action = record(button['action']);
  const permission = record(action['permission']);
  const label = string(render['label']);
  return {
    id: string(button['id']) || place,
    label,
    visitedLabel: string(render['visited_label']) || label,
    style: STYLES[Number(render['style'] ?? 0)] ?? 'plain',
    action: ACTIONS[Number(action['type'] ?? 0)] ?? 'link',
    data: string(action['data']),
    users: Number(permission['type'] ?? 2) === 2 ? null : list(permission['specify_user_ids']).map(String),
  };
};

/** @returns the rows; none for a template, which only the platform knows. */
export const readKeyboard = (keyboard: unknown): Keyboard =>
  list(record(record(keyboard)['content'])['rows']).map((row, y) =>
    list(record(row)['buttons']).map((button, x) => readButton(button, `${y}.${x}`)),
  );

/** @returns what is wrong with it; null when nothing is. */
export const keyboardFault = (rows: Keyboard): string | null => {
  const buttons = rows.flat();
  if (rows.length > MAX_ROWS) return `${rows.length} rows`;
  if (rows.some((row) => row.length === 0 || row.length > MAX_BUTTONS)) return 'a row needs one to five buttons';
  if (new Set(buttons.map(({ id }) => id)).size < buttons.length) return 'two buttons of one id';
  const labels = buttons.flatMap(({ label, visitedLabel }) => [label, visitedLabel]);
  if (labels.some((label) => !label.trim() || [...label].length > MAX_LABEL))
    return 'a label needs one to ten characters';
  if (buttons.some(({ data }) => !data)) return 'a button needs data';
  return null;
};
