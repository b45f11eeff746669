import { redirect } from 'react-router';
import { languageCookie } from '../i18n/language.server.ts';
import { isLanguage } from '../i18n/language.ts';
import { textField } from '../lib/auth-form.server.ts';
import type { Route } from './+types/language.ts';

export function loader() {
  return redirect('/');
}

export async function action({ request }: Route.ActionArgs) {
  const form = await request.formData();
  const language = textField(form, 'language');
  const backTo = textField(form, 'backTo');
  // Only paths of our own: `//host` and `/\host` lead elsewhere.
  const target = /^\/(?![/\\])/.test(backTo) ? backTo : '/';
  if (!isLanguage(language)) return redirect(target);
  const cookie = await languageCookie.serialize(language);
  return redirect(target, { headers: { 'Set-Cookie': cookie } });
}
