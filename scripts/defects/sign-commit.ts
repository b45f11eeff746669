import type { ProtocolDefect } from './protocol-defect.ts';

const ledger = 'adapters/sql/sql-transaction-ledger.ts';
const reply = 'adapters/near-rpc/near-transaction-reply.ts';
const create = 'wallets/create-wallet-on-chain.ts';

/** Guards of the sign commit, and the order of storing and sending. */
export const signCommitDefects: ProtocolDefect[] = [
  {
    name: 'send before storing',
    reportedAs: /on chain but was never stored/,
    file: 'signing/create-signing.ts',
    find: '...{ config, ledger, memory, vault, gate, pool, holder, clock, log, signal },',
    replace: `...{ config, memory, vault, gate, pool, holder, clock, log, signal },
    ledger: { ...ledger,
      readHeldClaims: ledger.readHeldClaims,
      commitSignedTransactions: async (commit) => {
        for (const { transaction } of commit.transactions) await chain.sendTransaction(transaction);
        await ledger.commitSignedTransactions(commit);
      } },`,
  },
  {
    name: 'sign without the claim token',
    reportedAs: /without its claim/,
    event: 'paused process',
    file: ledger,
    find: `AND "Wallet"."claimToken" = "claim"."value" ->> 'claimToken'
        AND "Wallet"."status" = 'CREATING'`,
    replace: '',
  },
  {
    name: 'check the claims of only some wallets of a batch',
    reportedAs: /without its claim/,
    event: 'paused process',
    file: ledger,
    find: 'const claims = wallets.map(',
    replace: 'const claims = wallets.slice(0, transaction.purpose === "CREATE" ? 1 : 0).map(',
  },
  {
    name: 'sign without the fencing token of the lane',
    reportedAs: /of another holder/,
    file: ledger,
    find: `"laneNumber" = :laneNumber AND "holder" = :holder AND "fencingToken" = :fencingToken`,
    replace: `"laneNumber" = :laneNumber AND :holder <> '' AND :fencingToken >= 0`,
    also: [
      {
        file: ledger,
        find: 'AND ABS("nonce") = :storedNonce AND :storedNonce < :nonce)',
        replace: 'AND ABS("nonce") < :nonce)',
      },
    ],
  },
  {
    name: 'sign without a check of the treasury',
    reportedAs: /less than the reserve/,
    file: ledger,
    find: `WHEN :commitNear IS NULL OR :commitNear + :reserve + \${heldNear}
        <= (SELECT "treasuryMicroNear" FROM "Deployment") THEN :costNear END`,
    replace: 'WHEN :reserve IS NOT NULL THEN :costNear END',
  },
  {
    name: 'spend what storage locks',
    reportedAs: /ended (PENDING|CREATING)/,
    unseen: 'the simulated service account stores too little',
    file: 'adapters/near-rpc/near-view-reply.ts',
    find: 'amountYocto > lockedYocto ? amountYocto - lockedYocto : 0n',
    replace: 'amountYocto',
  },
  {
    name: "believe one node's balance",
    reportedAs: /less than the reserve/,
    file: 'service/treasury.ts',
    find: '...(before && { confirmAboveYocto:',
    replace: '...(before && config.lanes < 0 && { confirmAboveYocto:',
    lie: 'balances too high',
  },
  {
    name: 'sign during a pause',
    reportedAs: /during a pause/,
    file: ledger,
    find: `WHERE "pauseReason" IS NULL AND "tokenContract" = :tokenContract) THEN :receiverId END`,
    replace: 'WHERE "tokenContract" = :tokenContract) THEN :receiverId END',
  },
  {
    name: 'no unique index on rewards',
    reportedAs: /has two rewards/,
    file: 'testing/simulator/world/sqlite-world-database.ts',
    find: 'migrated = sqlite.serialize();',
    replace: `sqlite.exec('DROP INDEX "TokenTransfer_signup_reward_key"'); migrated = sqlite.serialize();`,
    also: [
      {
        file: ledger,
        find: `  ON CONFLICT ("userId") WHERE "purpose" = 'SIGNUP_REWARD' DO UPDATE SET
    "txHash" = excluded."txHash", "amount" = excluded."amount",
    "tokenContract" = excluded."tokenContract",
    "status" = CASE WHEN "TokenTransfer"."status" <> 'COMPLETED' AND NOT EXISTS (
        SELECT 1 FROM "ChainTransaction" AS "old" WHERE "old"."hash" = "TokenTransfer"."txHash"
          AND "old"."status" NOT IN ('FAILED', 'DEAD')) THEN 'PENDING' END\``,
        replace: '`',
      },
    ],
  },
  {
    name: 'ignore what was signed before a takeover',
    reportedAs: /signed for twice/,
    file: create,
    find: 'const history = await ledger.readWalletTransactions([wallet.userId]);',
    replace: 'await ledger.readWalletTransactions([wallet.userId]); const history = [];',
    also: [
      {
        file: 'testing/simulator/world/sqlite-world-database.ts',
        find: 'migrated = sqlite.serialize();',
        replace: `sqlite.exec('DROP INDEX "ChainTransactionWallet_live_key"'); migrated = sqlite.serialize();`,
      },
      {
        file: ledger,
        find: `"status" = CASE WHEN "TokenTransfer"."status" <> 'COMPLETED' AND NOT EXISTS (
        SELECT 1 FROM "ChainTransaction" AS "old" WHERE "old"."hash" = "TokenTransfer"."txHash"
          AND "old"."status" NOT IN ('FAILED', 'DEAD')) THEN 'PENDING' END\``,
        replace: `"status" = 'PENDING'\``,
      },
    ],
  },
  {
    name: "use the chain's nonce instead of the greater one",
    reportedAs: /have one key/,
    lie: 'shows an old head',
    file: 'signing/lane-decisions.ts',
    find: 'const nonce = Math.max(lane.nonce, onChain);',
    replace: 'const nonce = onChain;',
    also: [
      {
        file: ledger,
        find: 'AND ABS("nonce") = :storedNonce AND :storedNonce < :nonce)',
        replace: 'AND :nonce IS NOT NULL)',
      },
      {
        file: 'testing/simulator/world/sqlite-world-database.ts',
        find: 'migrated = sqlite.serialize();',
        replace: `sqlite.exec('DROP INDEX "ChainTransaction_publicKey_nonce_key"'); migrated = sqlite.serialize();`,
      },
    ],
  },
  {
    name: 'count less than was burnt',
    reportedAs: /the service account lost/,
    file: reply,
    find: 'burntYocto += gas * priceYocto > tokens ? gas * priceYocto : tokens;',
    replace: 'burntYocto += tokens;',
  },
];
