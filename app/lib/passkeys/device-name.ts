/** The more telling ones first: Android is a Linux, and an iPad calls itself a Mac. */
const DEVICES = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['Mac', /Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
] as const;

/** What a browser says it runs on; null when it does not. No version: it names a device to its owner. */
export function deviceOf(userAgent: string): string | null {
  return DEVICES.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;
}
