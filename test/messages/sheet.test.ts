/** The contact sheet: that each message can be drawn, fits, and says what a reader needs. */
import { describe, expect, it } from 'vitest';
import { cases } from './cases.ts';
import { page } from './page.ts';

describe.each(['zh-CN', 'en'] as const)('every message of an incident (%s)', (locale) => {
  const all = cases(locale);

  it.each(['feishu', 'qq'] as const)('is drawn for %s', (platform) => {
    const html = page(all, platform, locale, '');
    expect(html.split('<figure>')).toHaveLength(all.length + 1);
    expect(html).not.toMatch(/undefined|\[object/);
  });

  it.each(all.map(({ name, message }) => [name, message] as const))(
    '%s: a title with its number, few lines, buttons that fit',
    (_name, message) => {
      expect(message.title).toMatch(/ #\d+$/);
      expect([...message.title].length).toBeLessThanOrEqual(60);
      expect(message.lines?.length ?? 0).toBeLessThanOrEqual(9);
      const buttons = message.buttons ?? [];
      expect(buttons.length).toBeLessThanOrEqual(6);
      expect(new Set(buttons.map(({ command }) => command)).size).toBe(buttons.length);
      for (const { label, style, confirm } of buttons) {
        expect([...label].length).toBeLessThanOrEqual(10);
        if (style === 'danger') expect(confirm).toBeDefined();
      }
    },
  );

  it('says of no restart that it would not help, and then names it, unless as the last step', () => {
    const useless = locale === 'en' ? 'A restart would not help' : '重启解决不了';
    for (const { name, message } of all)
      if (/(?<!then |再 )\/restart main/.test(message.note ?? ''))
        expect(message.lines?.join('\n'), name).not.toContain(useless);
  });

  it('says nothing twice', () => {
    for (const { name, message } of all) {
      const lines = [...(message.lines ?? []), ...(message.note?.split('\n') ?? [])];
      expect(new Set(lines).size, name).toBe(lines.length);
    }
  });
});
