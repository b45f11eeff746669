import type { ProtocolDefect } from './protocol-defect.ts';

/** What the vault signs, and which keys open what. */
export const vaultDefects: ProtocolDefect[] = [
  {
    name: 'sign any plan in the vault',
    reportedAs: /the vault signed a foreign plan/,
    file: 'adapters/keys/aes-key-vault.ts',
    find: 'if (refusal !== null) {',
    replace: 'if (refusal === "") {',
  },
  {
    name: 'create accounts whose keys the vault does not hold',
    reportedAs: /the vault signed a foreign plan: account/,
    file: 'adapters/keys/aes-key-vault.ts',
    find: "if (plan.kind === 'account') await open(plan.wallet);",
    replace: '',
  },
  {
    name: 'bind keys in the vault to their accounts only',
    reportedAs: /the vault signed a foreign plan: account/,
    file: 'adapters/keys/stored-key-forms.ts',
    find: "if (boundTo === 'account') return",
    replace: 'if (boundTo) return',
  },
  {
    name: 'seal keys without binding them to deployment and wallet',
    reportedAs: /the vault signed a foreign plan: account/,
    event: 'web process',
    file: 'adapters/keys/stored-key-forms.ts',
    find: 'const list = JSON.stringify([purpose, deploymentId, walletId, accountId]);',
    replace: 'const list = JSON.stringify([purpose, accountId]);',
  },
  {
    name: 'seal to a key that no worker opens',
    reportedAs: /no worker opens the key of/,
    event: 'process that seals to another key',
    file: 'service/settings-guard.ts',
    find: 'if (!vault.opensKeys) await requireSealingKey({ keys, vault });',
    replace: '',
  },
  {
    name: 'accept a different master key',
    reportedAs: /of other settings|threw/,
    event: 'worker with another master key',
    file: 'service/verify-master-keys.ts',
    find: 'if (vault.masterKeyProof(known) !== known.proof) changed.push(version);',
    replace: 'if (vault.masterKeyProof(known) === "") changed.push(version);',
  },
];
