import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether an Authorization header carries this bearer token; null: no header. */
export function hasBearer(header: string | null, secret: string): boolean {
  const given = /^Bearer (.+)$/.exec(header ?? '')?.[1];
  return given !== undefined && isEqual(given, secret);
}

/** In constant time; hashed first, because the comparison requires equal lengths. */
function isEqual(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
