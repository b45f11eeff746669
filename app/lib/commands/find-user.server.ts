import { eq, or } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { findStockWallet } from '../near/wallet-engine.server.ts';
import { ArgumentError } from './command.ts';

type User = typeof user.$inferSelect;

/** The user an operator names by id, e-mail address or NEAR account. @throws ArgumentError */
export async function findUser(name: string): Promise<User> {
  const found = await findUserOrNull(name);
  if (found) return found;
  const reason = (await findStockWallet(name))
    ? `"${name}" is a wallet in stock: no user has it yet.`
    : `no user has the id, e-mail address or account "${name}".`;
  throw new ArgumentError(reason);
}

/**
 * The wallet an operator names: a user's, as for {@link findUser}, or one in stock, by its id or its account.
 * @throws ArgumentError
 */
export async function findWallet(
  name: string,
): Promise<{ walletId: string; status: string | null }> {
  const found = await findUserOrNull(name);
  if (found) return { walletId: found.id, status: found.walletStatus };
  const inStock = await findStockWallet(name);
  if (inStock) return inStock;
  throw new ArgumentError(
    `no user has the id, e-mail address or account "${name}", and no wallet in stock has that id or account.`,
  );
}

async function findUserOrNull(name: string): Promise<User | null> {
  const [found] = await db()
    .select()
    .from(user)
    .where(or(eq(user.id, name), eq(user.email, name.toLowerCase()), eq(user.nearAccountId, name)))
    .limit(1);
  return found ?? null;
}
