import { redirect } from 'react-router';
import { callAuth } from '../lib/auth-form.server.ts';
import type { Route } from './+types/logout.ts';

export function loader() {
  return redirect('/');
}

export async function action({ request }: Route.ActionArgs) {
  const answer = await callAuth(request, '/sign-out');
  return redirect('/login', answer.ok ? { headers: answer.headers } : {});
}
