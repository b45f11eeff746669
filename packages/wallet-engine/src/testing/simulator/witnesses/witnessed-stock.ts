import type { WalletStock } from '../../../ports/wallet-stock.ts';
import type { WorldDatabase } from '../world/world-database.ts';

interface Given {
  ownerId: string;
  /** The process that handed it out. */
  by: string;
}

interface StockWorld {
  rows: (sql: string, ...params: unknown[]) => Record<string, unknown>[];
  checked: WorldDatabase['checked'];
  onViolation: (violation: string) => void;
  onTaken: () => void;
  /** The true chain. */
  chain: () => {
    account(accountId: string): { amountYocto: bigint } | undefined;
    accessKey(accountId: string, publicKey: string): { nonce: bigint } | undefined;
    tokenBalance(accountId: string): bigint | null;
  };
}

const microNearYocto = 10n ** 18n;
/** The nonce of a new key is a multiple of this (nearcore); each signature increments it. */
const nonceStep = 1_000_000n;

/** Checks each wallet at the moment it is handed out of the stock. */
export class StockWitness {
  readonly #world: StockWorld;
  /** By account, across all restored databases. */
  readonly #given = new Map<string, Given>();
  #isRestoredBeneath = false;

  constructor(world: StockWorld) {
    this.#world = world;
  }

  /**
   * An older database was restored beneath running processes. Until the process that handed a wallet out
   * checks again, within a second, another process may hand it out as well: it cannot know.
   */
  restoredBeneath(): void {
    this.#isRestoredBeneath = true;
  }

  ofStock(stock: WalletStock, name: string): WalletStock {
    return {
      ...stock,
      takeWallets: async (take) => {
        let free = new Set<unknown>();
        const before = () => {
          const ready = this.#world.rows(
            `SELECT "id" FROM "Wallet" WHERE "ownerId" IS NULL AND "status" = 'READY'`,
          );
          free = new Set(ready.map(({ id }) => id));
        };
        const taken = await this.#world.checked(() => stock.takeWallets(take), {
          before,
          after: () => undefined,
        });
        for (const wallet of taken) {
          if (!wallet) continue;
          this.#world.onTaken();
          const { userId, ownerId, accountId, publicKey } = wallet;
          const report = (what: string) => this.#world.onViolation(`${accountId} ${what}`);
          if (!free.has(userId)) report(`was given to ${ownerId} and was not READY`);
          this.#compareOwners(
            { accountId: String(accountId), ownerId: String(ownerId), name },
            report,
          );
          const chain = this.#world.chain();
          const initialYocto = BigInt(take.terms.initialMicroNear) * microNearYocto;
          const isOnTerms =
            chain.account(String(accountId))?.amountYocto === initialYocto &&
            chain.tokenBalance(String(accountId)) === BigInt(take.terms.rewardAmount);
          if (!isOnTerms) report(`was given to ${ownerId} on other terms than today's`);
          const key = chain.accessKey(String(accountId), String(publicKey));
          if (key && key.nonce % nonceStep !== 0n) report('had signed before it was given');
        }
        return taken;
      },
    };
  }

  #compareOwners(
    { accountId, ownerId, name }: { accountId: string; ownerId: string; name: string },
    report: (what: string) => void,
  ): void {
    const before = this.#given.get(accountId);
    this.#given.set(accountId, { ownerId, by: name });
    if (!before || before.ownerId === ownerId) return;
    if (this.#isRestoredBeneath && before.by !== name) return;
    report(`was given to ${before.ownerId} and to ${ownerId}`);
  }
}
