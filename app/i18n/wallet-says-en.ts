import { groupDigits } from '../lib/wallet/group-digits.ts';
import type { WalletStep, WalletView } from '../lib/wallet/wallet-view.ts';
import type { Catalogue } from './catalogue.ts';

const steps: Readonly<Record<WalletStep, string>> = {
  REQUESTED: 'We have your request.',
  ACCOUNT: 'Creating the account.',
  REWARD: 'Adding your welcome gift.',
  BALANCE: 'Checking the balance.',
};

/** A PENDING wallet waits for a worker, so no step of it is in progress. */
function progress({ status, step }: WalletView): string {
  if (status === 'PENDING') {
    const waiting = 'Your wallet is in the queue...';
    return step === 'REQUESTED' ? `${waiting} ${steps.REQUESTED}` : waiting;
  }
  return step === null ? 'Creating your wallet...' : `Creating your wallet... ${steps[step]}`;
}

const SHOWN_LATER = 'You will see it when the wallet is ready.';

export const walletSaysEn: Catalogue['walletSays'] = {
  offline: {
    line: 'Connection lost. Reconnecting...',
    lock: 'We will check your wallet again as soon as the connection is back.',
    balance: 'We will check again once the connection is back.',
  },
  none: {
    line: 'No wallet yet.',
    lock: 'You need a wallet to chat.',
    balance: 'There is no wallet yet.',
  },
  paused: {
    line: 'Wallet creation is paused for a moment. Yours will continue automatically.',
    lock: 'Wallet creation is paused for a moment. Chat opens when yours is ready.',
    balance: SHOWN_LATER,
  },
  waiting: {
    line: progress,
    lock: 'Your wallet is being created. Chat opens by itself when it is ready.',
    balance: SHOWN_LATER,
  },
  slow: {
    line: (wallet) => `${progress(wallet)} It is taking longer than usual.`,
    lock: 'Creating your wallet is taking longer than usual. Chat opens by itself when it is ready.',
    balance: SHOWN_LATER,
  },
  stuck: {
    line: 'A problem with our service or the NEAR network is delaying your wallet. Your request is safe and will continue automatically.',
    lock: 'A problem with our service or the network is delaying your wallet. You can close this page and come back later.',
    balance: SHOWN_LATER,
  },
  ready: {
    line: ({ balance }) => `Wallet · ${groupDigits(balance ?? '0')} CHOCO`,
    lock: null,
    balance: 'The balance could not be read yet.',
  },
  retrying: {
    line: ['Wallet creation failed. Retrying... Next attempt at ', '.'],
    lock: 'Creating your wallet failed and will be tried again. Chat opens by itself.',
    balance: SHOWN_LATER,
  },
  failed: {
    line: ({ error }) =>
      `Your wallet could not be created. You can try again.${error ? ` (Error code ${error})` : ''}`,
    lock: 'Chat is locked because your wallet could not be created. You can try again above.',
    balance: 'Your wallet could not be created, so there is no balance.',
  },
  failedForGood: {
    line: ({ error }) =>
      `Your wallet could not be created. It needs our help.${error ? ` (Error code ${error})` : ''}`,
    lock: 'Chat is locked because your wallet could not be created. The wallet page shows how to get help.',
    balance: 'Your wallet could not be created, so there is no balance.',
  },
};
