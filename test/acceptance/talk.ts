import type { PhoneMessage } from '../../sandbox/phone.ts';
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
  scene
    .shown(phone, id)
    .card?.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons.map(({ label }) => label) : [])) ?? [];

/** Waits until Lifeline has noted that both phones have this notice: one killed before that sends it again. */
export const noted = (scene: Scene, kind: string): Promise<void> =>
  scene.until(
    `"${kind}" to be noted as delivered`,
    () =>
      scene
        .bot()
        .said.split('\n')
        .filter((line) => line.includes('"event":"notice.delivered"') && line.includes(`"kind":"${kind}"`)).length >= 2,
  );
