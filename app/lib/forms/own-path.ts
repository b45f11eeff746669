/**
 * A path of this site for a redirect after a form, else `/`. `//host` and `/\host` lead elsewhere, and so does
 * either with a tab or a line end in it, which browsers remove before they read an address. Browsers
 * encode non-ASCII characters.
 */
export function ownPath(path: string): string {
  return /^\/(?![/\\])[!-~]*$/.test(path) ? path : '/';
}
