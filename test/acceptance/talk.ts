import type { PhoneMessage } from '../../src/sandbox/phone.ts';
import type { PhoneName, Scene } from './scene.ts';

/** The operator writes, and Lifeline answers there. */
export const answered = async (scene: Scene, phone: PhoneName, text: string, answer: RegExp): Promise<PhoneMessage> => {
  const told = scene.want([phone], answer);
  scene.say(phone, text);
  const [message] = await told;
  if (!message) throw new Error('there is no answer');
  return message;
};

/** The labels of its buttons, as they are now. */
export const buttonsOf = (scene: Scene, phone: PhoneName, id: string): readonly string[] =>
  scene.shown(phone, id).card?.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons.map(({ label }) => label) : [])) ?? [];
