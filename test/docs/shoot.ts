/**
 * Takes the pictures of the READMEs anew: `node test/docs/shoot.ts`. A sandbox, the real bot and the demo's page in a
 * headless Chromium; the gateway's QQ link gives up, Lifeline restarts it, and both phones have the story.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startBot } from '../../sandbox/demo/bot.ts';
import { isUp, stageOf } from '../../sandbox/demo/stage.ts';
import { startPhonePage } from '../../sandbox/page/server.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { launchChromium } from '../sandbox/page/chromium.ts';
import { ROOT } from './markdown.ts';

const LIMIT_MS = 120_000;
/** They are part of the package. */
const MOST_BYTES = 150 * 1024;
/** Around the phones, in pixels of the page. */
const EDGE = 5;

const PICTURES = [
  { locale: 'zh-CN', language: 'zh', file: 'docs/images/demo.zh-CN.png' },
  { locale: 'en', language: 'en', file: 'docs/images/demo.png' },
] as const;

const shoot = async ({ locale, language, file }: (typeof PICTURES)[number]): Promise<void> => {
  await using undo = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'lifeline-shoot-'));
  undo.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const sandbox = await createSandbox({ dir, locale });
  undo.defer(() => sandbox.stop());
  await sandbox.gateway.start();
  const bot = startBot({ config: sandbox.writeConfig({ healing: { per_hour: 3 } }), env: sandbox.env });
  undo.defer(() => bot.stop());
  for (const deadline = Date.now() + LIMIT_MS; !isUp(sandbox); await pause(200))
    if (Date.now() > deadline) throw new Error('not everything was connected');
  const server = await startPhonePage(stageOf(sandbox));
  undo.defer(() => server.stop());
  const browser = await launchChromium();
  undo.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1360, height: 890 }, colorScheme: 'light', bypassCSP: true });
  page.setDefaultTimeout(LIMIT_MS);
  // The page's own words; the bot's are of the configuration.
  await page.addInitScript((chosen) => localStorage.setItem('lifeline-demo-language', chosen), language);
  await page.goto(server.url);
  await page.locator('[data-fault="qq_gives_up"]').click();
  for (const channel of ['feishu', 'qq'])
    await page
      .locator(`#panel-${channel} .bubble`, { hasText: /🟢.*main/ })
      .first()
      .waitFor();
  // The banners of the lock screen have gone by then.
  await pause(8_000);
  // Shadows and shades make a picture large.
  await page.addStyleTag({ content: 'html, body { background: #fff !important } * { box-shadow: none !important }' });
  const phones = await Promise.all(
    ['feishu', 'qq'].map((channel) => page.locator(`#panel-${channel} .phone`).boundingBox()),
  );
  const [left, right] = phones;
  if (!left || !right) throw new Error('a phone is missing');
  const clip = {
    x: left.x - EDGE,
    y: left.y - EDGE,
    width: right.x + right.width - left.x + 2 * EDGE,
    height: left.height + 2 * EDGE,
  };
  await page.screenshot({ path: `${ROOT}${file}`, clip });
  const { size } = await stat(`${ROOT}${file}`);
  process.stdout.write(`${file}: ${Math.ceil(size / 1024)} KiB\n`);
  if (size > MOST_BYTES) throw new Error(`${file} is larger than ${MOST_BYTES / 1024} KiB`);
};

for (const picture of PICTURES) await shoot(picture);
