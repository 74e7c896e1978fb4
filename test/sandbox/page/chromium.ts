/** A headless Chromium, where there is one. Tests that need it say so in their title when there is none. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** The program, or null. LIFELINE_CHROMIUM names one elsewhere. */
export const chromiumPath =
  [process.env['LIFELINE_CHROMIUM'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path)) ?? null;

/** For the title of a suite: why it is skipped, if it is. */
export const needsChromium =
  chromiumPath === null ? ' (skipped: no Chromium here; set LIFELINE_CHROMIUM to its path)' : '';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser with a user data folder of its own, which goes when it closes. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath ?? '', headless: true, args: ARGS });

/** Collects what a page must not do: script errors, console errors, requests to anywhere but the page's own server. */
export const watchPage = (page: Page, origin: string): string[] => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) faults.push(`foreign request: ${request.url()}`);
  });
  return faults;
};
