/** Asks who is to be paired on a channel: an operator who has no id there, or somebody new. */
import { isRole } from '../chat/access/authorise.ts';
import { ROLES, type Role } from '../config/config.ts';
import { roleName } from '../text/chat/access.ts';
import type { SetupSession } from './setup-session.ts';
import type { PersonToPair } from './pair-phone.ts';
import type { SetupContext } from './setup-context.ts';

const NEW = '';

export const choosePerson = async (
  { ask, flags, text, locale }: SetupContext,
  { configured, paired }: SetupSession,
  channel: 'feishu' | 'qq',
): Promise<PersonToPair> => {
  const people = [
    ...configured.map(({ name, role, ids }) => ({ name, role, has: ids[channel] !== undefined })),
    ...paired.list().map(({ name, role, channel: on }) => ({ name, role, has: on === channel })),
  ];
  const names = [...new Set(people.map(({ name }) => name))];
  const has = (name: string): boolean => people.some((each) => each.name === name && each.has);
  const lacking = names.filter((name) => !has(name));
  const known = (name: string): PersonToPair => {
    const role = people.find((each) => each.name === name)?.role;
    return { name, role: isRole(role) ? role : 'operator' };
  };
  const given = flags.operator.name;
  if (given !== null && names.includes(given)) return known(given);
  const options = [...lacking.map((name) => ({ value: name, label: name })), { value: NEW, label: text.somebodyNew() }];
  const chosen =
    given !== null || lacking.length === 0
      ? NEW
      : await ask.choose({ message: text.whom(), flag: '--operator-name', options });
  if (chosen !== NEW) return known(chosen);
  const first = names.length === 0;
  const check = (name: string): string | null => (/^\P{Cc}{1,40}$/u.test(name) && !has(name) ? null : text.badName());
  const name =
    given ??
    (await ask.text({ message: text.whatName(), flag: '--operator-name', initial: first ? 'admin' : '', check }));
  const role = await ask.choose<Role>({
    message: text.whatRole(),
    flag: '--operator-name',
    initial: first ? 'admin' : 'operator',
    options: ROLES.map((value) => ({ value, label: roleName(value, locale) })),
  });
  return { name, role };
};
