import { requireApiUserId } from '../../../lib/session.server.ts';
import { requestWallet, statusOfAnswer } from '../../../lib/wallet/wallet-request.server.ts';
import type { Route } from './+types/request.ts';

export function loader() {
  return Response.json(
    { error: 'METHOD_NOT_ALLOWED' },
    { status: 405, headers: { Allow: 'POST' } },
  );
}

export async function action({ request }: Route.ActionArgs) {
  const answer = await requestWallet(await requireApiUserId(request));
  return Response.json(answer, { status: statusOfAnswer(answer) });
}
