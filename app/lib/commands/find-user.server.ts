import { eq, or } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import type { FoundStockWallet } from '#engine/ports/wallet-stock.ts';
import { db } from '../db.server.ts';
import { findStockWallet } from '../near/wallet-engine.server.ts';
import { ArgumentError } from './command.ts';

type User = typeof user.$inferSelect;

/** The user an operator names, or else the wallet in stock, by its id or its account. @throws ArgumentError */
export async function findUserOrStock(
  name: string,
): Promise<{ user: User } | { inStock: FoundStockWallet }> {
  const user = await findUserOrNull(name);
  if (user) return { user };
  const inStock = await findStockWallet(name);
  if (inStock) return { inStock };
  throw new ArgumentError(
    `no user has the id, e-mail address or account "${name}", and no wallet in stock has that id or account.`,
  );
}

/** The same, as far as changing it needs. @throws ArgumentError */
export async function findWallet(
  name: string,
): Promise<{ walletId: string; status: string | null }> {
  const found = await findUserOrStock(name);
  if ('inStock' in found) return found.inStock;
  return { walletId: found.user.id, status: found.user.walletStatus };
}

/** By id, e-mail address or NEAR account. */
async function findUserOrNull(name: string): Promise<User | null> {
  const [found] = await db()
    .select()
    .from(user)
    .where(or(eq(user.id, name), eq(user.email, name.toLowerCase()), eq(user.nearAccountId, name)))
    .limit(1);
  return found ?? null;
}
