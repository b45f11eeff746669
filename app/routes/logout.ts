import { data, redirect } from 'react-router';
import { NoPage } from '../components/page/NoPage.ts';
import { callAuth, refusalInit } from '../lib/auth/auth-form.server.ts';
import type { Route } from './+types/logout.ts';

export default NoPage;

export function loader() {
  return redirect('/');
}

export async function action({ request }: Route.ActionArgs) {
  const answer = await callAuth(request, '/sign-out');
  // A user who is still signed in must not be shown as logged out.
  if (!answer.ok) throw data(answer.error, refusalInit([answer.error]));
  return redirect('/login', { headers: answer.headers });
}
