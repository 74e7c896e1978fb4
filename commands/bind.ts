/**
 * `/bind`: an operator says which of the people who have mentioned the bot in a QQ group is the operator. Asked and
 * answered in private; nothing that is written in the group binds anybody.
 */
import { defineCommand, type CommandContext, type SeenMember } from '../src/chat/command/command.ts';
import type { Button, Message } from '../src/chat/message/message.ts';
import { roleName } from '../src/text/chat/access.ts';
import { BIND_HELP, bindText } from '../src/text/commands/bind.ts';
import { formatTime } from '../src/text/common/time.ts';
import { oneLine } from './shared/fit.ts';

const MOST = 4;
const WORDS_LENGTH = 40;
const ID_LENGTH = 6;

const shortId = (id: string): string => `…${id.slice(-ID_LENGTH)}`;
const plain = (label: string, command: string): Button => ({ label, style: 'plain', command });

const saidBy = ({ group, id, text, at }: SeenMember, { locale, now }: CommandContext): string =>
  bindText(locale).said(formatTime(at, locale, now), group, oneLine(text, WORDS_LENGTH), shortId(id));

/** Who was seen, each with a button, and as whom the operator is known already. */
const overview = (context: CommandContext, seen: readonly SeenMember[]): Message => {
  const { members, locale, now, origin } = context;
  const text = bindText(locale);
  const shown = seen.slice(0, MOST);
  const bound = members?.of(origin).slice(0, MOST) ?? [];
  return {
    tone: 'info',
    title: text.title(),
    lines: [
      ...(shown.length === 0 ? [text.nobody()] : []),
      ...shown.map((each, index) =>
        oneLine(`${index + 1}. ${saidBy(each, context)}${each.alone ? '' : text.notAlone()}`),
      ),
      ...bound.map(({ group, id, boundAt }) =>
        oneLine(text.bound(group, shortId(id), formatTime(boundAt, locale, now))),
      ),
    ],
    note: shown.length === 0 ? text.howTo() : text.choose(),
    buttons: [
      ...shown.flatMap(({ key, alone }, index) => (alone ? [plain(text.me(index + 1), `/bind ${key}`)] : [])),
      plain(text.again(), '/bind'),
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
    const seen = members.seen(now);
    if (key === null) return overview(context, seen);
    if (act === 'forget')
      return context.carryOut(({ members: effects }) =>
        effects?.forget(key, origin)
          ? { tone: 'good', title: text.forgotten() }
          : { tone: 'info', title: text.notBound() },
      );
    const chosen = seen.find((each) => each.key === key);
    if (!chosen?.alone)
      return { tone: 'info', title: text.gone(), note: text.howTo(), buttons: [plain(text.again(), '/bind')] };
    if (by !== 'confirmed')
      return context.confirm(
        {
          tone: 'warning',
          title: text.question(chosen.group),
          lines: [oneLine(saidBy(chosen, context)), text.gets(roleName(operator.role, locale))],
          note: text.copied(),
        },
        `/bind ${key}`,
        text.yes(),
      );
    return context.carryOut(({ members: effects }) =>
      effects?.bind(key, origin, now)
        ? {
            tone: 'good',
            title: text.done(chosen.group, operator.name),
            note: text.doneNote(),
            buttons: [plain(text.forget(), `/bind forget ${key}`)],
          }
        : { tone: 'info', title: text.gone(), note: text.howTo() },
    );
  },
});
