import type { ProtocolDefect } from './protocol-defect.ts';

const stock = 'adapters/sql/sql-wallet-stock.ts';
const stockKept = 'stock kept';

/** Wallets taken from the stock. */
export const stockDefects: ProtocolDefect[] = [
  {
    name: 'take a wallet that has an owner',
    // Or a second guard reports it: two users cannot have one account in the columns of `User`.
    reportedAs: /was not READY|UNIQUE constraint failed: User.nearAccountId/,
    file: stock,
    find: `"stock"."ownerId" IS NULL AND \${startsFrom(['take'], { table: 'stock' })} AND`,
    replace: `"stock"."status" = 'READY' AND`,
    also: [
      { file: stock, find: `AND "ownerId" IS NULL\n    AND NOT`, replace: 'AND NOT' },
      // The index has only wallets without an owner.
      { file: stock, find: ' INDEXED BY "Wallet_stock_idx"', replace: '' },
    ],
    event: stockKept,
  },
  {
    name: 'give a user a second wallet',
    reportedAs: /UNIQUE constraint failed: Wallet.ownerId/,
    file: stock,
    find: `AND NOT EXISTS (SELECT 1 FROM "Wallet" AS "own" WHERE "own"."ownerId" = :ownerId)`,
    replace: `AND :ownerId IS NOT NULL`,
    event: stockKept,
  },
  {
    name: 'take a wallet before it is READY',
    reportedAs: /was not READY/,
    file: stock,
    find: `"stock"."ownerId" IS NULL AND \${startsFrom(['take'], { table: 'stock' })} AND`,
    replace: `"stock"."ownerId" IS NULL AND`,
    event: stockKept,
    also: [{ file: stock, find: `AND "tx"."status" = 'SUCCEEDED' AND`, replace: 'AND' }],
  },
  {
    name: 'hand out stock made on other terms',
    reportedAs: /on other terms than today's/,
    file: stock,
    find: `AND "tx"."status" = 'SUCCEEDED' AND "tx"."valueMicroNear" = :initialMicroNear`,
    replace: `AND "tx"."status" = 'SUCCEEDED' AND :initialMicroNear > 0`,
    event: 'stock terms changed',
  },
  {
    name: 'hand out stock again after a restore beneath the process',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `WHERE "last"."ownerId" = :lastOwnerId AND "last"."id" = :lastWalletId)`,
    replace: `WHERE "last"."ownerId" IS NOT NULL OR :lastOwnerId = :lastWalletId)`,
    also: [
      {
        file: 'wallets/background-work.ts',
        find: 'await stockTaker?.verify();',
        replace: 'stockTaker?.verify;',
      },
    ],
    event: 'older database beneath living processes, stock kept',
  },
  {
    name: 'accept any wallet of the owner that was given one last',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `AND "last"."id" = :lastWalletId)`,
    replace: 'AND :lastWalletId IS NOT NULL)',
    also: [
      {
        file: 'wallets/take-from-stock.ts',
        find: '?.userId === known.walletId) return;',
        replace: ') return;',
      },
    ],
    event: 'older database beneath living processes, stock kept',
  },
  {
    name: 'hand out older stock after a reconciliation',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `"stock"."epoch" = (SELECT "epoch" FROM "Deployment"`,
    replace: `EXISTS (SELECT "epoch" FROM "Deployment"`,
    event: 'restored backup, stock kept',
  },
  {
    name: 'keep the stock available in backups',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `'UPDATE "Wallet" SET "epoch" = NULL WHERE "ownerId" IS NULL'`,
    replace: `'UPDATE "Wallet" SET "epoch" = "epoch" WHERE "ownerId" IS NULL'`,
    event: 'operator pauses, restored backup, stock kept',
  },
  {
    name: 'hand out stock while behind the chain',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `WHERE "pauseReason" IS DISTINCT FROM 'DATABASE_BEHIND_CHAIN'`,
    replace: `WHERE "epoch" IS NOT NULL`,
    event: 'older database beneath living processes, stock kept',
  },
  {
    name: 'hand out stock after a wallet given before came back',
    reportedAs: /was given to \w+ and to/,
    file: stock,
    find: `AND "Wallet"."epoch" = "Deployment"."epoch")`,
    replace: `AND "Wallet"."epoch" < 0)`,
    event: 'older database beneath living processes, stock kept',
  },
];
