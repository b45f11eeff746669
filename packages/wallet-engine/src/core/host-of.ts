/**
 * The part of a URL that may be shown: path and query may hold a provider's API key, and the part before
 * the host a password.
 */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'unknown';
}
