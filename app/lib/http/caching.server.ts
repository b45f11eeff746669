/** A route's response is personal and current: no browser and no proxy may store it. */
export function withoutCaching(response: Response): Response {
  const told = response.headers.get('Cache-Control') ?? '';
  if (!told.includes('no-store')) response.headers.set('Cache-Control', 'private, no-store');
  return response;
}
