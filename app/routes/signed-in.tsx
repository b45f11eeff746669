import { Form, Link, Outlet } from 'react-router';
import { Brand } from '../components/Brand.tsx';
import { LanguageSwitch } from '../components/LanguageSwitch.tsx';
import { WalletStatusPolling } from '../components/wallet/WalletStatusPolling.tsx';
import { useText } from '../i18n/use-language.ts';
import { requireWalletOwner } from '../lib/session.server.ts';
import type { Route } from './+types/signed-in.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { wallet } = await requireWalletOwner(request);
  return { wallet };
}

/** Around every page behind sign-in: navigation, and the one place that follows the wallet. */
export default function SignedIn({ loaderData }: Route.ComponentProps) {
  const text = useText();
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="sticky top-0 z-20 border-line border-b bg-canvas/90 backdrop-blur">
        <div className="mx-auto flex h-14 max-w-3xl items-center justify-between gap-2 px-4">
          <Link to="/home" className="rounded-xl" aria-label={text.home.title}>
            <Brand />
          </Link>
          <div className="flex items-center">
            <LanguageSwitch />
            <Form method="post" action="/logout">
              <button type="submit" className="button-quiet">
                {text.account.logOut}
              </button>
            </Form>
          </div>
        </div>
        <WalletStatusPolling wallet={loaderData.wallet} />
      </header>
      <Outlet />
    </div>
  );
}
