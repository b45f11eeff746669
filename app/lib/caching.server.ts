/** What a route answers is somebody's own, as it is now: no browser and no proxy may keep it. */
export function withoutCaching(response: Response): Response {
  const told = response.headers.get('Cache-Control') ?? '';
  if (!told.includes('no-store')) response.headers.set('Cache-Control', 'private, no-store');
  return response;
}
