import { Link, Outlet } from 'react-router';
import { Brand } from '../../components/Brand.tsx';
import { LanguageChoice } from '../../components/LanguageChoice.tsx';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { requireAdmin } from '../../lib/admin/require-admin.server.ts';
import type { Route } from './+types/frame.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { email } = await requireAdmin(request);
  return { email };
}

/** Around the admin pages; each of them asks for the admin again, since loaders run side by side. */
export default function AdminFrame({ loaderData }: Route.ComponentProps) {
  const words = useAdminWords();
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="border-line border-b bg-canvas">
        <div className="mx-auto flex min-h-14 max-w-5xl flex-wrap items-center justify-between gap-3 px-4 py-2">
          <Link to="/admin/wallets" className="rounded-xl" aria-label={words.title}>
            <Brand />
          </Link>
          <div className="flex flex-wrap items-center gap-3 text-sm">
            <span className="text-muted">{loaderData.email}</span>
            <Link to="/home" className="link">
              {words.toApp}
            </Link>
            <LanguageChoice />
          </div>
        </div>
      </header>
      <main id="content" className="mx-auto w-full max-w-5xl flex-1 px-4 py-6">
        <Outlet />
      </main>
    </div>
  );
}
