import { redirect } from 'react-router';
import { readForm, textField } from '../lib/auth-form.server.ts';
import { env } from '../lib/env.server.ts';
import { ownPath } from '../lib/own-path.ts';
import { themeCookie } from '../theme/theme.server.ts';
import { isTheme } from '../theme/theme.ts';
import type { Route } from './+types/theme.ts';

export function loader() {
  return redirect('/');
}

export async function action({ request }: Route.ActionArgs) {
  const form = await readForm(request);
  const theme = textField(form, 'theme');
  const target = ownPath(textField(form, 'backTo'));
  if (!isTheme(theme)) return redirect(target);
  const cookie = await themeCookie.serialize(theme, { secure: env().isHttps });
  return redirect(target, { headers: { 'Set-Cookie': cookie } });
}
