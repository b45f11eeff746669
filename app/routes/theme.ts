import { redirect } from 'react-router';
import { NoPage } from '../components/page/NoPage.ts';
import { ownPath } from '../lib/forms/own-path.ts';
import { requireForm } from '../lib/forms/read-fields.server.ts';
import { env } from '../lib/settings/env.server.ts';
import { themeCookie } from '../theme/theme.server.ts';
import { isTheme } from '../theme/theme.ts';
import type { Route } from './+types/theme.ts';

export default NoPage;

export function loader() {
  return redirect('/');
}

export async function action({ request }: Route.ActionArgs) {
  const form = await requireForm(request);
  const theme = form.text('theme');
  const target = ownPath(form.text('backTo'));
  if (!isTheme(theme)) return redirect(target);
  const cookie = await themeCookie.serialize(theme, { secure: env().isHttps });
  return redirect(target, { headers: { 'Set-Cookie': cookie } });
}
