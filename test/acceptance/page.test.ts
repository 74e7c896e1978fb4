/** The real demo, started as a person starts it, and its page in a real browser. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chromiumPath, launchChromium, needsChromium, watchPage } from '../sandbox/page/chromium.ts';
import { MAIN } from '../program.ts';

const LIMIT_MS = 120_000;

describe.skipIf(chromiumPath === null)(`the demo in a browser${needsChromium}`, { timeout: 300_000 }, () => {
  let folder: string;
  let demo: ChildProcess;
  let browser: Browser;
  let said = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-test-'));
    demo = spawn(process.execPath, [MAIN, 'demo'], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [demo.stdout, demo.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    if (demo.exitCode === null && demo.signalCode === null) {
      demo.kill('SIGTERM');
      await once(demo, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  });

  const processes = async (): Promise<string[]> => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    return lines.filter((line) => line.includes(folder)).map((line) => line.replaceAll('\0', ' '));
  };

  test('a group hears only its operators, the tour brings alert and recovery to it and to both phones, commands are answered, and Ctrl-C leaves nothing behind', async () => {
    const url = await vi.waitFor(() => {
      expect(demo.exitCode, said).toBeNull();
      const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said) ?? [];
      expect(address, said).toBeDefined();
      return String(address);
    }, LIMIT_MS);

    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(LIMIT_MS);
    const faults = watchPage(page, url);
    await page.goto(url);
    // The group has room of its own in a wider window; here it shares a place with the private chat.
    await page.locator('#panel-feishu .swap').click();
    await page.locator('#panel-group textarea').fill('@Lifeline /logs 5');
    await page.keyboard.press('Enter');
    await page.locator('#panel-group .bubble', { hasText: '答复发到私聊了' }).waitFor();
    for (const as of ['stranger', 'operator']) {
      await page.locator(`#panel-group [data-role="${as}"]`).click();
      await page.locator('#panel-group .chips button', { hasText: '/status' }).click();
    }
    await page.locator('#panel-group .card', { hasText: 'main' }).waitFor();
    // The operator is answered and the stranger, who asked first, is not.
    expect(await page.locator('#panel-group .message.with-card').count()).toBe(1);
    // The tour breaks it, and shows what comes of it, a command and a stranger.
    await page.locator('#tour-start').click();
    const primary = page.locator('#tour button.primary');
    for (const step of [1, 2, 3, 4, 5, 6]) {
      await page.locator('.tour-count', { hasText: `${step} / 6` }).waitFor();
      if ([1, 5, 6].includes(step)) {
        await primary.click();
        await page.locator('.tour-waits').waitFor({ state: 'detached' });
      }
      await primary.waitFor();
      if (step < 6) await primary.click();
    }
    await page.locator('#tour button', { hasText: '离开' }).click();
    for (const phone of ['group', 'feishu'])
      for (const text of [/main：QQ 失联/, /🟢.*main/])
        await page.locator(`#panel-${phone} .bubble`, { hasText: text }).first().waitFor({ state: 'attached' });
    await page.locator('#panel-qq [data-role="operator"]').click();
    for (const text of [/🔴.*main/, /🟢.*main/])
      await page.locator('#panel-qq .bubble', { hasText: text }).first().waitFor();

    const answers = page.locator('#panel-feishu .message:not(.mine)');
    const before = await answers.count();
    await page.locator('#panel-feishu textarea').fill('/status');
    await page.keyboard.press('Enter');
    await answers.nth(before).filter({ hasText: 'main' }).waitFor();
    await page.locator('#panel-qq textarea').fill('/logs 20');
    await page.keyboard.press('Enter');
    await page.locator('#panel-qq .log-block .line').first().waitFor();
    expect(faults).toEqual([]);

    demo.kill('SIGINT');
    const [code] = (await once(demo, 'exit')) as [number | null];
    expect(code, said).toBe(0);
    expect(await readdir(folder)).not.toContainEqual(expect.stringMatching(/^lifeline-demo-/));
    if (existsSync('/proc/self/cmdline')) expect(await processes()).toEqual([]);
  });
});
