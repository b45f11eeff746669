import { type RequestHandler, urlencoded } from 'express';
import { z } from 'zod';
import { GREATEST_LENGTH } from '../field-lengths.ts';

/** Where Apple has the browser send its answer. */
export const APPLE_RETURN_PATH = '/api/auth/callback/apple';

const named = z.object({
  name: z.object({ firstName: z.string().optional(), lastName: z.string().optional() }),
});

/**
 * Apple's answer is a form that its page has the browser send to ours: the one request from another site that
 * is not refused. Nothing is done for it and no cookie is read, which browsers do not send along: it is led
 * on to the same address by GET, with what the form said, where our cookie comes back and the state is
 * compared. Whoever sends such a form achieves what a link to that address would.
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

/** Only the name: whose address it is, Apple tells us itself. Null: it told none, which it does after the first time. */
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
