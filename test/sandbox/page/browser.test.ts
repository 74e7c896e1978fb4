import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { IN_DEPTH, sample } from '../../deep.ts';
import { FAULTS } from '../../../sandbox/gateway/faults.ts';
import { startPhonePage, type PhonePage } from '../../../sandbox/page/server.ts';
import { answerLifelike } from '../demo/lifelike.ts';
import { chromiumPath, launchChromium, needsChromium, watchPage } from './chromium.ts';
import { chartPicture } from '../../../src/channels/qq/content/png.ts';
import { createFakeStage, type FakeStage } from './fake-stage.ts';
import { ALERT, PLAIN, RECOVERED, STATUS } from './sample-cards.ts';

/** What these tests use of an element; the project has no DOM types. */
interface ScrollBox {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

describe.skipIf(chromiumPath === null)(`the page in a browser${needsChromium}`, () => {
  let browser: Browser;
  let stage: FakeStage;
  let server: PhonePage;
  /** One for all tests, since each costs a second; each test's server has a port, and so a storage, of its own. */
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    await browser.close();
  });

  const begin = async (played: FakeStage): Promise<void> => {
    stage = played;
    server = await startPhonePage(stage);
    await page.setViewportSize({ width: 1280, height: 900 });
    faults = watchPage(page, server.url);
  };
  const end = async (): Promise<void> => {
    await page.goto('about:blank');
    page.removeAllListeners();
    await server.stop();
    expect(faults).toEqual([]);
  };
  beforeEach(() => begin(createFakeStage()));
  afterEach(end);

  const open = async (): Promise<void> => {
    await page.goto(server.url);
    await page.locator('#panel-qq').waitFor({ state: 'attached' });
  };
  const bubbles = (channel: string): Locator => page.locator(`#panel-${channel} .bubble`);

  const isAtEnd = (box: Locator): Promise<boolean> =>
    box.evaluate((element: ScrollBox) => element.scrollHeight - element.scrollTop - element.clientHeight < 48);
  const overflow = (): Promise<number> =>
    page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');

  test('a fault brings the alert and the recovery to both phones, and /status is answered', async () => {
    answerLifelike(stage);
    await open();
    await page.locator('[data-fault="qq_gives_up"]').click();
    for (const channel of ['feishu', 'qq']) {
      await bubbles(channel).filter({ hasText: '🔴 main' }).waitFor();
      await bubbles(channel).filter({ hasText: '🟢 main' }).waitFor();
    }
    expect(stage.broken).toEqual(['qq_gives_up']);
    await page.locator('[data-fault="qq_gives_up"].on').waitFor();

    await page.locator('#panel-feishu textarea').fill('/status');
    await page.keyboard.press('Enter');
    await bubbles('feishu').filter({ hasText: '一切正常' }).waitFor();
    await page.locator('#panel-qq .chips button', { hasText: '/logs 20' }).click();
    await page.locator('#panel-qq .log-block .line').first().waitFor();
    expect(await page.locator('#panel-feishu textarea').inputValue()).toBe('');
  });

  test.runIf(IN_DEPTH)(
    'faults stand in groups, each says what it does, and one that lasts is ended by its own switch',
    async () => {
      await open();
      for (const { id, about } of FAULTS) {
        await page.locator(`[data-fault="${id}"]`).hover();
        await page.locator('#about', { hasText: about.zh }).waitFor();
      }
      expect(await page.locator('#faults h4').allInnerTexts()).toEqual(['重启能治', '会自己好', '要人处理']);
      expect(await page.locator('#faults button').count()).toBe(FAULTS.length);
      stage.view = { ...stage.view, fault: 'network_down' };
      await page.locator('#facts .end-fault', { hasText: '结束这个故障' }).waitFor();
      await page.locator('[data-fault="network_down"].on').click();
      await page.locator('#said', { hasText: '已结束：网关断网' }).waitFor();
      expect([stage.broken, stage.lifted]).toEqual([[], 1]);
      await page.locator('[data-fault="network_down"]:not(.on)').waitFor();
    },
  );

  test.runIf(IN_DEPTH)(
    'the link of a further platform is chosen, lost, refused and brought back, in both languages',
    async () => {
      await open();
      const links = page.locator('#links');
      await links.waitFor({ state: 'hidden' });
      const further = ['slack', 'email'].map((name) => ({ name, says: 'connected', connections: null }));
      stage.view = { ...stage.view, links: [...stage.view.links, ...further] };
      await links.locator('select').selectOption('邮件');
      for (const [act, said, mark] of [
        ['断开', '邮件: 断开', '邮件 断了'],
        ['平台拒绝', '邮件: 平台拒绝', '邮件 被拒绝'],
        ['接回来', '邮件: 接回来', '邮件'],
      ] as const) {
        await links.getByRole('button', { name: act }).click();
        await page.locator('#said', { hasText: said }).waitFor();
        await page.locator('#facts .mark').getByText(mark, { exact: true }).waitFor();
        // It is still chosen.
        expect(await links.locator('select').inputValue()).toBe('email');
      }
      await page.locator('#language').click();
      await links.locator('h4', { hasText: 'Other platforms' }).waitFor();
      await links.getByRole('button', { name: 'Lose it' }).click();
      await page.locator('#facts .mark.bad', { hasText: 'Email lost' }).waitFor();
      expect(stage.made).toEqual(['email lost', 'email refused', 'email back', 'email lost']);
      expect(await overflow()).toBe(0);
    },
  );

  test('a message keeps its lines, and what looks like markup stays text', async () => {
    await open();
    const text = '🔴 <b>one</b>\ntwo <img src=x onerror="document.title=1">\n  three';
    stage.qq.botSays('op', text);
    stage.log = ['2026-03-01 10:30:41,120 ERROR gateway.run: <script>document.title=2</script>', '<i>no time here</i>'];
    await bubbles('qq').waitFor();
    expect(await bubbles('qq').innerText()).toBe(text);
    await page.locator('#log').getByText('<i>no time here</i>').waitFor();
    expect(await page.locator('.bubble b, .bubble img, #log script, #log i').count()).toBe(0);
    expect(await page.title()).toBe('Lifeline');
  });

  test('a card has a coloured head, figures in columns, code in a box of its own, buttons and small print', async () => {
    await open();
    stage.feishu.botSendsCard('op', ALERT);
    const card = page.locator('#panel-feishu .bubble.card.red');
    await card.waitFor();
    expect(await card.locator('.card-title').innerText()).toBe(ALERT.title);
    const tops = await card
      .locator('.field')
      .evaluateAll((fields: { readonly offsetTop: number }[]) => fields.map(({ offsetTop }) => offsetTop));
    // Two beside each other, the next below.
    expect(tops[0]).toBe(tops[1]);
    expect(tops[2]).toBeGreaterThan(tops[0] ?? 0);
    expect(await card.locator('.code .line.error').count()).toBe(2);
    expect(await card.locator('.card-buttons button').allInnerTexts()).toEqual(['立即重启', '为什么', '先别动']);
    expect(await card.locator('.note').innerText()).toContain('/restart main');

    stage.feishu.botSendsCard('op', STATUS);
    const raw = page.locator('#panel-feishu .code.raw');
    await raw.waitFor();
    // It scrolls by itself; the card does not grow.
    const [scroll, client] = await raw.evaluate(
      (box: { readonly scrollWidth: number; readonly clientWidth: number }) => [box.scrollWidth, box.clientWidth],
    );
    expect(scroll).toBeGreaterThan(client ?? 0);
    expect(await overflow()).toBe(0);
  });

  test.runIf(IN_DEPTH)('text on a card is never markup', async () => {
    await open();
    const hostile = '<img src=x onerror="document.title=1"><b>x</b>';
    stage.feishu.botSendsCard('op', {
      title: hostile,
      summary: hostile,
      colour: 'blue',
      blocks: [
        { kind: 'text', text: hostile },
        { kind: 'note', text: hostile },
        { kind: 'code', text: hostile },
        { kind: 'fields', fields: [{ name: hostile, value: hostile }] },
        { kind: 'buttons', buttons: [{ id: 'x"]', label: hostile, style: 'plain', confirm: hostile }] },
      ],
    });
    await page.locator('#panel-feishu .card-buttons button').click();
    await page.locator('#panel-feishu .question').getByText(hostile).waitFor();
    await page.locator('#panel-feishu .notice p').getByText(hostile).waitFor();
    expect(await page.locator('#panel-feishu :is(b, img)').count()).toBe(0);
    expect(await page.title()).toBe('Lifeline');
    await page.locator('#panel-feishu .question .yes').click();
    await vi.waitFor(() => expect(stage.feishu.pressed).toMatchObject([['op', expect.any(String), 'x"]']]), 20_000);
  });

  test('a button asks where it should, counts only after a yes, and shows the answer', async () => {
    await open();
    const { id } = stage.feishu.botSendsCard('op', ALERT);
    const panel = page.locator('#panel-feishu');
    const question = panel.locator('.question');
    const restart = panel.locator('[data-button="restart"]');
    for (const leave of [() => question.locator('.no').click(), () => page.keyboard.press('Escape')]) {
      await restart.click();
      await question.waitFor();
      await leave();
      await question.waitFor({ state: 'detached' });
    }
    expect(stage.feishu.pressed).toEqual([]);

    // The page waits before its tap has reached the bot.
    const answer = Promise.withResolvers<{ readonly answered: boolean; readonly toast: string | null }>();
    stage.feishu.onPress = () => answer.promise;
    await restart.click();
    expect(await question.locator('h3').innerText()).toBe('重启 main？');
    // While it asks, nothing behind it can be reached.
    expect(await panel.locator('.messages').evaluate((box: { readonly inert: boolean }) => box.inert)).toBe(true);
    await page.keyboard.press('Enter');
    await panel.locator('.waiting[data-button="restart"]:disabled').waitFor();
    answer.resolve({ answered: true, toast: '正在重启 main' });
    await panel.locator('.toast.shown:not(.bad)', { hasText: '正在重启 main' }).waitFor();
    await panel.locator('[data-button="restart"]:not(:disabled)').waitFor();

    stage.feishu.onPress = async () => ({ answered: false, toast: null });
    await panel.locator('[data-button="why"]').click();
    await panel.locator('.toast.shown.bad', { hasText: '机器人没有回应' }).waitFor();
    expect(stage.feishu.pressed).toEqual([
      ['op', id, 'restart'],
      ['op', id, 'why'],
    ]);
  });

  test.runIf(IN_DEPTH)(
    'an edited card changes in its place, a buzz shows, and neither makes a new message',
    async () => {
      await open();
      const { id } = stage.feishu.botSendsCard('op', ALERT);
      stage.feishu.botSays('op', 'after it');
      const panel = page.locator('#panel-feishu');
      await bubbles('feishu').nth(1).waitFor();
      stage.feishu.change(id, { buzzes: 1 });
      await panel.locator('.message .buzz-mark', { hasText: '加急' }).waitFor();
      await panel.locator('.notice.shown.buzz .buzz-mark').waitFor();
      stage.feishu.change(id, { buzzes: 2, card: RECOVERED, editedAt: Date.now() });
      await panel.locator('.card.green').waitFor();
      expect(await panel.locator('.message .buzz-mark').innerText()).toContain('加急 ×2');
      expect(await panel.locator('.edited').innerText()).toMatch(/已编辑 \d\d:\d\d:\d\d/);
      expect(await bubbles('feishu').count()).toBe(2);
      expect(await bubbles('feishu').last().innerText()).toBe('after it');
      await page.locator('#language').click();
      // The bot's language follows the page's, and the page waits for it.
      await panel.locator('.edited', { hasText: /edited \d\d:\d\d:\d\d/ }).waitFor();
      // It is the same after a new start of the page.
      await page.reload();
      await panel.locator('.card.green').waitFor();
      expect(await panel.locator('.message .buzz-mark').innerText()).toContain('Buzz ×2');
    },
  );

  test.runIf(IN_DEPTH)('the lock screen shows the summary of a card and the first line of a text', async () => {
    await open();
    const notice = page.locator('#panel-feishu .notice');
    stage.feishu.botSendsCard('op', ALERT);
    await page.locator('#panel-feishu .notice.shown').waitFor();
    expect(await notice.locator('p').innerText()).toBe(ALERT.summary);
    stage.feishu.botSays('op', '\n🟢 main 已恢复\n第二行');
    await vi.waitFor(async () => expect(await notice.locator('p').innerText()).toBe('🟢 main 已恢复'), 20_000);
    // Not for another's phone, not for what one writes oneself, not for an edit.
    stage.feishu.botSays('who', 'for the stranger');
    stage.feishu.say('bot', 'op', '/status');
    await bubbles('feishu').filter({ hasText: '/status' }).waitFor();
    expect(await notice.locator('p').innerText()).toBe('🟢 main 已恢复');
    await page.locator('#panel-feishu .notice:not(.shown)').waitFor({ state: 'attached' });
  });

  test.for(sample([390, 1280], 2, 0))(
    'loading, cards and changes move nothing that is being read, %i wide',
    async (width) => {
      await page.setViewportSize({ width, height: 844 });
      stage.feishu.botSendsCard('op', ALERT);
      await open();
      // The browser has kept what was before.
      await page.evaluate(
        'window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; }).observe({ type: "layout-shift", buffered: true });',
      );
      if (width === 390) await page.locator('#tab-feishu').click();
      const { id } = stage.qq.botSendsCard('op', PLAIN);
      stage.feishu.botSendsCard('op', STATUS);
      await page.locator('#panel-feishu .card.blue').waitFor();
      stage.qq.change(id, { editedAt: Date.now() });
      await page.locator('#panel-qq .edited').waitFor({ state: 'attached' });
      // The observer hears of a frame after it was drawn.
      await page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))',
      );
      // "Good" by the browsers' own measure.
      expect(await page.evaluate<number>('window.shift')).toBeLessThan(0.1);
    },
  );

  test.runIf(IN_DEPTH)("the stranger's phone holds a conversation of its own", async () => {
    answerLifelike(stage);
    stage.feishu.botSays('op', 'for the operator');
    await open();
    await bubbles('feishu').filter({ hasText: 'for the operator' }).waitFor();
    await page.locator('#panel-feishu [data-role="stranger"]').click();
    expect(await bubbles('feishu').count()).toBe(0);
    await page.locator('#panel-feishu textarea').fill('/restart');
    await page.locator('#panel-feishu .composer button').click();
    await bubbles('feishu').filter({ hasText: '操作员名单' }).waitFor();
    expect(stage.feishu.conversation('bot', 'op')).toHaveLength(1);
    await page.locator('#panel-feishu [data-role="operator"]').click();
    expect(await bubbles('feishu').allInnerTexts()).toEqual(['for the operator']);
  });

  test.runIf(IN_DEPTH)(
    'a group is a phone of its own where there is room, and shares a place with the private chat elsewhere',
    async () => {
      await end();
      await begin(createFakeStage({ group: true }));
      await page.setViewportSize({ width: 1600, height: 900 });
      await open();
      const group = page.locator('#panel-group');
      await group.waitFor();
      stage.feishu.botSays('op', 'in private');
      const { id } = stage.feishu.botSendsCardToGroup(ALERT);
      await group.locator('.card.red').waitFor();
      expect(await bubbles('feishu').allInnerTexts()).toEqual(['in private']);
      await group.locator('.chips button', { hasText: '@Lifeline /status' }).click();
      await group.locator('.message.mine .bubble', { hasText: '@Lifeline /status' }).waitFor();
      // Whoever writes next reads the same chat.
      await group.locator('[data-role="stranger"]').click();
      expect(await group.locator('.message.mine').count()).toBe(0);
      expect(await group.locator('.message').count()).toBe(2);
      await group.locator('[data-button="why"]').click();
      await vi.waitFor(() => expect(stage.feishu.pressed).toEqual([['who', id, 'why']]), 20_000);
      expect(await overflow()).toBe(0);

      await page.setViewportSize({ width: 1280, height: 900 });
      await group.waitFor({ state: 'hidden' });
      stage.feishu.botSaysInGroup('more of it');
      await page.locator('#panel-feishu .swap .news', { hasText: '1' }).waitFor();
      await page.locator('#panel-feishu .swap').click();
      await bubbles('group').filter({ hasText: 'more of it' }).waitFor();
      expect(await page.locator('#panel-feishu').isVisible()).toBe(false);
      expect(await overflow()).toBe(0);
      expect(await group.locator('.chips').isVisible()).toBe(true);
    },
  );

  test.runIf(IN_DEPTH)('new messages are followed at the end and do not move a reader who is further up', async () => {
    for (let n = 0; n < 40; n += 1) stage.qq.botSays('op', `message ${n}`);
    await open();
    const box = page.locator('#panel-qq .messages');
    await bubbles('qq').nth(39).waitFor();
    expect(await isAtEnd(box)).toBe(true);
    stage.qq.botSays('op', 'followed');
    await bubbles('qq').filter({ hasText: 'followed' }).waitFor();
    expect(await isAtEnd(box)).toBe(true);

    await box.evaluate((element: ScrollBox) => {
      element.scrollTop = 100;
    });
    stage.qq.botSays('op', 'not followed');
    await page.locator('#panel-qq .newer').waitFor();
    expect(await box.evaluate((element: ScrollBox) => element.scrollTop)).toBe(100);
    await page.locator('#panel-qq .newer').click();
    await vi.waitFor(async () => expect(await isAtEnd(box)).toBe(true), 20_000);
    await page.locator('#panel-qq .newer').waitFor({ state: 'hidden' });
  });

  test.for(sample([360, 390, 700, 1139, 1280], 4, 0))('nothing sticks out of a window %i wide', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    stage.qq.botSays('op', `🔴 ${'x'.repeat(300)}`);
    stage.feishu.botSendsCard('op', {
      ...ALERT,
      title: 'x'.repeat(200),
      blocks: [...ALERT.blocks, { kind: 'fields', fields: [{ name: 'y'.repeat(80), value: 'z'.repeat(80) }] }],
    });
    stage.log = [`2026-03-01 10:30:41,120 ERROR gateway.run: ${'y'.repeat(500)}`];
    await open();
    await bubbles('qq').waitFor({ state: 'attached' });
    expect(await overflow()).toBe(0);
    const gatewayTab = page.locator('#tab-gateway');
    if (!(await gatewayTab.isVisible())) return;
    await gatewayTab.click();
    await page.locator('#faults').waitFor();
    expect(await overflow()).toBe(0);
  });

  test.runIf(IN_DEPTH)(
    'in a narrow window a tab marks what came on the other phone, and the arrow keys change tabs',
    async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await open();
      // The faults come first.
      await page.locator('#panel-gateway').waitFor();
      await page.locator('#tab-feishu').click();
      await page.locator('#panel-feishu').waitFor();
      expect(await page.locator('#panel-qq').isVisible()).toBe(false);
      stage.qq.botSays('op', '🔴 main：QQ 失联');
      await page.locator('#tab-qq .news', { hasText: '1' }).waitFor();
      await page.locator('#tab-feishu').focus();
      await page.keyboard.press('ArrowRight');
      await bubbles('qq').waitFor();
      expect(await page.locator('#tab-qq .news').innerText()).toBe('');
      expect(await page.locator('#panel-feishu').isVisible()).toBe(false);
    },
  );

  test('the tour leads through six steps, can be begun anew and left, and page and bot change language together', async () => {
    await open();
    await page.locator('#tour-start').click();
    const [count, primary] = [page.locator('.tour-count'), page.locator('#tour button.primary')];
    await primary.click();
    await vi.waitFor(() => expect(stage.broken).toEqual(['qq_gives_up']), 20_000);
    stage.view = { ...stage.view, fault: 'qq_gives_up' };
    await primary.filter({ hasText: '下一步' }).click();
    await count.filter({ hasText: '2 / 6' }).waitFor();
    stage.feishu.botSays('op', '🔴 main：QQ 失联 #1');
    await primary.click();
    await count.filter({ hasText: '3 / 6' }).waitFor();
    stage.view = { ...stage.view, fault: null, pid: 48_212 };
    await primary.click();
    stage.feishu.botSays('op', '🟢 main：QQ 已恢复 #1');
    await primary.click();
    await primary.filter({ hasText: '发 /status' }).click();
    stage.qq.botSays('op', '🟢 main：运行正常');
    await primary.filter({ hasText: '下一步' }).click();
    await page.locator('#panel-qq.as-stranger').waitFor();
    await primary.click();
    stage.qq.botSays('who', '这里只听管理员的');
    await primary.filter({ hasText: '再来一遍' }).click();
    await count.filter({ hasText: '1 / 6' }).waitFor();
    await page.locator('#panel-feishu .empty').waitFor();
    expect(stage.lifted).toBe(2);

    await page.locator('#language').click();
    await page.locator('html[lang="en"]').waitFor();
    expect(stage.spoken).toBe('en');
    await page.locator('#tour button', { hasText: 'Leave' }).click();
    await page.locator('#tour-start', { hasText: 'Tour' }).waitFor();
    expect(await page.locator('#tour').isVisible()).toBe(false);
  });

  test('bars and pictures are drawn', async () => {
    stage.feishu.botSendsCard('op', {
      ...STATUS,
      blocks: [
        {
          kind: 'chart',
          bars: [
            { x: '09:00', name: '正常', height: 100, colour: '#34c724' },
            { x: '10:00', name: '中断', height: 15, colour: '#f54a45' },
          ],
          legend: [
            { name: '正常', colour: '#34c724' },
            { name: '中断', colour: '#f54a45' },
          ],
        },
      ],
    });
    stage.qq.botSendsPicture(
      'op',
      chartPicture({ rows: [{ name: 'main', hours: ['well', 'out'] }] }).toString('base64'),
    );
    await open();
    const heights = await page
      .locator('#panel-feishu .chart-bar')
      .evaluateAll((bars: readonly ScrollBox[]) => bars.map(({ clientHeight }) => clientHeight));
    expect(heights[0]).toBeGreaterThan(4 * (heights[1] ?? Infinity));
    await page.locator('#panel-qq img.picture').waitFor();
    expect(
      await page
        .locator('#panel-qq img.picture')
        .evaluate((image: { readonly naturalWidth: number }) => image.naturalWidth),
    ).toBeGreaterThan(50);
  });

  test.runIf(IN_DEPTH)(
    'a message is quoted once, or not when one thinks better of it, and the quote is shown',
    async () => {
      stage.feishu.botSendsCard('op', ALERT);
      await open();
      const panel = page.locator('#panel-feishu');
      const say = async (text: string): Promise<void> => {
        await panel.locator('textarea').fill(text);
        await page.keyboard.press('Enter');
        await bubbles('feishu').filter({ hasText: text }).waitFor();
      };
      const reply = panel.locator('.message', { hasText: ALERT.title }).first().locator('.reply');
      await reply.click();
      await panel.locator('.quoting', { hasText: ALERT.summary.slice(0, 8) }).waitFor();
      await say('first');
      await panel.locator('.message.mine .quote', { hasText: ALERT.summary.slice(0, 8) }).waitFor();
      await say('second');
      await reply.click();
      await panel.locator('.quoting button').click();
      await say('third');
      const id = stage.feishu.conversation('bot', 'op')[0]?.id;
      expect(
        stage.feishu
          .conversation('bot', 'op')
          .slice(1)
          .map(({ text, quotes }) => [text, quotes]),
      ).toEqual([
        ['first', id],
        ['second', undefined],
        ['third', undefined],
      ]);
      expect(await panel.locator('.quote').count()).toBe(1);
    },
  );

  test.runIf(IN_DEPTH)('a file shows its name and, opened, its text as it is', async () => {
    await open();
    stage.qq.botSendsFile('op', 'main.log', 'one <b>two</b>\n  three');
    const file = page.locator('#panel-qq .file');
    await file.locator('summary', { hasText: 'main.log' }).click();
    await file.locator('pre').waitFor();
    expect(await file.locator('pre').innerText()).toBe('one <b>two</b>\n  three');
    expect(await overflow()).toBe(0);
  });

  test('the language is switched and remembered', async () => {
    await open();
    await page.locator('[data-fault="killed"] strong', { hasText: '进程被杀' }).waitFor();
    await page.locator('#language').click();
    await page.locator('[data-fault="killed"] strong', { hasText: 'Process killed' }).waitFor();
    await page.reload();
    await page.locator('[data-fault="killed"] strong', { hasText: 'Process killed' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test.runIf(IN_DEPTH)('the gateway that claims to be connected and is not can be seen', async () => {
    stage.view = { ...stage.view, links: [{ name: 'feishu', says: 'connected', connections: 0 }] };
    await open();
    await page.locator('#facts .mark.bad', { hasText: '平台上未登录' }).waitFor();
    expect(await page.locator('#facts .claim.wrong').innerText()).toBe('状态文件写着 connected');
    stage.view = { ...stage.view, pid: null };
    await page.locator('#gateway-pill.bad').waitFor();
  });
});
