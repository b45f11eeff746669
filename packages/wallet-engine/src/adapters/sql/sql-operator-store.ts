import { isPauseReason, type PauseReason, ServiceError } from '../../core/errors.ts';
import { setAsideCode } from '../../core/wallet.ts';
import type {
  OperatorAction,
  OperatorActionName,
  OperatorStore,
} from '../../ports/operator-store.ts';
import type { SqlDatabase, SqlStatement } from './sql-database.ts';
import { leadsTo, startsFrom } from './wallet-transitions.ts';

/** How many rows the next statement of this commit will change: no other writer can run in between. */
const willChange = (table: string, condition: string) =>
  `'{"changed":' || (SELECT count(*) FROM "${table}" WHERE ${condition}) || '}'`;

const isRetried = `"id" = :userId AND ${startsFrom(['retry'])} AND "availableAt" IS NULL
  AND "error" IS DISTINCT FROM '${setAsideCode}'`;
const isRequeued = `"availableAt" > :now AND ${startsFrom(['claim'])}
  AND (:userId IS NULL OR "id" = :userId)`;
const isSetAside = `"accountId" = :accountId AND "ownerId" IS NULL AND "availableAt" IS NULL
  AND "status" IN ('READY', 'FAILED')`;
const isPaused = `"pauseReason" IS NULL
  OR "pauseReason" NOT IN ('OPERATOR', 'DATABASE_BEHIND_CHAIN')`;
const isResumed = `"pauseReason" = 'OPERATOR'`;

function record({
  actor,
  action,
  userId,
  nowMs,
  detail,
}: Pick<OperatorAction, 'actor' | 'action' | 'userId'> & {
  nowMs: number;
  detail: string;
}): SqlStatement {
  return {
    sql: `INSERT INTO "OperatorAction" ("actor", "action", "userId", "detail", "createdAt")
      VALUES (:actor, :action, :userId, ${detail}, :now)`,
    params: { actor, action, userId, now: nowMs },
  };
}

/** Operators' changes and the log of them, in SQLite or PostgreSQL. */
export function createSqlOperatorStore(database: SqlDatabase): OperatorStore {
  const pauseReason = async (): Promise<PauseReason | null> => {
    const [row] = await database.read({
      sql: 'SELECT "pauseReason" FROM "Deployment"',
      params: {},
    });
    const reason = row?.pauseReason == null ? null : String(row.pauseReason);
    return reason === null || isPauseReason(reason) ? reason : 'OPERATOR';
  };

  return {
    async retryWallet({ actor, userId, nowMs }) {
      const [, rows = []] = await database.write([
        record({
          ...{ actor, action: 'RETRY_WALLET', userId, nowMs },
          detail: willChange('Wallet', isRetried),
        }),
        {
          sql: `UPDATE "Wallet" SET ${leadsTo('retry')}, "error" = NULL,
              "attempts" = 1, "takeovers" = 0, "availableAt" = :now,
              "updatedAt" = :now
            WHERE ${isRetried} RETURNING "id"`,
          params: { userId, now: nowMs },
        },
      ]);
      return rows.length === 1;
    },

    async requeueWallets({ actor, userId, nowMs }) {
      const [, rows = []] = await database.write([
        record({
          ...{ actor, action: 'REQUEUE_WALLETS', userId, nowMs },
          detail: willChange('Wallet', isRequeued),
        }),
        {
          sql: `UPDATE "Wallet" SET "availableAt" = :now WHERE ${isRequeued} RETURNING "id"`,
          params: { userId, now: nowMs },
        },
      ]);
      return rows.length;
    },

    async pause({ actor, nowMs }) {
      await database.write([
        record({
          ...{ actor, action: 'PAUSE', userId: null, nowMs },
          detail: willChange('Deployment', isPaused),
        }),
        {
          sql: `UPDATE "Deployment" SET "pauseReason" = 'OPERATOR', "pausedAt" = :now
            WHERE ${isPaused}`,
          params: { now: nowMs },
        },
      ]);
      const reason = await pauseReason();
      if (reason === null) {
        const message =
          'no server or worker has connected to the chain yet, so there is nothing to pause';
        throw new ServiceError('CHAIN_NOT_MET', message);
      }
      return reason;
    },

    async resume({ actor, nowMs }) {
      await database.write([
        record({
          ...{ actor, action: 'RESUME', userId: null, nowMs },
          detail: willChange('Deployment', isResumed),
        }),
        {
          sql: `UPDATE "Deployment" SET "pauseReason" = NULL, "pausedAt" = NULL WHERE ${isResumed}`,
          params: {},
        },
      ]);
      return pauseReason();
    },

    async changeToken({ actor, tokenContract, nowMs }) {
      const [row] = await database.read({
        sql: 'SELECT "tokenContract" FROM "Deployment"',
        params: {},
      });
      if (!row) {
        const message =
          'no server or worker has connected to the chain yet, so there is no token to change';
        throw new ServiceError('CHAIN_NOT_MET', message);
      }
      const before = String(row.tokenContract);
      const entry = record({
        actor,
        action: 'CHANGE_TOKEN',
        userId: null,
        nowMs,
        detail: ':detail',
      });
      const detail = JSON.stringify({ from: before, to: tokenContract });
      await database.write([
        {
          sql: 'UPDATE "Deployment" SET "tokenContract" = :tokenContract',
          params: { tokenContract },
        },
        { ...entry, params: { ...entry.params, detail } },
      ]);
      return before;
    },

    async setStockAside({ actor, accountId, nowMs }) {
      const [, rows = []] = await database.write([
        {
          sql: `INSERT INTO "OperatorAction" ("actor", "action", "userId", "detail", "createdAt")
            VALUES (:actor, 'SET_WALLET_ASIDE', (SELECT "id" FROM "Wallet" WHERE ${isSetAside}),
              ${willChange('Wallet', isSetAside)}, :now)`,
          params: { actor, accountId, now: nowMs },
        },
        {
          sql: `UPDATE "Wallet" SET "error" = '${setAsideCode}', "updatedAt" = :now
            WHERE ${isSetAside} RETURNING "id"`,
          params: { accountId, now: nowMs },
        },
      ]);
      return rows.length === 1;
    },

    async record({ actor, action, userId, detail, nowMs }) {
      const statement = record({ actor, action, userId, nowMs, detail: ':detail' });
      const params = { ...statement.params, detail: JSON.stringify(detail) };
      await database.write([{ ...statement, params }]);
    },

    async readActions({ userId, limit }) {
      const rows = await database.read({
        sql: `SELECT "id", "actor", "action", "userId", "detail", "createdAt"
          FROM "OperatorAction" WHERE :userId IS NULL OR "userId" = :userId
          ORDER BY "id" DESC LIMIT :limit`,
        params: { userId, limit },
      });
      return rows.map((row) => ({
        id: Number(row.id),
        actor: String(row.actor),
        action: String(row.action) as OperatorActionName,
        userId: row.userId == null ? null : String(row.userId),
        detail: JSON.parse(String(row.detail ?? '{}')) as Record<string, unknown>,
        createdAtMs: Number(row.createdAt),
      }));
    },
  };
}
