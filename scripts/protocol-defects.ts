export interface SourcePatch {
  /** Below `packages/wallet-engine/src/`. */
  file: string;
  /** Stands there exactly once. */
  find: string;
  replace: string;
}

/** A deliberate defect: a copy of the engine is patched, and the simulator must notice. */
export interface ProtocolDefect extends SourcePatch {
  name: string;
  /** The violation that proves it: one of another kind says nothing of the guard that was removed. */
  reportedAs: RegExp;
  /** Where one guard stands behind another, both must go before anything can be wrong. */
  also?: SourcePatch[];
  /** Part of a lie's name, told in every run: without it too few seeds would come near the guard. */
  lie?: string;
  /** Why no run can show it: unit tests alone watch over this guard. Left out unless it is asked for. */
  unseen?: string;
  /** Part of an event's name, which likewise happens in every run. */
  event?: string;
}

const ledger = 'adapters/sqlite/sqlite-transaction-ledger.ts';
const store = 'adapters/sqlite/sqlite-wallet-store.ts';
const reply = 'adapters/near-rpc/near-transaction-reply.ts';
const settle = 'signing/settle-transaction.ts';
const create = 'wallets/create-wallet-on-chain.ts';
const wronglyDead = /is DEAD, on chain it is|was declared dead while it could still execute/;
const farLeases = 'signing/far-leases.ts';
const stock = 'adapters/sqlite/sqlite-wallet-stock.ts';
const stockKept = 'stock kept';

const ignoredHashes: [SourcePatch, SourcePatch] = [
  {
    file: reply,
    find: `    requireSame(transaction.hash, hash, 'the transaction');`.trimStart(),
    replace: '',
  },
  {
    file: reply,
    find: `if (isRecord(outcome)) requireSameIfSaid(outcome.id, hash, 'the outcome of a transaction');`,
    replace: '',
  },
];

export const protocolDefects: ProtocolDefect[] = [
  {
    name: 'send before store',
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
    name: 'no claim token in the sign commit',
    reportedAs: /without its claim/,
    event: 'paused process',
    file: ledger,
    find: `AND "Wallet"."claimToken" = "claim"."value" ->> 'claimToken'
        AND "Wallet"."status" = 'CREATING'`,
    replace: '',
  },
  {
    name: "guard only some of a batch's wallets",
    reportedAs: /without its claim/,
    event: 'paused process',
    file: ledger,
    find: 'const claims = wallets.map(',
    replace: 'const claims = wallets.slice(0, purpose === "CREATE" ? 1 : 0).map(',
  },
  {
    name: 'no fencing token of the lane',
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
    name: 'no claim token when a wallet is settled',
    reportedAs: /lost its claim/,
    file: store,
    find: `("Wallet"."id", "Wallet"."claimToken") IN (
    SELECT "value" ->> 'userId', "value" ->> 'claimToken' FROM json_each(:claims))`,
    replace: `"Wallet"."id" IN (SELECT "value" ->> 'userId' FROM json_each(:claims))`,
  },
  {
    name: 'settle before FINAL',
    reportedAs: /is (SUCCEEDED|FAILED), on chain it is pending/,
    file: reply,
    find: `if (levels[level] !== 'FINAL') return`,
    replace: `if (level < 1) return`,
  },
  {
    name: 'sign again after a timeout',
    reportedAs: wronglyDead,
    file: settle,
    find: `    if (answer.kind === 'pending') return null;
    const proof = await this.#tryToProve(transaction);`,
    replace: `    const proof = 'never';`,
  },
  {
    name: "take an invalid transaction's outcome for a failure",
    reportedAs: /is FAILED, on chain it is/,
    file: reply,
    find: `return { kind: 'rejected', reason: requireInvalidReason(failure) };`,
    replace: `return { kind: 'final', outcome: { succeeded: false, failure: '{}', gasBurnt: 0n, burntYocto: 0n } };`,
  },
  {
    name: 'take a refusal of a node for a failure',
    reportedAs: /is FAILED, on chain it is/,
    file: reply,
    find: `return {
        kind: 'rejected',
        reason: requireInvalidReason(isRecord(data) ? data.TxExecutionError : undefined),
      };`,
    replace: `return { kind: 'final', outcome: { succeeded: false, failure: '{}', gasBurnt: 0n, burntYocto: 0n } };`,
  },
  {
    name: 'prove death with the hash asked before the nonce',
    reportedAs: wronglyDead,
    file: 'signing/prove-never-executes.ts',
    find: `  const final = await chain.readFinalBlock();`,
    replace: `  const early = await chain.readTransactionEverywhere({ hash, signerId, minFinalHeight: 0, reachBackTo: referenceHeight });
  if (early.kind !== 'unknown') return early;
  const final = await chain.readFinalBlock();
  if (final.height <= referenceHeight + validityBlocks) {
    const key = await chain.viewAccessKey({ accountId: signerId, publicKey });
    if (!key || key.nonce < nonce) return 'unproven';
  }
  if (!signal.aborted) return 'never';`,
  },
  {
    name: 'prove death by one UNKNOWN alone',
    reportedAs: wronglyDead,
    file: 'signing/prove-never-executes.ts',
    find: `  if (provenAt === null) return 'unproven';`,
    replace: `  provenAt ??= final.height;`,
    also: [
      {
        file: 'signing/prove-never-executes.ts',
        find: `['first', 'second']`,
        replace: `['first']`,
      },
    ],
  },
  {
    name: 'prove death by two askings at the same moment',
    reportedAs: wronglyDead,
    file: 'signing/prove-never-executes.ts',
    find: `if (asking === 'second') await clock.sleep(proofGapMs, signal);`,
    replace: '',
  },
  {
    name: 'ask one node only, however far behind',
    reportedAs: wronglyDead,
    event: 'history pruned everywhere',
    file: 'adapters/near-rpc/near-transactions.ts',
    find: `return { kind: isQualified ? 'denied' : 'not-qualified' };`,
    replace: `return { kind: 'denied' };`,
  },
  {
    name: 'swallow "already exists"',
    reportedAs: /is READY without its key/,
    file: create,
    find: `  throw new WalletError('ACCOUNT_KEY_MISMATCH', \`\${wallet.accountId} exists without our key\`);`,
    replace: '  return true;',
  },
  {
    name: 'no unique reward',
    reportedAs: /has two rewards/,
    file: 'testing/simulator/world.ts',
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
    name: 'no look at the treasury in the sign commit',
    reportedAs: /less than the reserve/,
    file: ledger,
    find: `WHEN :commitNear IS NULL OR :commitNear + :reserve + \${heldNear}
        <= (SELECT "treasuryMicroNear" FROM "Deployment") THEN :costNear END`,
    replace: 'WHEN :reserve IS NOT NULL THEN :costNear END',
  },
  {
    name: 'no look at the pause in the sign commit',
    reportedAs: /during a pause/,
    file: ledger,
    find: `WHERE "pauseReason" IS NULL AND "tokenContract" = :tokenContract) THEN :receiverId END`,
    replace: 'WHERE "tokenContract" = :tokenContract) THEN :receiverId END',
  },
  {
    name: 'no noop for a lane that is stuck',
    reportedAs: /a lane is busy|ended (PENDING|CREATING)/,
    event: 'transaction no node takes',
    file: 'signing/lane-pool.ts',
    find: '        onStuck(lane);\n',
    replace: '',
  },
  {
    name: 'forget what was signed before a takeover',
    reportedAs: /signed for twice/,
    file: create,
    find: 'const history = await ledger.readWalletTransactions([wallet.userId]);',
    replace: 'await ledger.readWalletTransactions([wallet.userId]); const history = [];',
    also: [
      {
        file: 'testing/simulator/world.ts',
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
        find: 'WHERE "Wallet"."status" IS NULL',
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
    replace: `  const impatient = async (all: Promise<unknown>[]) => {
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
    name: "trust the chain's nonce instead of the greater",
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
        file: 'testing/simulator/world.ts',
        find: 'migrated = sqlite.serialize();',
        replace: `sqlite.exec('DROP INDEX "ChainTransaction_publicKey_nonce_key"'); migrated = sqlite.serialize();`,
      },
    ],
  },
  {
    name: 'every outcome is a success',
    reportedAs: /is SUCCEEDED, on chain it is failed/,
    file: reply,
    find: 'succeeded: false, failure: failureText(failure)',
    replace: 'succeeded: true, failure: null',
  },
  {
    name: 'write down what a lagging node says of the balance',
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
    name: "write down one node's word of a balance",
    reportedAs: /is READY and shows/,
    lie: 'shows balances too high',
    file: create,
    find: 'const shown = isPlain ? balance : await confirmBalance(accountId, parts, { balance, least });',
    replace:
      'const shown = isPlain || reads > 0 ? balance : await confirmBalance(accountId, parts, { balance, least });',
  },
  {
    name: 'go on with a restored database',
    reportedAs: /with a database behind the chain/,
    event: 'restored backup',
    file: 'core/lane-nonce.ts',
    find: 'return onChain > stored && !isUnused;',
    replace: 'return onChain > stored && !isUnused && stored < 0;',
  },
  {
    name: 'go on with an older database put back beneath a running process',
    reportedAs: /with a database behind the chain/,
    event: 'older database beneath',
    file: 'service/database-memory.ts',
    find: 'if ((await ledger.readTransaction(newestHash)) === null) {',
    replace: 'if (newestHash.length === 0) {',
    also: [{ file: ledger, find: `CASE WHEN \${isSameDatabase} THEN :hash END`, replace: ':hash' }],
  },
  {
    name: 'take every wallet for one that nobody can have signed for',
    reportedAs: /with a database behind the chain|was paid/,
    event: 'older database beneath',
    file: create,
    find: 'if (own.has(wallet.accountId)) return true;',
    replace: 'if (own) return true;',
  },
  {
    name: "take a lane's key added again for a restored database",
    reportedAs: /ended PENDING|reconcile leaves/,
    file: 'core/lane-nonce.ts',
    find: '(stored === 0 || isAddedAgain)',
    replace: '(stored === 0 || (isAddedAgain && stored < 0))',
  },
  {
    name: "take another request's reply for the answer",
    reportedAs: /on chain it is/,
    event: 'node crosses replies',
    file: 'adapters/near-rpc/rpc-reply.ts',
    find: 'if (reply.id !== id) {',
    replace: 'if (typeof reply.id !== typeof id) {',
    // Either check alone refuses such a reply.
    also: ignoredHashes,
  },
  {
    name: "take another transaction's outcome for this one's",
    reportedAs: /on chain it is/,
    event: 'node mixes up outcomes',
    ...ignoredHashes[0],
    also: [ignoredHashes[1]],
  },
  {
    name: 'infer success from the absence of a failure',
    reportedAs: /is SUCCEEDED, on chain it is/,
    event: 'node garbles outcomes',
    file: reply,
    find: `if (typeof status.SuccessValue === 'string') return`,
    replace: `if (!isRecord(status.Failure)) return`,
    also: [
      {
        file: reply,
        find: 'if (!isRecord(status) || Object.keys(status).length !== 1) {',
        replace: 'if (!isRecord(status)) {',
      },
    ],
  },
  {
    name: 'believe an endpoint of another chain',
    reportedAs: /on chain it is|ended /,
    event: 'node is replaced by one of another chain',
    file: 'adapters/near-rpc/near-endpoints.ts',
    find: 'if (isRight) return status;',
    replace: 'if (isRight || status) return status;',
    also: [
      {
        file: 'adapters/near-rpc/near-endpoints.ts',
        find: 'const other = said.find((status) => status.genesisHash !== first.genesisHash);',
        replace: 'const other = said.find((status) => !status.genesisHash);',
      },
    ],
  },
  {
    name: 'ask only those for the hash whose denial counts',
    reportedAs: wronglyDead,
    event: 'node lost its index',
    file: 'adapters/near-rpc/near-transactions.ts',
    find: `if (answer.kind === 'final' || answer.kind === 'included') {`,
    replace: `if (final.height >= asked.minFinalHeight && (answer.kind === 'final' || answer.kind === 'included')) {`,
  },
  {
    name: 'sign on a lane that has gone back',
    reportedAs: /with a database behind the chain|have one key/,
    event: 'older database beneath',
    file: ledger,
    find: 'AND ABS("nonce") = :storedNonce AND :storedNonce < :nonce)',
    replace: 'AND :storedNonce IS NOT NULL AND ABS("nonce") < :nonce)',
    also: [
      {
        file: ledger,
        find: `
  AND (:newestHash IS NULL OR EXISTS (
    SELECT 1 FROM "ChainTransaction" AS "newest" WHERE "newest"."hash" = :newestHash))
  AND NOT EXISTS (SELECT 1 FROM "ServiceKeyLane"
    WHERE \${heldLane} AND ABS("nonce") < :storedNonce)`,
        replace: '',
      },
      {
        file: 'service/database-memory.ts',
        find: 'if ((await ledger.readTransaction(newestHash)) === null) {',
        replace: 'if (newestHash.length === 0) {',
      },
    ],
  },
  {
    name: 'look not whether the chain is ahead when a lane is leased',
    reportedAs: /with a database behind the chain/,
    unseen: 'a process that knew the lost database, or starts beside it, has looked before',
    event: 'restored backup',
    file: 'signing/lane-decisions.ts',
    find: 'return lane.laneNumber > 0 && isBehindChain(',
    replace: 'return lane.laneNumber > 99 && isBehindChain(',
  },
  {
    name: 'free a lane again and again while the chain stands still',
    reportedAs: /while the chain stands still|noops open/,
    file: settle,
    find: 'if (((await this.#finalHeight.read()) ?? 0) < enough) return;',
    replace: '',
    also: [
      { file: settle, find: 'if (agreedHeight < enough) return;', replace: '' },
      {
        file: 'signing/lane-decisions.ts',
        find: `return transaction.purpose !== 'TOMBSTONE' || isRejected;`,
        replace: 'return transaction.purpose.length > 0 || isRejected;',
      },
    ],
  },
  {
    name: 'free a lane by the height of one node that runs ahead',
    reportedAs: /while the chain stands still/,
    lie: 'runs ahead',
    event: 'long halt',
    file: settle,
    find: 'const agreedHeight = (await this.#agreedHeight.read()) ?? 0;',
    replace: 'const agreedHeight = (await this.#finalHeight.read()) ?? 0;',
  },
  {
    name: 'count less than was burnt',
    reportedAs: /the service account lost/,
    file: reply,
    find: 'burntYocto += gas * priceYocto > tokens ? gas * priceYocto : tokens;',
    replace: 'burntYocto += tokens;',
  },
  {
    name: 'sign whatever the vault is asked for',
    reportedAs: /the vault signed a plan that is not ours/,
    file: 'adapters/keys/aes-key-vault.ts',
    find: 'if (refusal !== null) {',
    replace: 'if (refusal === "") {',
  },
  {
    name: 'make accounts whose keys the vault does not hold',
    reportedAs: /the vault signed a plan that is not ours: account/,
    file: 'adapters/keys/aes-key-vault.ts',
    find: "if (plan.kind === 'account') await open(plan.wallet, masterKeys);",
    replace: '',
  },
  {
    name: 'bind keys in the vault to their accounts alone',
    reportedAs: /the vault signed a plan that is not ours: account/,
    file: 'adapters/keys/stored-key-forms.ts',
    find: "if (boundTo === 'account') return",
    replace: 'if (boundTo) return',
  },
  {
    name: 'seal keys for whichever deployment and wallet',
    reportedAs: /never/,
    unseen:
      'no key is sealed in a simulation, whose clock does not wait for WebCrypto: sealing-vault.test.ts',
    file: 'adapters/keys/stored-key-forms.ts',
    find: 'const list = JSON.stringify([purpose, deploymentId, walletId, accountId]);',
    replace: 'const list = JSON.stringify([purpose, accountId]);',
  },
  {
    name: 'seal to a key that no worker opens',
    reportedAs: /never/,
    unseen: 'as above: require-sealing-key.test.ts',
    file: 'wallets/wallet-engine.ts',
    find: 'if (!parts.vault.opensKeys) await requireSealingKey(parts);',
    replace: '',
  },
  {
    name: 'compare no master key with the one that is known',
    reportedAs: /of other settings|threw/,
    event: 'worker with another master key',
    file: 'service/verify-master-keys.ts',
    find: 'if (vault.masterKeyProof(known) !== known.proof) changed.push(version);',
    replace: 'if (vault.masterKeyProof(known) === "") changed.push(version);',
  },
  {
    name: 'work beside a deployment of other settings',
    reportedAs: /of other settings/,
    event: 'worker with another network',
    file: 'service/start-checks.ts',
    find: 'if (deployment.tokenContract !== config.tokenContract) {',
    replace: 'if (deployment.tokenContract === "") {',
    also: [
      {
        file: 'service/start-checks.ts',
        find: 'if (deployment.networkId !== config.networkId) {',
        replace: 'if (deployment.networkId === "") {',
      },
      { file: ledger, find: 'AND "tokenContract" = :tokenContract) THEN', replace: ') THEN' },
    ],
  },
  {
    name: 'lose the lane of a transaction that cannot be settled',
    reportedAs: /a lane is busy|ended (PENDING|CREATING)/,
    unseen:
      'settling ends by itself only when an older database is put back, and then all workers end',
    file: 'signing/lane-pool.ts',
    find: 'settling.catch(() => this.forget(lane));',
    replace: 'settling.catch(() => undefined);',
  },
  {
    name: 'believe any height and any time',
    reportedAs: wronglyDead,
    lie: 'jumps ahead',
    event: 'long halt',
    file: 'adapters/near-rpc/chain-pace.ts',
    find: `  return (
    block.height <= seen.height`,
    replace: `  return (
    block.height >= 0 || block.height <= seen.height`,
    also: [
      {
        file: 'adapters/near-rpc/chain-pace.ts',
        find: 'return timestampMs > nowMs + clockLimitMs;',
        replace: 'return timestampMs > nowMs * 9;',
      },
      // Where there is a second node, its height protects from a jump as well.
      {
        file: 'signing/prove-never-executes.ts',
        find: 'const agreed = await chain.readAgreedHeight();',
        replace: 'const agreed = final.height;',
      },
    ],
  },
  {
    name: "believe one node's word of a failure",
    reportedAs: /is FAILED, on chain it is/,
    file: 'adapters/near-rpc/near-transactions.ts',
    find: 'return succeeded || isAlone || finals.length > 1 ? first.answer : null;',
    replace: 'return succeeded || finals.length > 0 ? first.answer : null;',
    lie: 'makes up failures',
  },
  {
    name: "believe one node's word of a spent nonce",
    reportedAs: wronglyDead,
    event: 'long halt',
    file: 'signing/prove-never-executes.ts',
    find: ', confirmSpent: nonce });',
    replace: ' });',
    lie: 'nonces too high',
  },
  {
    name: "take one node's word for a sign of an older database",
    reportedAs: /ended PENDING|reconcile/,
    file: 'signing/add-lanes.ts',
    find: 'if (one.behind === null && one.absent === 0) return one;',
    replace: `if (one.behind !== null) throw new ServiceError('DATABASE_BEHIND_CHAIN', one.behind);
  if (one.absent === 0) return one;`,
    lie: 'nonces too high',
  },
  {
    name: "give a wallet up by one node's word of its account",
    reportedAs: /ended FAILED ACCOUNT_KEY_MISMATCH/,
    file: create,
    find: `found === 'of another' ? await viewAccountOf(wallet, parts, { mayStandAlone: false }) : found;`,
    replace: 'found;',
    lie: 'makes up accounts',
  },
  {
    name: "give a wallet up by one node's word of its registration",
    reportedAs: /ended FAILED REWARD_UNPROVEN/,
    file: create,
    find: 'if ((await isRegistered(!isAgain)) && (isAgain || (await isRegistered(false)))) {',
    replace: 'if (await chain.isRegistered({ tokenContract, accountId })) {',
    lie: 'makes up accounts',
  },
  {
    name: 'reconcile and adopt no reward',
    reportedAs: /has no explanation/,
    event: 'restored backup',
    file: 'operations/reconcile.ts',
    find: 'if (isPaid) {',
    replace: 'if (isPaid && clock.now() < 0) {',
  },
  {
    name: 'leave the claims of a clock hours ahead to themselves',
    reportedAs: /ended (PENDING|CREATING|FAILED)/,
    event: 'worker with a clock hours away',
    file: farLeases,
    find: 'if (store && endedWaits.length > 0) await',
    replace: 'if (store && endedWaits.length < 0) await',
  },
  {
    name: 'leave the lanes of a clock hours ahead to themselves',
    reportedAs: /ended (PENDING|CREATING)/,
    event: 'worker with a clock hours away',
    file: farLeases,
    find: 'if (endedLeases.length > 0) await',
    replace: 'if (endedLeases.length < 0) await',
  },
  {
    name: 'end leases of a clock hours ahead at once',
    reportedAs: /was ended \d+ ms after its holder renewed it/,
    event: 'worker with a clock hours away',
    file: farLeases,
    find: 'const leaseWatchedForMs = 60_000;',
    replace: 'const leaseWatchedForMs = 0;',
  },
  {
    name: 'end a pause that the settings of another process hold',
    reportedAs: /ended a pause .* that .* holds/,
    event: 'worker with a lower spend limit',
    file: 'service/pause-knowledge.ts',
    find: 'return Math.abs(nowMs - pause.seen.sinceMs) < heldForMs;',
    replace: 'return Math.abs(nowMs - pause.seen.sinceMs) < 0;',
  },
  {
    name: "take one node's height for the end of a validity",
    reportedAs: wronglyDead,
    lie: 'runs ahead of the chain',
    event: 'validity nearly over',
    file: 'signing/prove-never-executes.ts',
    find: 'const agreed = await chain.readAgreedHeight();',
    replace: 'const agreed = final.height;',
  },
  {
    name: 'agree on the greatest height that any node shows',
    reportedAs: wronglyDead,
    lie: 'runs ahead of the chain',
    event: 'validity nearly over',
    file: 'adapters/near-rpc/final-blocks.ts',
    find: 'return heights[ours.length === 1 ? 0 : 1] ?? 0;',
    replace: 'return heights[0] ?? 0;',
  },
  {
    name: 'a wallet that has an owner is taken',
    // The plan's columns stand behind it: two users cannot show one account.
    reportedAs: /did not stand ready|UNIQUE constraint failed: User.nearAccountId/,
    file: stock,
    find: `"stock"."ownerId" IS NULL AND "stock"."status" = 'READY' AND "stock"."error" IS NULL`,
    replace: `"stock"."status" = 'READY' AND "stock"."error" IS NULL`,
    also: [{ file: stock, find: `AND "ownerId" IS NULL\n    AND NOT`, replace: 'AND NOT' }],
    event: stockKept,
  },
  {
    name: 'whoever has a wallet takes another',
    reportedAs: /UNIQUE constraint failed: Wallet.ownerId/,
    file: stock,
    find: `AND NOT EXISTS (SELECT 1 FROM "Wallet" AS "own" WHERE "own"."ownerId" = :ownerId)`,
    replace: `AND :ownerId IS NOT NULL`,
    event: stockKept,
  },
  {
    name: 'a wallet is taken before it is READY',
    reportedAs: /did not stand ready/,
    file: stock,
    find: `"stock"."ownerId" IS NULL AND "stock"."status" = 'READY' AND "stock"."error" IS NULL`,
    replace: `"stock"."ownerId" IS NULL AND "stock"."error" IS NULL`,
    event: stockKept,
    also: [{ file: stock, find: `AND "tx"."status" = 'SUCCEEDED' AND`, replace: 'AND' }],
  },
  {
    name: 'the stock is handed out on other terms',
    reportedAs: /on other terms than today's/,
    file: stock,
    find: `AND "tx"."status" = 'SUCCEEDED' AND "tx"."valueMicroNear" = :initialMicroNear`,
    replace: `AND "tx"."status" = 'SUCCEEDED' AND :initialMicroNear > 0`,
    event: 'stock terms changed',
  },
  {
    name: 'a database put back beneath its process hands out again',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `WHERE "last"."ownerId" = :lastOwnerId)`,
    replace: `WHERE "last"."ownerId" IS NOT NULL OR :lastOwnerId IS NOT NULL)`,
    also: [
      {
        file: 'wallets/wallet-engine.ts',
        find: 'await stockTaker?.verify();',
        replace: 'stockTaker?.verify;',
      },
    ],
    event: 'older database beneath living processes, stock kept',
  },
  {
    name: 'after a reconciliation the stock of before is handed out',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `"stock"."epoch" = (SELECT "epoch" FROM "Deployment"`,
    replace: `EXISTS (SELECT "epoch" FROM "Deployment"`,
    event: 'restored backup, stock kept',
  },
  {
    name: 'a backup holds a stock that may be handed out',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `'UPDATE "Wallet" SET "epoch" = NULL WHERE "ownerId" IS NULL'`,
    replace: `'UPDATE "Wallet" SET "epoch" = "epoch" WHERE "ownerId" IS NULL'`,
    event: 'operator pauses, restored backup, stock kept',
  },
  {
    name: 'a database behind the chain hands out its stock',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `WHERE "pauseReason" IS DISTINCT FROM 'DATABASE_BEHIND_CHAIN'`,
    replace: `WHERE "epoch" IS NOT NULL`,
    event: 'older database beneath living processes, stock kept',
  },
];
