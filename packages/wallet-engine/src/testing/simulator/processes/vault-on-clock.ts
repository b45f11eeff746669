import type { KeyVault } from '../../../ports/key-vault.ts';
import type { VirtualClock } from '../world/virtual-clock.ts';

/** HPKE runs in WebCrypto, which the virtual clock has to wait for. */
export function onClock(vault: KeyVault, clock: VirtualClock): KeyVault {
  return {
    ...vault,
    createWalletKey: (binding) => clock.outside(() => vault.createWalletKey(binding)),
    verifyWalletKey: (wallet) => clock.outside(() => vault.verifyWalletKey(wallet)),
    exportPrivateKey: (wallet) => clock.outside(() => vault.exportPrivateKey(wallet)),
    reencryptWalletKey: (wallet) => clock.outside(() => vault.reencryptWalletKey(wallet)),
    signTransaction: (request) => clock.outside(() => vault.signTransaction(request)),
  };
}
