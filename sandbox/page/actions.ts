/**
 * What the page can do: write a message or press a button as somebody, break the gateway, and put right what a restart
 * does not.
 */
import * as z from 'zod';
import { errorText } from '../../src/base/errors.ts';
import { Refusal } from './guard.ts';
import { chatOn, LINK_STATES, PHONES, ROLES, type PhoneName, type Role, type Stage, type StagePhone } from './stage.ts';

const sayInput = z.strictObject({
  phone: z.enum(PHONES),
  as: z.enum(ROLES),
  text: z.string().trim().min(1).max(4000),
  quotes: z.string().optional(),
});
const pressInput = z.strictObject({
  phone: z.enum(PHONES),
  as: z.enum(ROLES),
  message: z.string(),
  button: z.string(),
});
const languageInput = z.strictObject({ language: z.enum(['zh', 'en']) });
const breakInput = z.strictObject({ fault: z.string() });
const linkInput = z.strictObject({ link: z.string(), state: z.enum(LINK_STATES) });
const liftInput = z.strictObject({ fault: z.string().optional() });

/** @returns the id of the message. @throws Refusal for input that makes no sense. */
export const say = (stage: Stage, input: unknown): { readonly id: string } => {
  const { phone: name, as, text, quotes } = check(sayInput, input);
  const phone = phoneOf(stage, name);
  const { platform, bot, group } = phone;
  const user = phone.people[as].id;
  if (quotes !== undefined) requireMessage(phone, as, quotes);
  const options = quotes === undefined ? {} : { quotes };
  return { id: (group ? group.say(user, text, options) : platform.say(bot.appId, user, text, options)).id };
};

/** @returns what the phone shows of it. @throws Refusal when the button is not there (any more). */
export const press = async (
  stage: Stage,
  input: unknown,
): Promise<{ readonly answered: boolean; readonly toast: string | null }> => {
  const { phone: name, as, message, button } = check(pressInput, input);
  const phone = phoneOf(stage, name);
  const { platform, bot, people } = phone;
  requireMessage(phone, as, message);
  try {
    return await platform.press(bot.appId, people[as].id, message, button);
  } catch (thrown) {
    throw new Refusal(409, errorText(thrown));
  }
};

/** @throws Refusal for an unknown fault, or when the gateway cannot be broken now. */
export const breakGateway = async (stage: Stage, input: unknown): Promise<{ readonly fault: string }> => {
  const { fault } = check(breakInput, input);
  if (!stage.faults.some(({ id }) => id === fault)) {
    throw new Refusal(404, `No such fault; there are ${stage.faults.map(({ id }) => id).join(', ')}.`);
  }
  try {
    await stage.gateway.break(fault);
  } catch (thrown) {
    throw new Refusal(409, errorText(thrown));
  }
  return { fault };
};

/** @throws Refusal for a link that has a platform behind it or is none, or when it cannot be made so now. */
export const changeLink = async ({ gateway }: Stage, input: unknown): Promise<object> => {
  const { link, state } = check(linkInput, input);
  const { links } = await gateway.view();
  const further = links.filter(({ connections }) => connections === null).map(({ name }) => name);
  if (!gateway.link || !further.includes(link))
    throw new Refusal(404, `No such link of a further platform; there are: ${further.join(', ') || 'none'}.`);
  try {
    await gateway.link(link, state);
  } catch (thrown) {
    throw new Refusal(409, errorText(thrown));
  }
  return {};
};

/** @throws Refusal when the bot cannot be told. */
export const speak = async (stage: Stage, input: unknown): Promise<object> => {
  const { language } = check(languageInput, input);
  try {
    await stage.speak(language);
  } catch (thrown) {
    throw new Refusal(409, errorText(thrown));
  }
  return {};
};

export const liftFault = async (stage: Stage, input: unknown = {}): Promise<object> => {
  const { fault } = check(liftInput, input);
  try {
    await stage.gateway.lift(fault);
  } catch (thrown) {
    throw new Refusal(409, errorText(thrown));
  }
  return {};
};

const phoneOf = (stage: Stage, name: PhoneName): StagePhone => {
  const phone = stage.phones.find((each) => each.name === name);
  if (!phone) throw new Refusal(404, `There is no ${name} phone here.`);
  return phone;
};

/** Only what this person has on the screen can be pressed or quoted by them. @throws Refusal for anything else. */
const requireMessage = (phone: StagePhone, role: Role, message: string): void => {
  if (!chatOn(phone, role).some(({ id }) => id === message)) throw new Refusal(404, 'There is no such message.');
};

const check = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new Refusal(
    400,
    result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
  );
};
