import { data, redirect } from 'react-router';
import { callAuth, refusalInit } from '../lib/auth-form.server.ts';
import type { Route } from './+types/logout.ts';

export function loader() {
  return redirect('/');
}

export async function action({ request }: Route.ActionArgs) {
  const answer = await callAuth(request, '/sign-out');
  // Who is still signed in must not believe to be out.
  if (!answer.ok) throw data(answer.error, refusalInit([answer.error]));
  return redirect('/login', { headers: answer.headers });
}
