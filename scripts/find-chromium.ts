import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The system's own browser: nothing is downloaded for the tests. Null when there is none. */
export function chromiumPath(): string | null {
  return PLACES.find((place) => existsSync(place)) ?? null;
}
