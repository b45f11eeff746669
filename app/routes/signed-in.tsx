import { Link, Outlet, useMatches } from 'react-router';
import { AccountMenuButton } from '../components/AccountMenuButton.tsx';
import { BottomNavigation } from '../components/BottomNavigation.tsx';
import { Brand } from '../components/Brand.tsx';
import { PageSkeleton } from '../components/PageSkeleton.tsx';
import { TopNavigation } from '../components/TopNavigation.tsx';
import { usePendingPage } from '../components/use-pending-page.ts';
import { WalletStateProvider } from '../components/wallet/WalletStateProvider.tsx';
import { WalletStatusPolling } from '../components/wallet/WalletStatusPolling.tsx';
import { requireWalletOwner } from '../lib/session.server.ts';
import type { Route } from './+types/signed-in.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { wallet, name } = await requireWalletOwner(request);
  return { wallet, name };
}

/** Around every page behind sign-in: navigation, and the one place that follows the wallet. */
export default function SignedIn({ loaderData }: Route.ComponentProps) {
  const isRoom = useIsRoom();
  const isPending = usePendingPage();
  return (
    <WalletStateProvider loaded={loaderData.wallet}>
      <div className={`flex flex-col ${isRoom ? 'h-dvh' : 'min-h-dvh pb-20 md:pb-0'}`}>
        <header className="sticky top-0 z-20 border-line border-b bg-canvas">
          <div className="mx-auto flex h-14 max-w-3xl items-center justify-between gap-4 px-4">
            <Link to="/home" className="rounded-xl">
              <Brand />
            </Link>
            <div className="flex items-center gap-2">
              <TopNavigation />
              <AccountMenuButton name={loaderData.name} />
            </div>
          </div>
          <WalletStatusPolling />
        </header>
        {isPending ? <PageSkeleton /> : <Outlet />}
        {isRoom ? null : <BottomNavigation />}
      </div>
    </WalletStateProvider>
  );
}

/** A room, such as a chat, fills the screen and has something of its own at the bottom. */
function useIsRoom(): boolean {
  return useMatches().some(({ handle }) => isRoomHandle(handle));
}

function isRoomHandle(handle: unknown): boolean {
  return typeof handle === 'object' && handle !== null && 'isRoom' in handle;
}
