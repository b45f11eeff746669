/**
 * What of an address may be shown. Providers put their customers' keys into the path or the query, and
 * passwords stand before the host.
 */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'unknown';
}
