import { useEffect, useRef, useState } from 'react';
import { data, Form, Link, redirect, useFetcher, useNavigate } from 'react-router';
import type { WalletErrorCode } from '#engine/core/errors.ts';
import { CharacterFace } from '../components/CharacterFace.tsx';
import { PublicPage } from '../components/page/PublicPage.tsx';
import { SupportContact } from '../components/SupportContact.tsx';
import { WALLET_MADE_WHILE_WAITING } from '../components/wallet/live/use-ready-moment.ts';
import { setupSentences } from '../components/wallet/words/setup-words.ts';
import { useText } from '../i18n/use-language.ts';
import { useOwnerWords } from '../i18n/use-owner-words.ts';
import { sendsMail } from '../lib/mail/letters.server.ts';
import { requireUserId } from '../lib/session.server.ts';
import { env } from '../lib/settings/env.server.ts';
import {
  mustVerifyFirst,
  requestWallet,
  statusOfAnswer,
} from '../lib/wallet/wallet-request.server.ts';
import { SLOW_AFTER_MS } from '../lib/wallet/wallet-situation.ts';
import { readWalletView } from '../lib/wallet/wallet-view.server.ts';
import { isRequested } from '../lib/wallet/wallet-view.ts';
import type { Route } from './+types/wallet-setup.ts';

/** A retry cannot help: only an operator may complete such a record. */
const RECORD_TORN = 'WALLET_RECORD_INCOMPLETE' satisfies WalletErrorCode;

export async function loader({ request }: Route.LoaderArgs) {
  const userId = await requireUserId(request);
  const wallet = await readWalletView(userId);
  if (wallet && isRequested(wallet)) throw redirect('/home');
  const mustVerify = await mustVerifyFirst(userId);
  return {
    isTorn: wallet?.error === RECORD_TORN,
    mustVerify,
    canMailAgain: mustVerify && sendsMail(),
    supportEmail: env().supportEmail,
  };
}

/** The same as `POST /api/wallet`; idempotent. */
export async function action({ request }: Route.ActionArgs) {
  const answer = await requestWallet(await requireUserId(request));
  return data(answer, { status: statusOfAnswer(answer) });
}

export default function WalletSetup({ loaderData }: Route.ComponentProps) {
  const text = useText();
  const { confirmEmail } = useOwnerWords();
  const { mustVerify } = loaderData;
  const fetcher = useWalletRequest(!loaderData.isTorn && !mustVerify);
  const failure = fetcher.state === 'idle' && fetcher.data?.success === false ? fetcher.data : null;
  const isTorn = loaderData.isTorn || failure?.error === RECORD_TORN;
  const state = isTorn ? 'torn' : mustVerify ? 'unverified' : failure ? 'failed' : 'waiting';

  return (
    <PublicPage title={text.wallet.setupTitle}>
      <div className="mx-auto flex w-full max-w-md flex-col items-center gap-6 py-16 text-center">
        <CharacterFace id="choonsim" className="size-28 rounded-full shadow-card" />
        <h1 className="font-bold text-2xl tracking-tight">{text.wallet.setupTitle}</h1>
        <div role="status" className="flex flex-col gap-2">
          {state === 'torn' ? <TornRecord supportEmail={loaderData.supportEmail} /> : null}
          {mustVerify ? <p>{text.wallet.verifyFirst}</p> : null}
          {state === 'failed' ? <p className="text-danger">{text.wallet.setupFailed}</p> : null}
          {state === 'waiting' ? <Waiting isBusy={fetcher.state !== 'idle'} /> : null}
        </div>
        {state === 'torn' ? (
          <Form method="post" action="/logout">
            <button type="submit" className="button-outline">
              {text.account.logOut}
            </button>
          </Form>
        ) : (
          <fetcher.Form
            method="post"
            className={state === 'waiting' ? 'hidden noscript:block' : ''}
          >
            <button type="submit" className="button">
              {state === 'failed' ? text.wallet.retry : text.wallet.setupAction}
            </button>
          </fetcher.Form>
        )}
        {loaderData.canMailAgain ? (
          <Link to="/confirm-email" className="link">
            {confirmEmail.sendAgain}
          </Link>
        ) : null}
      </div>
    </PublicPage>
  );
}

/** Requests the wallet once, if wanted, and leads home when it was accepted. */
function useWalletRequest(isWanted: boolean) {
  const navigate = useNavigate();
  const fetcher = useFetcher<typeof action>();
  const isSubmitted = useRef(!isWanted);

  useEffect(() => {
    if (isSubmitted.current) return;
    isSubmitted.current = true;
    void fetcher.submit(null, { method: 'post' });
  }, [fetcher]);

  useEffect(() => {
    if (!fetcher.data?.success) return;
    const isReady = fetcher.data.status === 'READY';
    const state = isReady ? WALLET_MADE_WHILE_WAITING : null;
    void navigate('/home', { replace: true, state });
  }, [fetcher.data, navigate]);
  return fetcher;
}

function Waiting({ isBusy }: { readonly isBusy: boolean }) {
  const isSlow = useSlow(isBusy);
  return setupSentences(useText(), isSlow ? SLOW_AFTER_MS : 0).map((message) => (
    <p key={message} className="text-muted">
      {message}
    </p>
  ));
}

/** True once the request has taken longer than usual. */
function useSlow(isBusy: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!isBusy) return;
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isBusy]);
  return isSlow;
}

function TornRecord({ supportEmail }: { supportEmail: string | null }) {
  const text = useText();
  return (
    <>
      <p>{text.walletLive.recordTorn}</p>
      <SupportContact address={supportEmail} about={[RECORD_TORN]} />
    </>
  );
}
