import { data } from 'react-router';
import { LocalTime } from '../components/LocalTime.tsx';
import { Notice } from '../components/Notice.tsx';
import { Page } from '../components/page/Page.tsx';
import { KeySection } from '../components/wallet/KeySection.tsx';
import { useWalletState } from '../components/wallet/live/WalletStateProvider.tsx';
import { retrySentence } from '../components/wallet/RetryWallet.tsx';
import { TransferList } from '../components/wallet/TransferList.tsx';
import { WalletAccount } from '../components/wallet/WalletAccount.tsx';
import { WalletHelp } from '../components/wallet/WalletHelp.tsx';
import { WalletHistory } from '../components/wallet/WalletHistory.tsx';
import { useWalletWords } from '../components/wallet/words/use-wallet-words.ts';
import { useText } from '../i18n/use-language.ts';
import { isLimit, limitData, orLimit } from '../lib/limits/limit-reached.server.ts';
import { requireUserId, requireWalletOwner } from '../lib/session.server.ts';
import { env } from '../lib/settings/env.server.ts';
import { explorerAccountUrl } from '../lib/wallet/explorer.ts';
import { drawQrCode } from '../lib/wallet/qr-code.server.ts';
import {
  listTransfers,
  listTransitions,
  readKeyExportedAt,
  readLastSync,
} from '../lib/wallet/wallet-details.server.ts';
import { retryWallet } from '../lib/wallet/wallet-retry.server.ts';
import type { Route } from './+types/wallet.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { userId, wallet } = await requireWalletOwner(request);
  const [transfers, transitions, syncedAt, keyExportedAt] = await Promise.all([
    listTransfers(userId),
    listTransitions(userId),
    readLastSync(userId),
    readKeyExportedAt(userId),
  ]);
  return {
    accountId: wallet.accountId,
    qrCode: drawQrCode(wallet.accountId),
    explorerUrl: explorerAccountUrl(env().nearNetworkId, wallet.accountId),
    supportEmail: env().supportEmail,
    syncedAt,
    transfers,
    transitions,
    keyExportedAt,
  };
}

/** Retries a wallet that was given up; the same as `POST /api/wallet/retry`. */
export async function action({ request }: Route.ActionArgs) {
  const userId = await requireUserId(request);
  const outcome = await orLimit(() => retryWallet(userId));
  if (isLimit(outcome)) return limitData(outcome);
  return data(outcome, { status: outcome === 'STARTED' ? 200 : 409 });
}

export default function WalletPage({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const page = text.walletPage;
  const { wallet, situation } = useWalletState();
  const words = useWalletWords();
  const {
    accountId,
    qrCode,
    explorerUrl,
    supportEmail,
    syncedAt,
    transfers,
    transitions,
    keyExportedAt,
  } = loaderData;
  const refusal = actionData === 'STARTED' ? undefined : actionData;
  return (
    <Page title={page.title}>
      <div className="flex flex-col gap-4">
        {refusal ? (
          <div role="alert">
            <Notice kind="danger">{retrySentence(text, refusal)}</Notice>
          </div>
        ) : null}
        {situation === 'paused' || situation === 'stuck' ? (
          <Notice kind="wait">{words.line}</Notice>
        ) : null}
        <section aria-labelledby="wallet-balance" className="card p-6">
          <h2 id="wallet-balance" className="font-semibold">
            {page.balance}
          </h2>
          {wallet.balance === null ? (
            <p className="mt-1 text-muted">{words.balance}</p>
          ) : (
            <p className="mt-1 font-bold text-3xl tabular-nums tracking-tight">
              {text.wallet.balance(wallet.balance)}
            </p>
          )}
          {syncedAt ? (
            <p className="mt-1 text-muted text-sm">
              {page.syncedAt[0]}
              <LocalTime iso={syncedAt} format="moment" />
              {page.syncedAt[1]}
            </p>
          ) : null}
        </section>
        {situation === 'failedForGood' ? (
          <WalletHelp wallet={wallet} supportEmail={supportEmail} />
        ) : null}
        <TransferList transfers={transfers} />
        <WalletAccount accountId={accountId} qrCode={qrCode} explorerUrl={explorerUrl} />
        <WalletHistory transitions={transitions} isMade={wallet.isReady} />
        <KeySection exportedAt={keyExportedAt} />
      </div>
    </Page>
  );
}
