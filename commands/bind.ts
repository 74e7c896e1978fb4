/**
 * `/bind`: makes an operator known in a QQ group. In private it shows a random word; whoever writes that word in the
 * group is taken for the operator, after a confirmation in private.
 */
import { defineCommand, type CommandContext } from '../src/chat/command/command.ts';
import type { Button, Message } from '../src/chat/message/message.ts';
import { roleName } from '../src/text/chat/access.ts';
import { BIND_HELP, bindText } from '../src/text/commands/bind.ts';
import { formatTime } from '../src/text/common/time.ts';
import { oneLine } from './shared/fit.ts';

const MOST_BOUND = 4;
const ID_LENGTH = 6;

const shortId = (id: string): string => `…${id.slice(-ID_LENGTH)}`;
const plain = (label: string, command: string): Button => ({ label, style: 'plain', command });

/** The word to write, and as whom the operator is known already. */
const overview = ({ members, locale, now, origin }: CommandContext, isVoid: boolean): Message => {
  const text = bindText(locale);
  const issued = members?.word(origin, now);
  const bound = members?.of(origin).slice(0, MOST_BOUND) ?? [];
  return {
    tone: isVoid ? 'warning' : 'info',
    title: issued ? text.write(issued.word) : text.noGroup(),
    lines: [
      ...(isVoid ? [text.copied()] : []),
      ...(issued ? [text.validUntil(formatTime(issued.until, locale, now))] : []),
      ...bound.map(({ group, id, boundAt }) =>
        oneLine(text.bound(group, shortId(id), formatTime(boundAt, locale, now))),
      ),
    ],
    note: text.thenTap(),
    buttons: [
      plain(text.written(), '/bind'),
      ...bound.slice(0, 1).map(({ key }) => plain(text.forget(), `/bind forget ${key}`)),
    ],
  };
};

export const bind = defineCommand({
  id: 'bind',
  aliases: ['绑定', '绑定群'],
  role: 'operator',
  effects: 'changes',
  // Beside /whoami: it concerns nobody but whoever asks.
  listedWith: 'reads',
  answers: 'private',
  args: {
    act: { kind: 'word', words: { forget: ['解绑', 'unbind'] }, hidden: true },
    key: {
      kind: 'pattern',
      pattern: /^[0-9a-f]{16}$/,
      rule: { 'zh-CN': '是按钮带的，不用自己输入', en: 'come from a button; nobody types it' },
      hidden: true,
    },
  },
  isOfUse: ({ members }) => members !== undefined && members.groups.length > 0,
  help: BIND_HELP,
  examples: ['/bind'],
  async run(context, { act, key }) {
    const { members, operator, origin, by, locale, now } = context;
    const text = bindText(locale);
    const isPrivate = origin.group === undefined && operator.ids[origin.channel] === origin.user;
    if (!members || members.groups.length === 0)
      return { tone: 'info', title: text.noGroup(), note: text.noGroupNote() };
    if (!isPrivate) return { tone: 'info', title: text.inPrivate() };
    if (act === 'forget' && key !== null)
      return context.carryOut(({ members: effects }) =>
        effects?.forget(key, origin)
          ? { tone: 'good', title: text.forgotten() }
          : { tone: 'info', title: text.notBound() },
      );
    const claim = members.claim(origin, now);
    if (key === null && (claim === null || claim === 'several')) return overview(context, claim === 'several');
    if (claim === null || claim === 'several' || (key !== null && key !== claim.key))
      return { tone: 'info', title: text.gone(), buttons: [plain(text.again(), '/bind')] };
    if (by !== 'confirmed' || key === null)
      return context.confirm(
        {
          tone: 'warning',
          title: text.question(claim.group, formatTime(claim.at, locale, now)),
          lines: [text.gets(roleName(operator.role, locale))],
          note: text.onlyIfMentioned(),
        },
        `/bind ${claim.key}`,
        text.yes(),
      );
    return context.carryOut(({ members: effects }) =>
      effects?.bind(claim.key, origin, now)
        ? {
            tone: 'good',
            title: text.done(claim.group, operator.name),
            note: text.doneNote(),
            buttons: [plain(text.forget(), `/bind forget ${key}`)],
          }
        : { tone: 'info', title: text.gone() },
    );
  },
});
