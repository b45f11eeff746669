import { expect, it } from 'vitest';
import { explorerAccountUrl, explorerTransactionUrl } from './explorer.ts';

it('links to the explorer of the network, and to none for a private chain', () => {
  expect(explorerTransactionUrl('testnet', '9Hash')).toBe(
    'https://testnet.nearblocks.io/txns/9Hash',
  );
  expect(explorerAccountUrl('mainnet', 'a.choonsim.near')).toBe(
    'https://nearblocks.io/address/a.choonsim.near',
  );
  expect(explorerTransactionUrl('mainnet', '../x?y')).toBe('https://nearblocks.io/txns/..%2Fx%3Fy');
  for (const network of ['devnet', 'sandbox', 'constructor']) {
    expect(explorerTransactionUrl(network, '9Hash')).toBeNull();
    expect(explorerAccountUrl(network, 'a.devnet')).toBeNull();
  }
});
