/** `/whoami`: who Lifeline takes the sender for. */
import { defineCommand } from '../src/chat/command/command.ts';
import { ABOUT_HELP, aboutText } from '../src/text/commands/about.ts';
import { roleName } from '../src/text/chat/access.ts';
import { linkName } from '../src/text/common/conditions.ts';
import { oneLine } from './shared/fit.ts';

export const whoami = defineCommand({
  id: 'whoami',
  aliases: ['我是谁'],
  role: 'viewer',
  effects: 'reads',
  answers: 'private',
  args: {},
  help: ABOUT_HELP.whoami,
  examples: ['/whoami'],
  async run({ locale, operator, origin }) {
    const text = aboutText(locale);
    return {
      tone: 'info',
      title: text.you(operator.name, roleName(operator.role, locale)),
      lines: [
        text.channel(linkName(origin.channel, locale), origin.group !== undefined),
        oneLine(text.yourId(origin.user)),
        text.allowed(operator.role),
        ...(operator.gateways === undefined ? [] : [oneLine(text.only(operator.gateways))]),
      ],
    };
  },
});
