/**
 * Text that others wrote, on its way to any platform: it is read there and does nothing. Every form of every channel
 * makes its texts of this one function, before the marks that the form itself needs.
 */
import { withoutControls } from './controls.ts';

/** Nothing is seen between two characters that these join. */
const JOINERS = '[\\u200c\\u200d\\ufe0e\\ufe0f]*';

/**
 * What calls people: Feishu's `<at user_id="all">` in texts and `<at id=all>`, `<person …>` in cards; QQ's `<@…>`,
 * `<@!…>`, `<#…>`, `<qqbot-at-everyone />`, `<emoji:…>`; and the same with its bracket written as an entity.
 */
const TAG = new RegExp(
  `(<|&(?:lt|#0{0,9}60|#x0{0,9}3c);)(?=${JOINERS}(?:/${JOINERS})?(?:[@#!]|at\\b|person\\b|user\\b|qqbot|emoji))`,
  'gi',
);

/** `@everyone` and its like, which QQ reads in plain text; Feishu's placeholders. */
const NAME = new RegExp(
  `(@|&(?:commat|#0{0,9}64|#x0{0,9}40);)(?=${JOINERS}(?:everyone|here\\b|channel\\b|all\\b|_all|_user_|所有人|全体成员))`,
  'gi',
);

/**
 * @returns the text with a blank in each of these, well-formed, without controls (`controls.ts`). Line ends are `\n`.
 */
export const harmless = (text: string): string =>
  withoutControls(text.toWellFormed().replaceAll(/\r\n?/g, '\n')).replaceAll(TAG, '$1 ').replaceAll(NAME, '$1 ');
