/**
 * For a route of people that only acts or redirects: with a component its errors are shown as a page, where React Router
 * would answer a form without JavaScript with plain text.
 */
export function NoPage() {
  return null;
}
