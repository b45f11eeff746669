import { type RequestHandler, urlencoded } from 'express';
import { z } from 'zod';
import { GREATEST_LENGTH } from '../forms/field-lengths.ts';

/** Apple's redirect URI. */
export const APPLE_RETURN_PATH = '/api/auth/callback/apple';

const named = z.object({
  name: z.object({ firstName: z.string().optional(), lastName: z.string().optional() }),
});

/**
 * Apple's callback is a form that its page makes the browser post to ours: the one cross-site request that
 * is not rejected. It has no effect and reads no cookie, which browsers would not send: it is redirected
 * to a GET of the same address with the form's fields, where our cookie is sent and the state is
 * compared. Posting such a form achieves no more than a link to that address.
 */
export const leadAppleOn: RequestHandler = (request, response, next) => {
  if (request.method !== 'POST' || request.path !== APPLE_RETURN_PATH) return next();
  return readForm(request, response, (error?: unknown) => {
    response.set('Cache-Control', 'no-store');
    if (error) return response.redirect(303, '/login?error=invalid_answer');
    const form = request.body as Record<string, unknown> | undefined;
    const query = new URLSearchParams();
    for (const name of ['code', 'state', 'error'] as const) {
      const value = form?.[name];
      if (typeof value === 'string' && value.length <= GREATEST_LENGTH.code) query.set(name, value);
    }
    const user = readName(form?.user);
    if (user) query.set('user', user);
    return response.redirect(303, `${APPLE_RETURN_PATH}?${query}`);
  });
};

const readForm = urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 });

/** Only the name: the address is in Apple's token. Null: none, as after the first sign-in. */
function readName(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  try {
    const { firstName = '', lastName = '' } = named.parse(JSON.parse(text)).name;
    const shortened = {
      firstName: firstName.slice(0, GREATEST_LENGTH.name),
      lastName: lastName.slice(0, GREATEST_LENGTH.name),
    };
    return JSON.stringify({ name: shortened });
  } catch {
    return null;
  }
}
