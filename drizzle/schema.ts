import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

export const user = sqliteTable(
  'User',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull().unique(),
    emailVerified: integer('emailVerified', { mode: 'boolean' }).notNull().default(false),
    image: text('image'),
    /** Null: the browser's preference. */
    language: text('language', { enum: ['ko', 'en'] }),
    /** The user deleted the account. The row remains as the record of a funded wallet; signing in is impossible. */
    deletedAt: integer('deletedAt', { mode: 'timestamp_ms' }),
    createdAt: integer('createdAt', { mode: 'timestamp' }).notNull(),
    updatedAt: integer('updatedAt', { mode: 'timestamp' }).notNull(),
    // From here on a projection of the user's row in "Wallet", written by its triggers in the same commit.
    nearAccountId: text('nearAccountId').unique(),
    nearPublicKey: text('nearPublicKey'),
    nearPrivateKey: text('nearPrivateKey'),
    chocoBalance: text('chocoBalance').notNull().default('0'),
    chocoLastSyncAt: integer('chocoLastSyncAt', { mode: 'timestamp' }),

    /** Null: no wallet was ever requested. */
    walletStatus: text('walletStatus', { enum: ['PENDING', 'CREATING', 'READY', 'FAILED'] }),
    /** The first claim: when work started (not when the wallet was requested). */
    walletCreatedAt: integer('walletCreatedAt', { mode: 'timestamp' }),
    walletCompletedAt: integer('walletCompletedAt', { mode: 'timestamp' }),
    /** A stable error code, never an error's text. */
    walletError: text('walletError'),
    walletRequestedAt: integer('walletRequestedAt', { mode: 'timestamp_ms' }),
    walletAttempts: integer('walletAttempts').notNull().default(0),
    walletTakeovers: integer('walletTakeovers').notNull().default(0),
    /** Schedule, lease and backoff in one: the next moment a worker may take the row; null: never. */
    walletAvailableAt: integer('walletAvailableAt', { mode: 'timestamp_ms' }),
    /** Fences every write of a worker: a write with an older token matches no row. */
    walletClaimToken: text('walletClaimToken'),
    /**
     * The deployment's epoch when keys were made for the request; null: before the first
     * contact with a chain, or older keys. In a later epoch the chain is queried first for what a newer database knew.
     */
    walletEpoch: integer('walletEpoch'),
    /** Time of the last wallet transition; the event trigger copies it. */
    walletUpdatedAt: integer('walletUpdatedAt', { mode: 'timestamp_ms' }),
  },
  (table) => [
    index('User_walletAvailableAt_idx')
      .on(table.walletAvailableAt)
      .where(sql`"walletAvailableAt" IS NOT NULL`),
    // For the lists on the admin pages.
    index('User_unready_idx').on(table.walletStatus).where(sql`"walletStatus" <> 'READY'`),
    check(
      'User_walletStatus_check',
      sql`"walletStatus" IS NULL OR ("walletStatus" IN ('PENDING', 'CREATING', 'READY', 'FAILED') AND ("walletStatus" <> 'READY' OR "nearAccountId" IS NOT NULL))`,
    ),
  ],
);

/**
 * The queue, and the record of each wallet. It belongs to the engine, which does not know users:
 * `packages/wallet-engine/src/adapters/sql/wallet-tables.ts` creates the same table in other apps.
 */
export const wallet = sqliteTable(
  'Wallet',
  {
    id: text('id').primaryKey().notNull(),
    /** The user's id; a wallet requested by its owner has it as `id`, too. Null: in stock. */
    ownerId: text('ownerId').unique(),
    accountId: text('accountId').unique(),
    publicKey: text('publicKey'),
    encryptedPrivateKey: text('encryptedPrivateKey'),
    /** Null: existing keys without a request. The transitions are in `core/wallet.ts` of the engine. */
    status: text('status', { enum: ['PENDING', 'CREATING', 'READY', 'FAILED'] }),
    /** A stable error code, never an error's text. */
    error: text('error'),
    requestedAt: integer('requestedAt', { mode: 'timestamp_ms' }),
    /** The first claim: when work started. */
    startedAt: integer('startedAt', { mode: 'timestamp_ms' }),
    completedAt: integer('completedAt', { mode: 'timestamp_ms' }),
    attempts: integer('attempts').notNull().default(0),
    takeovers: integer('takeovers').notNull().default(0),
    /** Schedule, lease and backoff in one: the next moment a worker may take the row; null: never. */
    availableAt: integer('availableAt', { mode: 'timestamp_ms' }),
    /** Fences every write of a worker: a write with an older token matches no row. */
    claimToken: text('claimToken'),
    /**
     * The deployment's epoch when keys were made for the request; null: before the first
     * contact with a chain, or older keys. In a later epoch the chain is queried first for what a newer database knew.
     */
    epoch: integer('epoch'),
    /** Time of the last transition; the event trigger copies it. */
    updatedAt: integer('updatedAt', { mode: 'timestamp_ms' }),
    balance: text('balance').notNull().default('0'),
    balanceReadAt: integer('balanceReadAt', { mode: 'timestamp_ms' }),
  },
  (table) => [
    index('Wallet_availableAt_idx').on(table.availableAt).where(sql`"availableAt" IS NOT NULL`),
    index('Wallet_stock_idx').on(table.completedAt).where(sql`"ownerId" IS NULL`),
    check(
      'Wallet_status_check',
      sql`"status" IS NULL OR ("status" IN ('PENDING', 'CREATING', 'READY', 'FAILED') AND ("status" <> 'READY' OR "accountId" IS NOT NULL))`,
    ),
  ],
);

export const session = sqliteTable(
  'Session',
  {
    id: text('id').primaryKey(),
    token: text('token').notNull().unique(),
    userId: text('userId')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    expiresAt: integer('expiresAt', { mode: 'timestamp' }).notNull(),
    ipAddress: text('ipAddress'),
    userAgent: text('userAgent'),
    createdAt: integer('createdAt', { mode: 'timestamp' }).notNull(),
    updatedAt: integer('updatedAt', { mode: 'timestamp' }).notNull(),
  },
  (table) => [index('Session_userId_idx').on(table.userId)],
);

/** Sign-in methods of a user (better-auth's "account"), not NEAR accounts. */
export const account = sqliteTable(
  'Account',
  {
    id: text('id').primaryKey(),
    accountId: text('accountId').notNull(),
    providerId: text('providerId').notNull(),
    userId: text('userId')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    accessToken: text('accessToken'),
    refreshToken: text('refreshToken'),
    idToken: text('idToken'),
    accessTokenExpiresAt: integer('accessTokenExpiresAt', { mode: 'timestamp' }),
    refreshTokenExpiresAt: integer('refreshTokenExpiresAt', { mode: 'timestamp' }),
    scope: text('scope'),
    password: text('password'),
    createdAt: integer('createdAt', { mode: 'timestamp' }).notNull(),
    updatedAt: integer('updatedAt', { mode: 'timestamp' }).notNull(),
  },
  (table) => [
    index('Account_userId_idx').on(table.userId),
    // An account at another site signs in to one account here.
    uniqueIndex('Account_providerId_accountId_unique').on(table.providerId, table.accountId),
  ],
);

/** A passkey with which a user's device signs in instead of a password. */
export const passkey = sqliteTable(
  'Passkey',
  {
    id: text('id').primaryKey(),
    userId: text('userId')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** Base64url, assigned by the device. */
    credentialId: text('credentialId').notNull().unique(),
    /** COSE, base64url. */
    publicKey: text('publicKey').notNull(),
    /** The device's signature counter; 0: it does not count. */
    counter: integer('counter').notNull(),
    /** WebAuthn transports, separated by commas. */
    transports: text('transports').notNull(),
    device: text('device'),
    createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
    usedAt: integer('usedAt', { mode: 'timestamp_ms' }),
  },
  (table) => [index('Passkey_userId_idx').on(table.userId)],
);

export const verification = sqliteTable(
  'Verification',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: integer('expiresAt', { mode: 'timestamp' }).notNull(),
    createdAt: integer('createdAt', { mode: 'timestamp' }),
    updatedAt: integer('updatedAt', { mode: 'timestamp' }),
  },
  (table) => [index('Verification_identifier_idx').on(table.identifier)],
);

export const tokenTransfer = sqliteTable(
  'TokenTransfer',
  {
    id: text('id').primaryKey(),
    /** The user's id; for a wallet in stock the wallet's id, until it has an owner. */
    userId: text('userId').notNull(),
    txHash: text('txHash').notNull(),
    amount: text('amount').notNull(),
    tokenContract: text('tokenContract').notNull(),
    status: text('status').notNull(),
    purpose: text('purpose').notNull(),
    createdAt: integer('createdAt', { mode: 'timestamp' }).notNull(),
  },
  (table) => [
    index('TokenTransfer_userId_idx').on(table.userId),
    index('TokenTransfer_txHash_idx').on(table.txHash),
    // In any status: a second reward for a user cannot even be stored.
    uniqueIndex('TokenTransfer_signup_reward_key')
      .on(table.userId)
      .where(sql`"purpose" = 'SIGNUP_REWARD'`),
  ],
);

export const conversation = sqliteTable(
  'Conversation',
  {
    id: text('id').primaryKey(),
    userId: text('userId')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    characterId: text('characterId').notNull(),
    createdAt: integer('createdAt', { mode: 'timestamp' }).notNull(),
    updatedAt: integer('updatedAt', { mode: 'timestamp' }).notNull(),
  },
  (table) => [
    uniqueIndex('Conversation_userId_characterId_key').on(table.userId, table.characterId),
  ],
);

export const message = sqliteTable(
  'Message',
  {
    id: text('id').primaryKey(),
    conversationId: text('conversationId')
      .notNull()
      .references(() => conversation.id, { onDelete: 'cascade' }),
    role: text('role', { enum: ['user', 'assistant'] }).notNull(),
    content: text('content').notNull(),
    /** Set when the reply is a fixed text to a user in distress; help lines are shown with it. */
    care: text('care', { enum: ['suicide', 'abuse', 'grief'] }),
    /** Why a reply is incomplete; null: it is complete. */
    cut: text('cut', { enum: ['length', 'filter', 'fault'] }),
    createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [
    index('Message_conversationId_createdAt_idx').on(table.conversationId, table.createdAt),
  ],
);

/** Every transaction this deployment signed, stored before it was sent. */
export const chainTransaction = sqliteTable(
  'ChainTransaction',
  {
    /** NOT NULL does work here: the commit's guard writes null to abort (see the transaction ledger). */
    hash: text('hash').primaryKey().notNull(),
    signerId: text('signerId').notNull(),
    publicKey: text('publicKey').notNull(),
    nonce: integer('nonce').notNull(),
    receiverId: text('receiverId').notNull(),
    /** Base64 of the borsh bytes of the signed transaction. */
    signedBytes: text('signedBytes').notNull(),
    /** Height of the final block the transaction names; it is valid for 86,400 blocks after it. */
    referenceHeight: integer('referenceHeight').notNull(),
    purpose: text('purpose', { enum: ['CREATE', 'REWARD', 'LANES', 'TOMBSTONE'] }).notNull(),
    /** Maximum cost, rounded up: SQLite integers have 64 bits, yoctoNEAR needs 128. */
    maxCostMicroNear: integer('maxCostMicroNear').notNull(),
    maxCostMicroToken: integer('maxCostMicroToken').notNull(),
    /** What it transfers when it succeeds, besides gas; null: signed by an older version. */
    valueMicroNear: integer('valueMicroNear'),
    /** Actual cost, rounded up, once settled; until then the maximum cost counts. */
    spentMicroNear: integer('spentMicroNear'),
    status: text('status', { enum: ['SIGNED', 'SENT', 'SUCCEEDED', 'FAILED', 'DEAD'] }).notNull(),
    gasBurnt: text('gasBurnt'),
    burntYocto: text('burntYocto'),
    /** JSON of the chain's ActionError. */
    failure: text('failure'),
    createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
    /** When a node reported it in a block, possibly not a final one. */
    includedAt: integer('includedAt', { mode: 'timestamp_ms' }),
    settledAt: integer('settledAt', { mode: 'timestamp_ms' }),
    /** The newest final height known then: a balance read earlier may not include its cost. */
    settledHeight: integer('settledHeight'),
  },
  (table) => [
    uniqueIndex('ChainTransaction_publicKey_nonce_key').on(table.publicKey, table.nonce),
    index('ChainTransaction_open_idx')
      .on(table.publicKey)
      .where(sql`"status" IN ('SIGNED', 'SENT')`),
    index('ChainTransaction_settledHeight_idx').on(table.settledHeight),
    // Covers every column that the spend limits sum up.
    index('ChainTransaction_spending_idx').on(
      table.createdAt,
      table.spentMicroNear,
      table.maxCostMicroNear,
      table.status,
      table.maxCostMicroToken,
    ),
    check(
      'ChainTransaction_status_check',
      sql`"status" IN ('SIGNED', 'SENT', 'SUCCEEDED', 'FAILED', 'DEAD')`,
    ),
  ],
);

/** Which wallets a transaction serves. While `live`, no other may be signed for the purpose. */
export const chainTransactionWallet = sqliteTable(
  'ChainTransactionWallet',
  {
    hash: text('hash')
      .notNull()
      .references(() => chainTransaction.hash),
    userId: text('userId').notNull(),
    purpose: text('purpose', { enum: ['CREATE', 'REWARD'] }).notNull(),
    live: integer('live', { mode: 'boolean' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hash, table.userId, table.purpose] }),
    index('ChainTransactionWallet_userId_idx').on(table.userId),
    uniqueIndex('ChainTransactionWallet_live_key')
      .on(table.userId, table.purpose)
      .where(sql`"live" = 1`),
  ],
);

/** Access keys of the service account that sign for wallets: one transaction in flight on each. */
export const serviceKeyLane = sqliteTable('ServiceKeyLane', {
  /** 0 is the service account's own key, which only adds the others. */
  laneNumber: integer('laneNumber').primaryKey(),
  publicKey: text('publicKey').notNull().unique(),
  /** The last nonce used. */
  nonce: integer('nonce').notNull(),
  holder: text('holder'),
  leasedUntil: integer('leasedUntil', { mode: 'timestamp_ms' }).notNull(),
  /** Increases with every change of holder; the sign commit checks it. */
  fencingToken: integer('fencingToken').notNull(),
});

/**
 * Append-only: when a wallet's private key was shown to its owner. From the first time on the owner can act with
 * the account, too.
 */
export const walletKeyExport = sqliteTable(
  'WalletKeyExport',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    walletId: text('walletId').notNull(),
    createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('WalletKeyExport_walletId_idx').on(table.walletId)],
);

/** Append-only; written by triggers on Wallet, so every transition has one. */
export const walletEvent = sqliteTable(
  'WalletEvent',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: text('userId').notNull(),
    fromStatus: text('fromStatus'),
    toStatus: text('toStatus'),
    attempt: integer('attempt').notNull(),
    errorCode: text('errorCode'),
    createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('WalletEvent_userId_idx').on(table.userId)],
);

/** One row: the chain this database belongs to, and whether its workers may sign. */
export const deployment = sqliteTable(
  'Deployment',
  {
    singleton: integer('singleton').primaryKey(),
    /** Generated once; lane keys are derived from it. */
    deploymentId: text('deploymentId').notNull(),
    genesisHash: text('genesisHash').notNull(),
    networkId: text('networkId').notNull(),
    serviceAccountId: text('serviceAccountId').notNull(),
    tokenContract: text('tokenContract').notNull(),
    createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
    pauseReason: text('pauseReason'),
    pausedAt: integer('pausedAt', { mode: 'timestamp_ms' }),
    /** Last final balance of the service account, rounded down, and when that was written. */
    treasuryMicroNear: integer('treasuryMicroNear'),
    treasuryMicroToken: integer('treasuryMicroToken'),
    treasuryReadAt: integer('treasuryReadAt', { mode: 'timestamp_ms' }),
    /** The final height of that balance: readings are ordered by height, not by clocks. */
    treasuryHeight: integer('treasuryHeight'),
    /** How many more wallets it could pay for then. */
    runwayWallets: integer('runwayWallets'),
    reconciledAt: integer('reconciledAt', { mode: 'timestamp_ms' }),
    /** Increases with each reconciliation, at least to its final height, independent of clocks. */
    epoch: integer('epoch').notNull().default(1),
  },
  () => [check('Deployment_singleton_check', sql`"singleton" = 1`)],
);

/** One row, created with the table: stored keys are bound to it before `Deployment` has a row. */
export const deploymentIdentity = sqliteTable(
  'DeploymentIdentity',
  {
    singleton: integer('singleton').primaryKey(),
    /** Random. Equal to that of `Deployment`, if it has a row. */
    deploymentId: text('deploymentId').notNull(),
  },
  () => [check('DeploymentIdentity_singleton_check', sql`"singleton" = 1`)],
);

/** Verifies, without storing a master key, that it is the one its version has always meant. */
export const masterKeyCheck = sqliteTable('MasterKeyCheck', {
  version: integer('version').primaryKey(),
  /** Base64url, random, so that it does not show that two deployments share a key. */
  salt: text('salt').notNull(),
  /** Base64url of an HMAC with the master key. */
  proof: text('proof').notNull(),
  createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
});

/** Public keys of this deployment's workers, for processes that seal wallet keys to them. */
export const sealingKey = sqliteTable('SealingKey', {
  /** Version of the master key that the private half is derived from. */
  version: integer('version').primaryKey(),
  /** X25519, base64url. */
  publicKey: text('publicKey').notNull(),
  createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
});

/** Actions of operators, on the admin page or by a command; append-only. */
export const operatorAction = sqliteTable(
  'OperatorAction',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** E-mail of an admin, or `command` with the operating system's user name. */
    actor: text('actor').notNull(),
    /** A stable name: RETRY_WALLET, PAUSE, RESUME, … */
    action: text('action').notNull(),
    /** Id of a user, or null where the action concerns the whole service. */
    userId: text('userId'),
    /** JSON of the request and its result; never a secret. */
    detail: text('detail'),
    createdAt: integer('createdAt', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('OperatorAction_userId_idx').on(table.userId)],
);

/** Counters of rate limits, shared by all processes. */
export const limitCounter = sqliteTable(
  'LimitCounter',
  {
    /** Keyed hash of whom and what it counts: no address or e-mail is stored. */
    key: text('key').primaryKey().notNull(),
    count: integer('count').notNull(),
    /** The limit at the last count, so that one statement can check and refuse. */
    most: integer('most').notNull(),
    /** End of the window, which began with the first count. */
    endsAt: integer('endsAt', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('LimitCounter_endsAt_idx').on(table.endsAt)],
);
