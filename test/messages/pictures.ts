/**
 * `npm run pictures [FOLDER]`: the READMEs' pictures, of the real demo after its tour, in both languages; and each step of
 * the tour on a phone's screen and, with the group, in a wide window, to be looked at. LIFELINE_FONT_CSS names a style sheet with a font for Chinese, where the
 * machine has none.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { MAIN } from '../program.ts';
import { launchChromium } from '../sandbox/page/chromium.ts';

const images = resolve('docs/images');
const folder = resolve(process.argv[2] ?? 'build/pictures');
const fontSheet = process.env['LIFELINE_FONT_CSS'];
const STEPS = 6;
/** They are part of the package. */
const MOST_BYTES = 150 * 1024;
const PATIENCE_MS = 90_000;
/** Each app names fonts of its own, which this machine need not have. */
const FONT = `.phone :not(.code, .code *), body { font-family: system-ui, 'Noto Sans SC', sans-serif !important; }`;

const open = async (page: Page, url: string): Promise<void> => {
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  await page.locator('#panel-qq').waitFor({ state: 'attached' });
  if (fontSheet !== undefined) await page.addStyleTag({ content: `${inlined(fontSheet)}\n${FONT}` });
};

/** The style sheet with its fonts in it: the page takes nothing from elsewhere. */
const inlined = (sheet: string): string => {
  const font = (_all: string, path: string): string =>
    `url(data:font/woff2;base64,${readFileSync(resolve(dirname(sheet), path)).toString('base64')}) format('woff2')`;
  // Each face has a woff2 first and a woff behind it.
  return readFileSync(sheet, 'utf8')
    .replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, '')
    .replaceAll(/url\(([^)]+\.woff2)\)\s*format\('woff2'\)/g, font);
};

/** Each step is done by its own button, or waited for. @param onStep hears of each step that is done. */
const takeTour = async (page: Page, onStep: (step: number) => Promise<void>): Promise<void> => {
  await page.locator('#tour-start').click();
  for (let step = 1; step <= STEPS; step += 1) {
    await page.locator('.tour-count', { hasText: `${step} / ${STEPS}` }).waitFor();
    const primary = page.locator('#tour button.primary');
    if ([1, 5, 6].includes(step)) {
      await onStep(step);
      await primary.click();
      await page.locator('.tour-waits').waitFor({ state: 'detached' });
    }
    await primary.waitFor();
    await onStep(step);
    if (step < STEPS) await primary.click();
  }
};

/** The group beside the phones, where there is room for it. */
const showGroup = async (page: Page, locale: string): Promise<void> => {
  await page.setViewportSize({ width: 1680, height: 980 });
  const group = page.locator('#panel-group');
  await group.locator('[data-role="stranger"]').click();
  await group.locator('.chips button', { hasText: '/status' }).click();
  await group.locator('[data-role="operator"]').click();
  for (const command of ['/status', '/logs 20']) await group.locator('.chips button', { hasText: command }).click();
  await group
    .locator('.bubble', { hasText: /私聊|private/ })
    .last()
    .waitFor();
  await page.screenshot({ path: resolve(folder, `wide-${locale}-group.png`) });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator('#tab-group').click();
  await page.screenshot({ path: resolve(folder, `narrow-${locale}-group.png`) });
  await page.setViewportSize({ width: 1440, height: 940 });
};

mkdirSync(folder, { recursive: true });
const demo = spawn(process.execPath, [MAIN, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
let said = '';
demo.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
const browser = await launchChromium();
try {
  while (!/http:\/\/127\S+/.test(said)) await once(demo.stdout, 'data');
  const [url = ''] = /http:\/\/127\S+/.exec(said) ?? [];

  const narrow = await browser.newPage({ viewport: { width: 390, height: 844 }, bypassCSP: true });
  await open(narrow, url);
  await narrow.screenshot({ path: resolve(folder, 'narrow-0.png') });
  await takeTour(narrow, async (step) => {
    await narrow.screenshot({ path: resolve(folder, `narrow-${step}.png`) });
  });
  await narrow.close();

  const wide = await browser.newPage({ viewport: { width: 1440, height: 940 }, bypassCSP: true });
  await open(wide, url);
  // What the tour points at is no part of the READMEs' pictures, and shadows and shades make a picture large.
  await wide.addStyleTag({
    content:
      '.tour-look .phone { outline: none !important } html, body { background: #fff !important } * { box-shadow: none !important; animation: none !important; transition: none !important } .notice { display: none !important }',
  });
  for (const [name, locale] of [
    ['demo.zh-CN.png', 'zh-CN'],
    ['demo.png', 'en'],
  ] as const) {
    if (locale === 'en') {
      await wide.locator('#language').click();
      await wide.locator('html[lang="en"]').waitFor();
    }
    await takeTour(wide, async (step) => {
      await wide.screenshot({ path: resolve(folder, `wide-${locale}-${step}.png`) });
      // The alert, the restart and the proof are on both phones.
      if (step !== 4) return;
      // What the lock screen shows would cover the alert.
      await wide.locator('.notice.shown').first().waitFor({ state: 'detached' });
      const [left, right] = await Promise.all(
        ['feishu', 'qq'].map((channel) => wide.locator(`#panel-${channel}`).boundingBox()),
      );
      if (!left || !right) throw new Error('the phones are not there');
      await wide.screenshot({
        path: resolve(images, name),
        clip: { x: left.x - 8, y: left.y - 8, width: right.x + right.width - left.x + 16, height: left.height + 16 },
      });
      const { size } = statSync(resolve(images, name));
      if (size > MOST_BYTES) throw new Error(`${name} is larger than ${MOST_BYTES / 1024} KiB`);
    });
    await wide.locator('#tour button', { hasText: /离开|Leave/ }).click();
    await showGroup(wide, locale);
  }
} finally {
  await browser.close();
  demo.kill('SIGTERM');
  await once(demo, 'exit');
}
console.log(`${images}: demo.png, demo.zh-CN.png; ${folder}: the steps`);
