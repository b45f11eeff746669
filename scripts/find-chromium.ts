import { existsSync } from 'node:fs';

const PLACES = [
  // Without windows of its own: half the processor time of the whole browser.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The system's own browser: nothing is downloaded for the tests. Null when there is none. */
export function chromiumPath(): string | null {
  return PLACES.find((place) => existsSync(place)) ?? null;
}
