import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const usualPlaces = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A browser that is there already; nothing is downloaded. Null when there is none. */
export const chromiumPath = usualPlaces.find((place) => place && existsSync(place)) ?? null;

if (!chromiumPath) console.log('Browser tests skipped: no Chromium found (install it, or set CHROMIUM_PATH).');

/** Talks to nobody but the page: no updates, no sync, no guesses about what may be needed next. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath: chromiumPath!, args: quiet });
