import { expect, it } from 'vitest';
import { walletTransitions } from '#engine/core/wallet.ts';
import { transitionOf } from './wallet-history.ts';

it('has words for every transition of the engine', () => {
  for (const { from, to } of Object.values(walletTransitions)) {
    for (const each of from) expect(transitionOf({ from: each, to })).not.toBe('CHANGED');
  }
});

it('does not present a manual change as the engine’s', () => {
  expect(transitionOf({ from: 'READY', to: 'PENDING' })).toBe('CHANGED');
  expect(transitionOf({ from: 'READY', to: null })).toBe('CHANGED');
});
