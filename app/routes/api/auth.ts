import { answerAuth } from '../../lib/auth.server.ts';
import type { Route } from './+types/auth.ts';

export function loader({ request }: Route.LoaderArgs) {
  return answerAuth(request);
}

export function action({ request }: Route.ActionArgs) {
  return answerAuth(request);
}
