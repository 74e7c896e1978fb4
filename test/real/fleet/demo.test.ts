/** `lifeline demo --fleet` with its real processes, and its page in a browser where one can be had. */
import { expect, onTestFinished, test } from 'vitest';
import { runDemo } from '../../../sandbox/demo/demo.ts';
import { whyNoFleet } from '../../../sandbox/demo/fleet-world.ts';
import { chromiumPath, launchChromium, watchPage } from '../../sandbox/page/chromium.ts';

const WHY_NOT = whyNoFleet() ?? (chromiumPath === null ? 'Chromium is not installed' : null);
const name = 'the fleet on the page: a hub is killed, a host loses its power, and both are told';

test.skipIf(WHY_NOT !== null)(WHY_NOT === null ? name : `${name} (${WHY_NOT})`, { timeout: 400_000 }, async () => {
  const printed: string[] = [];
  const complained: string[] = [];
  const stop = new AbortController();
  const demo = runDemo(
    { fleet: true },
    { out: (text) => printed.push(text), err: (text) => complained.push(text), signal: stop.signal },
  );
  onTestFinished(async () => {
    stop.abort();
    expect(await demo).toBe(0);
  });
  await expect.poll(() => [...complained, ...printed].join('\n'), { timeout: 90_000 }).toContain('http://');
  expect(complained).toEqual([]);
  const url = /http:\S+/.exec(printed.join('\n'))?.[0] ?? '';
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(60_000);
  const faults = watchPage(page, url);
  await page.goto(url);
  const phone = page.locator('#panel-feishu .bubble');
  const ask = async (): Promise<void> => {
    await page.locator('#panel-feishu textarea').fill('/status');
    await page.keyboard.press('Enter');
  };
  const fact = (member: string, words: string) =>
    page.locator('#facts', { hasText: new RegExp(`${member}\\s*${words}`) }).waitFor({ timeout: 150_000 });
  await fact('hub-1', '在说话');
  await fact('hub-2', '等着接手');
  await fact('db-1', '在看护');
  expect(await page.locator('#tour-start').isHidden()).toBe(true);

  await page.locator('[data-fault="kill_host"]').click();
  await page.locator('[data-fault="kill_host"].on').waitFor();
  await fact('web-2', '断电');
  await page.locator('[data-fault="kill_hub"]').click();
  await fact('hub-2', '在说话');
  // A hub that has just taken over hears each host within 15 s.
  await expect
    .poll(
      async () => {
        await ask();
        return phone.filter({ hasText: 'db-1：main 运行正常' }).count();
      },
      { timeout: 60_000, interval: 5_000 },
    )
    .toBeGreaterThan(0);
  await fact('hub-1', '等着接手');
  await phone.filter({ hasText: '机器 web-2 没有消息了' }).waitFor({ timeout: 150_000 });
  // Pressed again it has its power back.
  await page.locator('[data-fault="kill_host"]').click();
  await fact('web-2', '在看护');
  await phone.filter({ hasText: '机器 web-2 恢复了' }).waitFor({ timeout: 90_000 });
  expect(faults).toEqual([]);
});
