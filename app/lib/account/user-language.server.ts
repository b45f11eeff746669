import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { serializeLanguage } from '../../i18n/language.server.ts';
import type { Language } from '../../i18n/language.ts';
import { db } from '../db.server.ts';

export async function storeUserLanguage(userId: string, language: Language): Promise<void> {
  await db().update(user).set({ language }).where(eq(user.id, userId));
}

/** Adds the language the user once chose, in any browser, to the response of a log-in. */
export async function addUserLanguage(headers: Headers, email: string): Promise<void> {
  const row = await db().query.user.findFirst({
    where: eq(user.email, email.toLowerCase()),
    columns: { language: true },
  });
  if (row?.language) headers.append('Set-Cookie', await serializeLanguage(row.language));
}
