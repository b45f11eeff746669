/**
 * Where a form may lead back to: a path of our own. `//host` and `/\host` lead elsewhere, and so does
 * either with a tab or a line end in it, which browsers take out before they read an address. They
 * encode whatever is not ASCII.
 */
export function ownPath(path: string): string {
  return /^\/(?![/\\])[!-~]*$/.test(path) ? path : '/';
}
