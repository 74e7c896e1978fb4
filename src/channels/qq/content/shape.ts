/**
 * The shape in which a part goes out. Each refusal of the content leads to a plainer shape (docs/facts/qq.md 4.5, 4.6).
 * Pure.
 */
import type { Feature } from '../send/capabilities.ts';

export interface Shape {
  readonly form: 'markdown' | 'text';
  /**
   * `listed`: only the person may tap. `open`: whoever sees it, where QQ does not take the list; the bus checks who
   * taps.
   */
  readonly keyboard: 'listed' | 'open' | 'none';
  /** `none`: no dot within a word, for a text in which QQ still sees an address. */
  readonly dots: 'some' | 'none';
  readonly length: 'full' | 'short';
  /** The part may have arrived already, and its text says so. */
  readonly repeat: boolean;
}

/** The shape of a part without text, such as a file. It cannot be made plainer. */
export const BARE: Shape = { form: 'text', keyboard: 'none', dots: 'none', length: 'short', repeat: false };

/** The part of the content that QQ refused. */
export type Fault = 'address' | 'words' | 'markdown' | 'keyboard' | 'length';

export interface Repair {
  readonly shape: Shape;
  /** The missing feature to remember, so that the next message avoids it. */
  readonly missing: Feature | null;
}

const plain = (shape: Shape): Shape => ({ ...shape, form: 'text', keyboard: 'none' });
const repair = (shape: Shape, missing: Feature | null = null): Repair => ({ shape, missing });

const withFewerButtons = (shape: Shape): Repair | null => {
  if (shape.keyboard === 'listed') return repair({ ...shape, keyboard: 'open' }, 'listed_buttons');
  if (shape.keyboard === 'open') return repair({ ...shape, keyboard: 'none' }, 'keyboard');
  return inPlainText(shape, 'markdown');
};

const inPlainText = (shape: Shape, missing: Feature | null): Repair | null => {
  if (shape.form === 'markdown') return repair(plain(shape), missing);
  // A refusal of markdown for what has none: the words must be at fault.
  return shape.dots === 'some' ? repair({ ...shape, dots: 'none' }) : null;
};

/** @returns the next shape to try; null when nothing is left to change. Ends after a few steps, whatever QQ answers. */
export const repaired = (shape: Shape, fault: Fault): Repair | null => {
  switch (fault) {
    case 'address':
      if (shape.dots === 'some') return repair({ ...shape, dots: 'none' }, 'dots');
      return shape.form === 'markdown' ? repair(plain(shape)) : null;
    case 'words':
      return inPlainText(shape, null);
    case 'markdown':
      return inPlainText(shape, 'markdown');
    case 'keyboard':
      return withFewerButtons(shape);
    case 'length':
      return shape.length === 'full' ? repair({ ...shape, length: 'short' }) : null;
  }
};

/** Names the shape, so that a changed part is another message to QQ. */
export const shapeName = ({ form, keyboard, dots, length, repeat }: Shape): string =>
  [form, keyboard, dots, length, repeat].join(' ');
