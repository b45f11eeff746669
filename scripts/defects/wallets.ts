import type { ProtocolDefect } from './protocol-defect.ts';

const store = 'adapters/sql/sql-wallet-store.ts';
const create = 'wallets/create-wallet-on-chain.ts';

/** Requests, claims and ends of wallets, and what is read from the chain for them. */
export const walletsDefects: ProtocolDefect[] = [
  {
    name: 'end a wallet without its claim token',
    reportedAs: /lost its claim/,
    file: store,
    find: `("Wallet"."id", "Wallet"."claimToken") IN (
    SELECT "value" ->> 'userId', "value" ->> 'claimToken' FROM json_each(:claims))`,
    replace: `"Wallet"."id" IN (SELECT "value" ->> 'userId' FROM json_each(:claims))`,
  },
  {
    name: 'ignore "already exists"',
    reportedAs: /is READY without its key/,
    file: create,
    find: `  throw new WalletError('ACCOUNT_KEY_MISMATCH', \`\${wallet.accountId} exists under another key\`);`,
    replace: '  return true;',
  },
  {
    name: 'replace keys at a second request',
    reportedAs: /keys were replaced/,
    file: store,
    find: `"publicKey" = COALESCE("Wallet"."publicKey", excluded."publicKey"),
    "encryptedPrivateKey" = COALESCE("Wallet"."encryptedPrivateKey", excluded."encryptedPrivateKey"),`,
    replace: `"publicKey" = excluded."publicKey",
    "encryptedPrivateKey" = excluded."encryptedPrivateKey",`,
    also: [
      {
        file: 'wallets/request-wallet.ts',
        find: 'if (before && before.status !== null) return before;',
        replace: '',
      },
      {
        file: store,
        find: `WHERE \${startsFrom(['request'], { table: 'Wallet' })}`,
        replace: `WHERE COALESCE("Wallet"."status", 'PENDING') = 'PENDING'`,
      },
    ],
  },
  {
    name: 'READY without the reward',
    reportedAs: /ended CREATING|is READY/,
    file: create,
    find: `  const isPaidByUs = await hasSucceeded('REWARD', known);`,
    replace: `  const isPaidByUs = false; if (known) return null;`,
  },
  {
    name: 'FAILED with a transaction open',
    reportedAs: /is FAILED with a transaction open/,
    event: 'foreign account',
    file: create,
    find: '  const steps = await Promise.allSettled([',
    replace: `  const impatient = async <T extends readonly unknown[] | []>(all: T) => {
    await Promise.all(all);
    return Promise.allSettled(all);
  };
  const steps = await impatient([`,
    also: [
      {
        file: store,
        find: `AND NOT \${hasOpenTransaction}
            RETURNING "id"\`,
          params: { userId, token`,
        replace: `RETURNING "id"\`,
          params: { userId, token`,
      },
    ],
  },
  {
    name: 'claim what another worker holds',
    reportedAs: /was claimed before it was due/,
    file: store,
    find: 'const isDue = `"availableAt" <= :now',
    replace: 'const isDue = `:now IS NOT NULL',
  },
  {
    name: 'store the balance from a lagging node',
    reportedAs: /is READY and shows/,
    lie: 'shows balances too low',
    file: create,
    find: 'if (balance >= least)',
    replace: 'if (balance >= 0n)',
    also: [
      {
        file: create,
        find: 'const shown = isPlain ? balance : await confirmBalance(accountId, parts, { balance, least });',
        replace:
          'const shown = isPlain || reads > 0 ? balance : await confirmBalance(accountId, parts, { balance, least });',
      },
    ],
  },
  {
    name: 'store a balance that only one node reports',
    reportedAs: /is READY and shows/,
    lie: 'shows balances too high',
    file: create,
    find: 'const shown = isPlain ? balance : await confirmBalance(accountId, parts, { balance, least });',
    replace:
      'const shown = isPlain || reads > 0 ? balance : await confirmBalance(accountId, parts, { balance, least });',
  },
  {
    name: 'give up a wallet for an account that only one node reports',
    reportedAs: /ended FAILED ACCOUNT_KEY_MISMATCH/,
    file: create,
    find: `found === 'of another' ? await viewAccountOf(wallet, parts, { mayStandAlone: false }) : found;`,
    replace: 'found;',
    lie: 'makes up accounts',
  },
  {
    name: 'give up a wallet for a registration that only one node reports',
    reportedAs: /ended FAILED REWARD_UNPROVEN/,
    file: create,
    find: 'if ((await isRegistered(!isAgain)) && (isAgain || (await isRegistered(false)))) {',
    replace: 'if (await chain.isRegistered({ tokenContract, accountId })) {',
    lie: 'makes up accounts',
  },
  {
    name: 'give up a wallet that is refused like all others',
    reportedAs: /ended FAILED REWARD_REFUSED/,
    unseen: 'no simulated token refuses every reward',
    file: 'wallets/worker-decisions.ts',
    find: 'const isForgiven = areOthersRefused && isRefusal(error);',
    replace: 'const isForgiven = areOthersRefused && isRefusal(null);',
  },
];
