import type { WalletStock } from '../../ports/wallet-stock.ts';

interface Given {
  ownerId: string;
  /** The process that gave it. */
  by: string;
}

interface StockWorld {
  rows: (sql: string, ...params: unknown[]) => Record<string, unknown>[];
  onViolation: (violation: string) => void;
  onTaken: () => void;
  /** The chain as it is. */
  chain: () => {
    account(accountId: string): { amountYocto: bigint } | undefined;
    accessKey(accountId: string, publicKey: string): { nonce: bigint } | undefined;
    tokenBalance(accountId: string): bigint | null;
  };
}

const microNearYocto = 10n ** 18n;
/** A new key begins at a multiple of it (nearcore); whoever signs moves it. */
const nonceStep = 1_000_000n;

/** Looks at each wallet that is given out of the stock, in the moment it is. */
export class StockWitness {
  readonly #world: StockWorld;
  /** By account, through every restored database. */
  readonly #given = new Map<string, Given>();
  #isPutBeneath = false;

  constructor(world: StockWorld) {
    this.#world = world;
  }

  /**
   * An older database lies beneath living processes. Until the one that gave something looks again, a second,
   * another one may give it as well: it cannot know better.
   */
  putBeneath(): void {
    this.#isPutBeneath = true;
  }

  ofStock(stock: WalletStock, name: string): WalletStock {
    return {
      ...stock,
      takeWallets: async (take) => {
        const free = new Set(
          this.#world
            .rows(`SELECT "id" FROM "Wallet" WHERE "ownerId" IS NULL AND "status" = 'READY'`)
            .map(({ id }) => id),
        );
        const taken = await stock.takeWallets(take);
        for (const wallet of taken) {
          if (!wallet) continue;
          this.#world.onTaken();
          const { userId, ownerId, accountId, publicKey } = wallet;
          const tell = (what: string) => this.#world.onViolation(`${accountId} ${what}`);
          if (!free.has(userId)) tell(`was given to ${ownerId}, it did not stand ready`);
          this.#compareOwners(
            { accountId: String(accountId), ownerId: String(ownerId), name },
            tell,
          );
          const chain = this.#world.chain();
          const initialYocto = BigInt(take.terms.initialMicroNear) * microNearYocto;
          const isOnTerms =
            chain.account(String(accountId))?.amountYocto === initialYocto &&
            chain.tokenBalance(String(accountId)) === BigInt(take.terms.rewardAmount);
          if (!isOnTerms) tell(`was given to ${ownerId} on other terms than today's`);
          const key = chain.accessKey(String(accountId), String(publicKey));
          if (key && key.nonce % nonceStep !== 0n) tell('had signed before it was given');
        }
        return taken;
      },
    };
  }

  #compareOwners(
    { accountId, ownerId, name }: { accountId: string; ownerId: string; name: string },
    tell: (what: string) => void,
  ): void {
    const before = this.#given.get(accountId);
    this.#given.set(accountId, { ownerId, by: name });
    if (!before || before.ownerId === ownerId) return;
    if (this.#isPutBeneath && before.by !== name) return;
    tell(`was given to ${before.ownerId} and to ${ownerId}`);
  }
}
