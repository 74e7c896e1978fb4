/** `/audit`: who asked for what, where, and what became of it; the newest first. */
import { defineCommand } from '../src/chat/command/command.ts';
import { ABOUT_HELP, aboutText } from '../src/text/commands/about.ts';
import { auditLine, nothingAuditedText } from '../src/text/chat/access.ts';
import { fitting, oneLine } from './shared/fit.ts';

const USUAL = 10;
const MOST = 50;
/** Stands before what a stranger tried. */
const STRANGER = '🚫';

export const audit = defineCommand({
  id: 'audit',
  aliases: ['审计', '操作记录'],
  role: 'admin',
  effects: 'reads',
  reach: 'all',
  answers: 'private',
  args: {
    count: { kind: 'count', least: 1, most: MOST },
    // A number is how many, never who.
    name: {
      kind: 'pattern',
      pattern: /^(?![-+]?(?:\d+(?:\.\d+)?|\.\d+)$)\P{Cc}{1,40}$/u,
      rule: 'be the name of an operator',
    },
  },
  help: ABOUT_HELP.audit,
  examples: ['/audit', '/audit 30', '/audit 10 me'],
  async run({ audit: store, locale, now }, { count, name }) {
    const text = aboutText(locale);
    const entries = store.recent({ count: count ?? USUAL, ...(name === null ? {} : { operator: name }) });
    if (entries.length === 0)
      return { tone: 'info', title: name === null ? nothingAuditedText(locale) : text.noAudit(name) };
    const { shown, left } = fitting(
      entries.map((entry) =>
        oneLine(`${entry.operator === null ? `${STRANGER} ` : ''}${auditLine(entry, locale, now)}`),
      ),
    );
    return {
      tone: 'info',
      title: text.audit(shown.length, name),
      lines: shown,
      ...(left > 0 ? { note: text.notShown(left) } : {}),
    };
  },
});
