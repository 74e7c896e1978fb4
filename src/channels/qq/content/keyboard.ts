/** Buttons in QQ's form (docs/facts/qq.md 4.6). */
import { harmless } from '../../../base/harmless.ts';
import type { Button } from '../../../chat/message/message.ts';
import type { Locale } from '../../../text/locale.ts';
import type { Json } from '../json.ts';
import { qqText } from '../qq-text.ts';

const MAX_ROWS = 5;
const MAX_IN_ROW = 5;
const MAX_LABEL = 10;
/** On a phone's screen two labels of ten Chinese characters fit beside one another, and three short ones. */
const USUAL_IN_ROW = 2;
const SHORT = { label: 4, inRow: 3 };

/** A frame in blue or in grey; there is no red. */
const STYLE: Record<Button['style'], number> = { primary: 1, danger: 0, plain: 0 };

/** Returns the buttons that can be shown: a tap on a button without a token would mean nothing. */
export const shownButtons = (buttons: readonly Button[] = []): readonly Button[] =>
  buttons.filter(({ token, label }) => token && label.trim()).slice(0, MAX_ROWS * MAX_IN_ROW);

const shortLabel = (label: string): string => {
  const letters = [...harmless(label).trim()];
  return letters.length > MAX_LABEL ? `${letters.slice(0, MAX_LABEL - 1).join('')}…` : letters.join('');
};

/** @param onlyUser who alone may tap; null: whoever sees it. */
export const keyboard = (buttons: readonly Button[], onlyUser: string | null, locale: Locale): Json => {
  const areShort = buttons.every(({ label }) => [...label.trim()].length <= SHORT.label);
  // Four stand better in two rows of two.
  const usual = areShort && buttons.length % SHORT.inRow !== 1 ? SHORT.inRow : USUAL_IN_ROW;
  const inRow = Math.max(usual, Math.ceil(buttons.length / MAX_ROWS));
  const drawn = buttons.map(({ label, style, token }, index) => ({
    id: String(index + 1),
    render_data: { label: shortLabel(label), visited_label: shortLabel(label), style: STYLE[style] },
    action: {
      // A callback: what comes back is the token and nothing that the person could have changed.
      type: 1,
      permission: onlyUser === null ? { type: 2 } : { type: 0, specify_user_ids: [onlyUser] },
      data: token,
      unsupport_tips: qqText(locale).noButtons,
    },
  }));
  return {
    content: {
      rows: Array.from({ length: Math.ceil(drawn.length / inRow) }, (_, row) => ({
        buttons: drawn.slice(row * inRow, (row + 1) * inRow),
      })),
    },
  };
};
