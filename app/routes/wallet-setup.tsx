import { useEffect, useRef } from 'react';
import { data, redirect, useFetcher, useNavigate } from 'react-router';
import { toast } from 'sonner';
import { CharacterFace } from '../components/CharacterFace.tsx';
import { PublicPage } from '../components/PublicPage.tsx';
import { useText } from '../i18n/use-language.ts';
import { requireUserId } from '../lib/session.server.ts';
import { requestWallet } from '../lib/wallet-request.server.ts';
import { readWalletView } from '../lib/wallet-view.server.ts';
import { isRequested } from '../lib/wallet-view.ts';
import type { Route } from './+types/wallet-setup.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const userId = await requireUserId(request);
  const wallet = await readWalletView(userId);
  if (wallet && isRequested(wallet)) throw redirect('/home');
  return null;
}

/** The same as `POST /api/wallet`; safe to repeat. */
export async function action({ request }: Route.ActionArgs) {
  const answer = await requestWallet(await requireUserId(request));
  return data(answer, { status: answer.success ? 200 : 500 });
}

export default function WalletSetup() {
  const text = useText();
  const navigate = useNavigate();
  const fetcher = useFetcher<typeof action>();
  const isSubmitted = useRef(false);
  const hasFailed = fetcher.state === 'idle' && fetcher.data?.success === false;

  useEffect(() => {
    if (isSubmitted.current) return;
    isSubmitted.current = true;
    void fetcher.submit(null, { method: 'post' });
  }, [fetcher]);

  useEffect(() => {
    if (!fetcher.data?.success) return;
    toast(text.wallet.setupMessages[1]);
    void navigate('/home', { replace: true });
  }, [fetcher.data, navigate, text]);

  return (
    <PublicPage title={text.wallet.setupTitle}>
      <div className="mx-auto flex w-full max-w-md flex-col items-center gap-6 py-16 text-center">
        <CharacterFace id="choonsim" className="size-28 rounded-full shadow-card" />
        <h1 className="font-bold text-2xl tracking-tight">{text.wallet.setupTitle}</h1>
        <div role="status" className="flex flex-col gap-2">
          {hasFailed ? (
            <p className="text-danger">{text.wallet.setupFailed}</p>
          ) : (
            text.wallet.setupMessages.map((message) => (
              <p key={message} className="text-muted">
                {message}
              </p>
            ))
          )}
        </div>
        <fetcher.Form method="post" className={hasFailed ? '' : 'hidden noscript:block'}>
          <button type="submit" className="button">
            {hasFailed ? text.wallet.retry : text.wallet.setupAction}
          </button>
        </fetcher.Form>
      </div>
    </PublicPage>
  );
}
