import type { ReactNode } from 'react';
import { Link, Outlet, useMatches, useParams } from 'react-router';
import { RoomBar } from '../components/chat/RoomBar.tsx';
import { RoomMenu } from '../components/chat/RoomMenu.tsx';
import { AccountMenuButton } from '../components/navigation/AccountMenuButton.tsx';
import { BottomNavigation } from '../components/navigation/BottomNavigation.tsx';
import { TopNavigation } from '../components/navigation/TopNavigation.tsx';
import { usePendingPage } from '../components/navigation/use-pending-page.ts';
import { useWarmPages } from '../components/navigation/use-warm-pages.ts';
import { Brand } from '../components/page/Brand.tsx';
import { ErrorPage, kindOfError } from '../components/page/ErrorPage.tsx';
import { PageSkeleton } from '../components/page/PageSkeleton.tsx';
import { WalletStateProvider } from '../components/wallet/live/WalletStateProvider.tsx';
import { WalletStatusPolling } from '../components/wallet/WalletStatusPolling.tsx';
import { type CharacterId, isCharacterId } from '../lib/chat/characters.ts';
import { requireWalletOwner } from '../lib/session.server.ts';
import type { Route } from './+types/signed-in.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { wallet, name } = await requireWalletOwner(request);
  return { wallet, name };
}

export default function SignedIn({ loaderData }: Route.ComponentProps) {
  return (
    <Frame {...loaderData}>
      <Outlet />
    </Frame>
  );
}

/** If a page fails to load, the navigation and the wallet's status line stay. */
export function ErrorBoundary({ error, loaderData }: Route.ErrorBoundaryProps) {
  const kind = kindOfError(error);
  if (!loaderData || kind === 'not-found') return <ErrorPage kind={kind} />;
  return (
    <Frame {...loaderData}>
      <ErrorPage kind={kind} isFramed />
    </Frame>
  );
}

interface FrameProps extends Awaited<ReturnType<typeof loader>> {
  readonly children: ReactNode;
}

/** The layout of every signed-in page: navigation, and the only place that follows the wallet. */
function Frame({ wallet, name, children }: FrameProps) {
  useWarmPages();
  const pending = usePendingPage();
  const roomOf = useRoom(pending);
  const isRoom = roomOf !== null;
  return (
    <WalletStateProvider loaded={wallet}>
      <div
        className={`flex flex-col ${isRoom ? 'h-dvh' : 'min-h-dvh pb-20 md:pb-0 [@media(max-height:30rem)]:pb-0'}`}
      >
        {/* Not sticky in a low window, as at 400 % zoom, where the page needs the height. */}
        <header className="sticky top-0 z-20 [@media(max-height:30rem)]:static border-line border-b bg-canvas">
          <div
            className={`mx-auto flex flex-wrap items-center justify-between ${isRoom ? 'min-h-13 max-w-6xl gap-x-1 px-2.5 sm:gap-x-3 sm:px-4' : 'min-h-14 max-w-3xl gap-x-3 px-4'}`}
          >
            {roomOf ? (
              <RoomBar characterId={roomOf} />
            ) : (
              <Link to="/home" className="min-w-0 rounded-xl">
                <Brand />
              </Link>
            )}
            <div className="flex items-center gap-1 md:gap-2">
              <TopNavigation />
              {roomOf ? <RoomMenu characterId={roomOf} /> : null}
              {/* A chat room's single bar on a phone has no space for it. */}
              <div className={isRoom ? 'hidden md:block' : undefined}>
                <AccountMenuButton name={name} />
              </div>
            </div>
            <WalletStatusPolling isRoom={isRoom} />
          </div>
        </header>
        {pending ? <PageSkeleton isRoom={isRoom} /> : children}
        {isRoom ? null : <BottomNavigation />}
      </div>
    </WalletStateProvider>
  );
}

/**
 * The character whose chat room this is; null on other pages. A room fills the screen and has its own
 * bottom bar. For a page that is still loading, only the address is known.
 */
function useRoom(pendingPath: string | null): CharacterId | null {
  const isShownRoom = useMatches().some(({ handle }) => isRoomHandle(handle));
  const { id } = useParams();
  if (pendingPath) {
    const pending = /^\/chat\/(\w+)$/.exec(pendingPath)?.[1];
    return isCharacterId(pending) ? pending : null;
  }
  return isShownRoom && isCharacterId(id) ? id : null;
}

function isRoomHandle(handle: unknown): boolean {
  return typeof handle === 'object' && handle !== null && 'isRoom' in handle;
}
