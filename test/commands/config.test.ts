import { describe, expect, it } from 'vitest';
import { scene, type } from './scene.ts';
import { config } from '../../commands/config.ts';

describe('/config', () => {
  it('shows the settings as they are indented, and is for admins alone', async () => {
    expect(
      await type('/config', scene({ settings: () => ['gateways:', '  - name: main', '    kind: hermes'] }).context),
    ).toEqual({
      tone: 'info',
      title: '生效的配置',
      code: ['gateways:', '  - name: main', '    kind: hermes'],
      note: '密钥和密码都显示为 ***',
    });
    expect(config).toMatchObject({ role: 'admin', effects: 'reads' });
  });

  it.each(['zh-CN', 'en'] as const)('shows a long one page by page, and every line of it once (%s)', async (locale) => {
    const lines = Array.from({ length: 500 }, (_, index) => `  key_${index}: ${'v'.repeat((index % 90) + 1)}`);
    const { context } = scene({ locale, settings: () => lines });
    const seen: string[] = [];
    const titles: string[] = [];
    for (let line: string | undefined = '/config'; line !== undefined;) {
      const { code = [], title, buttons = [] } = await type(line, context);
      seen.push(...code);
      titles.push(title);
      line = buttons[0]?.command;
    }
    expect(seen).toEqual(lines);
    expect(titles[0]).toContain(`1/${titles.length}`);
    expect(titles.at(-1)).toContain(`${titles.length}/${titles.length}`);
  });

  it('shows the last page for one that there is not', async () => {
    expect((await type('/config 99', scene({ settings: () => ['a: 1'] }).context)).code).toEqual(['a: 1']);
    await expect(async () => type('/config 0', scene().context)).rejects.toMatchObject({ name: 'UserError' });
    await expect(async () => type('/config main', scene().context)).rejects.toMatchObject({ name: 'UserError' });
  });

  it('cuts a line that no phone shows, and says so when there is nothing', async () => {
    expect(
      (await type('/config', scene({ settings: () => [`  home: ${'x'.repeat(5_000)}`] }).context)).code?.[0],
    ).toHaveLength(200);
    expect((await type('/config', scene().context)).title).toBe('没有配置可看');
  });
});
