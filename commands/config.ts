/** `/config`: the effective configuration without its secrets, a page at a time. */
import { defineCommand } from '../src/chat/command/command.ts';
import { ABOUT_HELP, aboutText } from '../src/text/commands/about.ts';
import { fitting } from './shared/fit.ts';

const MAX_PAGES = 99;

const pagesOf = (lines: readonly string[]): readonly (readonly string[])[] => {
  const pages: (readonly string[])[] = [];
  for (let at = 0; at < lines.length && pages.length < MAX_PAGES;) {
    const { shown } = fitting(lines.slice(at));
    pages.push(shown);
    at += shown.length;
  }
  return pages;
};

export const config = defineCommand({
  id: 'config',
  aliases: ['配置', '设置'],
  role: 'admin',
  effects: 'reads',
  reach: 'all',
  answers: 'private',
  args: { page: { kind: 'count', least: 1, most: MAX_PAGES, hidden: true } },
  help: ABOUT_HELP.config,
  examples: ['/config'],
  async run(context, { page: asked }) {
    const { locale } = context;
    const text = aboutText(locale);
    const pages = pagesOf(context.settings());
    const page = Math.min(asked ?? 1, pages.length);
    const code = pages[page - 1];
    if (!code) return { tone: 'info', title: text.noSettings() };
    const next = page < pages.length ? `/config ${page + 1}` : null;
    return {
      tone: 'info',
      title: text.settings(page, pages.length),
      code,
      note: next === null ? text.settingsNote() : text.nextPage(next),
      ...(next === null ? {} : { buttons: [{ label: text.nextButton(), style: 'plain', command: next }] }),
    };
  },
});
