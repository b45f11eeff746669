import { groupDigits } from '../lib/wallet/group-digits.ts';
import type { WalletStep, WalletView } from '../lib/wallet/wallet-view.ts';
import type { Catalogue } from './catalogue.ts';

const steps: Readonly<Record<WalletStep, string>> = {
  REQUESTED: '요청을 받았어요.',
  ACCOUNT: '계정을 만들고 있어요.',
  REWARD: '환영 선물을 담고 있어요.',
  BALANCE: '잔액을 확인하고 있어요.',
};

/** A PENDING wallet waits for a worker, so no step of it is in progress. */
function progress({ status, step }: WalletView): string {
  if (status === 'PENDING') {
    return step === 'REQUESTED'
      ? `지갑 생성 대기 중... ${steps.REQUESTED}`
      : '지갑 생성 대기 중...';
  }
  return step === null ? '지갑 생성 중...' : `지갑 생성 중... ${steps[step]}`;
}

export const walletSaysKo: Catalogue['walletSays'] = {
  offline: {
    line: '연결이 끊겼어요. 다시 연결하는 중...',
    lock: '다시 연결되면 지갑 상태를 알려 드릴게요.',
    balance: '다시 연결되면 확인할게요.',
  },
  none: {
    line: '아직 지갑이 없어요.',
    lock: '지갑이 있어야 대화할 수 있어요.',
    balance: '아직 지갑이 없어요.',
  },
  paused: {
    line: '지금은 지갑 만들기가 잠시 멈춰 있어요. 다시 시작되면 자동으로 이어져요.',
    lock: '지갑 만들기가 잠시 멈춰 있어요. 다시 시작되고 지갑이 준비되면 바로 열려요.',
    balance: '지갑이 준비되면 보여 드려요.',
  },
  waiting: {
    line: progress,
    lock: '지갑을 만들고 있어요. 준비되면 바로 열려요.',
    balance: '지갑이 준비되면 보여 드려요.',
  },
  slow: {
    line: (wallet) => `${progress(wallet)} 평소보다 오래 걸리고 있어요.`,
    lock: '지갑을 만드는 데 평소보다 오래 걸리고 있어요. 준비되면 바로 열려요.',
    balance: '지갑이 준비되면 보여 드려요.',
  },
  stuck: {
    line: '서비스나 NEAR 네트워크 문제로 지갑 준비가 늦어지고 있어요. 요청은 안전하게 남아 있고, 해결되면 자동으로 이어져요.',
    lock: '서비스나 네트워크 문제로 지갑 준비가 늦어지고 있어요. 창을 닫고 나중에 다시 와도 괜찮아요.',
    balance: '지갑이 준비되면 보여 드려요.',
  },
  ready: {
    line: ({ balance }) => `지갑 · ${groupDigits(balance ?? '0')} CHOCO`,
    lock: null,
    balance: '잔액을 아직 읽지 못했어요.',
  },
  retrying: {
    line: ['지갑 생성 실패. 재시도 중... ', '에 다시 시도해요.'],
    lock: '지갑 생성에 실패해 다시 시도할 예정이에요. 준비되면 바로 열려요.',
    balance: '지갑이 준비되면 보여 드려요.',
  },
  failed: {
    line: ({ error }) =>
      `지갑을 만들지 못했어요. 다시 시도할 수 있어요.${error ? ` (오류 코드 ${error})` : ''}`,
    lock: '지갑을 만들지 못해 대화가 잠겨 있어요. 위에서 다시 시도할 수 있어요.',
    balance: '지갑을 만들지 못해 잔액이 없어요.',
  },
  failedForGood: {
    line: ({ error }) =>
      `지갑을 만들지 못했어요. 도움이 필요해요.${error ? ` (오류 코드 ${error})` : ''}`,
    lock: '지갑을 만들지 못해 대화가 잠겨 있어요. 지갑 화면에서 도움을 받을 수 있어요.',
    balance: '지갑을 만들지 못해 잔액이 없어요.',
  },
};
