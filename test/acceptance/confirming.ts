/** What interrupts the gateway is asked once more: the operator answers by the word, or by the button. */
import type { PhoneMessage } from '../../sandbox/phone.ts';
import type { PhoneName } from './scene.ts';

/** The last line of every such question. */
export const QUESTION = /回复 \w{4} 确认，60 秒内有效$/;

/** @returns the word that confirms, as a person reads it. */
export const wordIn = (text: string): string => {
  const [, word] = /回复 (\w{4}) 确认/.exec(text.replaceAll('\u200b', '')) ?? [];
  if (!word) throw new Error(`nothing to confirm in ${text}`);
  return word;
};

/** What a scene must be able to do. */
interface Talk<Said> {
  want(phones: readonly PhoneName[], text: RegExp): Promise<readonly PhoneMessage[]>;
  say(phone: PhoneName, text: string): Said;
}

/** Types a command that asks; resolves with its question. */
export const asked = async (
  scene: Talk<unknown>,
  phone: PhoneName,
  text: string,
  question: RegExp = QUESTION,
): Promise<PhoneMessage> => {
  const coming = scene.want([phone], question);
  scene.say(phone, text);
  const [message] = await coming;
  if (!message) throw new Error('there is no question');
  return message;
};

/** The same, answered by the word. @returns what saying that word gave */
export const sayAndConfirm = async <Said>(scene: Talk<Said>, phone: PhoneName, text: string): Promise<Said> =>
  scene.say(phone, wordIn((await asked(scene, phone, text)).text));
