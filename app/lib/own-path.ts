/** Where a form may lead back to: a path of our own. `//host` and `/\host` lead elsewhere. */
export function ownPath(path: string): string {
  return /^\/(?![/\\])/.test(path) ? path : '/';
}
