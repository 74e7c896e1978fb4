/** What the page can do: write a message as somebody, break the gateway, and put right what a restart does not. */
import { z } from 'zod';
import { errorText } from '../../base/errors.ts';
import { Refusal } from './guard.ts';
import { ROLES, type Stage } from './stage.ts';

const sayInput = z.strictObject({
  channel: z.enum(['feishu', 'qq']),
  as: z.enum(ROLES),
  text: z.string().trim().min(1).max(4000),
});
const breakInput = z.strictObject({ fault: z.string() });

/** @returns the id of the message. @throws Refusal for input that makes no sense. */
export const say = (stage: Stage, input: unknown): { readonly id: string } => {
  const { channel, as, text } = check(sayInput, input);
  const phone = stage.phones.find(({ platform }) => platform.channel === channel);
  if (!phone) throw new Refusal(404, `There is no ${channel} phone here.`);
  return { id: phone.platform.say(phone.bot.appId, phone.people[as].id, text).id };
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

export const liftFault = async (stage: Stage): Promise<object> => {
  try {
    await stage.gateway.lift();
  } catch (thrown) {
    throw new Refusal(409, errorText(thrown));
  }
  return {};
};

const check = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new Refusal(400, result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '));
};
