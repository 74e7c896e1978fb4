/**
 * `npm run messages [FOLDER]`: every message of every condition in both languages on both platforms, as HTML pages, and
 * as pictures where there is a Chromium. LIFELINE_FONT_CSS names a style sheet with a font for Chinese, where the
 * machine has none.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromiumPath, launchChromium } from '../sandbox/page/chromium.ts';
import { bands, cases } from './cases.ts';
import { page } from './page.ts';

const folder = resolve(process.argv[2] ?? 'build/messages');
const fontSheet = process.env['LIFELINE_FONT_CSS'];
const style = fontSheet === undefined ? '' : `@import url('${pathToFileURL(fontSheet).href}');`;

mkdirSync(folder, { recursive: true });
const browser = chromiumPath === null ? null : await launchChromium();
try {
  for (const locale of ['zh-CN', 'en'] as const)
    for (const platform of ['feishu', 'qq'] as const) {
      const name = `${platform}.${locale}`;
      const path = resolve(folder, `${name}.html`);
      writeFileSync(path, page([...cases(locale), ...bands(locale)], platform, locale, style));
      if (browser === null) continue;
      const tab = await browser.newPage({ viewport: { width: 4 * 402 + 12, height: 900 } });
      await tab.goto(pathToFileURL(path).href);
      await tab.waitForLoadState('networkidle');
      await tab.evaluate('document.fonts.ready');
      await tab.screenshot({ path: resolve(folder, `${name}.png`), fullPage: true });
      await tab.close();
    }
} finally {
  await browser?.close();
}
console.log(`${folder}: ${browser === null ? 'HTML pages; no Chromium, so no pictures' : 'HTML pages and pictures'}`);
