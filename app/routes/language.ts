import { redirect } from 'react-router';
import { NoPage } from '../components/page/NoPage.ts';
import { serializeLanguage } from '../i18n/language.server.ts';
import { isLanguage } from '../i18n/language.ts';
import { storeUserLanguage } from '../lib/account/user-language.server.ts';
import { ownPath } from '../lib/forms/own-path.ts';
import { requireForm } from '../lib/forms/read-fields.server.ts';
import { findUserId } from '../lib/session.server.ts';
import type { Route } from './+types/language.ts';

export default NoPage;

export function loader() {
  return redirect('/');
}

/** Stores the language in this browser and, for a signed-in user, in the account. */
export async function action({ request }: Route.ActionArgs) {
  const form = await requireForm(request);
  const language = form.text('language');
  const target = ownPath(form.text('backTo'));
  if (!isLanguage(language)) return redirect(target);
  const userId = await findUserId(request);
  if (userId) await storeUserLanguage(userId, language);
  const cookie = await serializeLanguage(language);
  return redirect(target, { headers: { 'Set-Cookie': cookie } });
}
