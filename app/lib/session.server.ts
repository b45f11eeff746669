import { redirect } from 'react-router';
import { auth } from './auth.server.ts';
import { logInPath } from './forms/way-back.ts';
import { readWalletView } from './wallet/wallet-view.server.ts';
import { isRequested, type RequestedWallet } from './wallet/wallet-view.ts';

type AuthSession = NonNullable<Awaited<ReturnType<ReturnType<typeof auth>['api']['getSession']>>>;

/** Null for a visitor or a deleted user. Read-only: no page waits for a write. */
export function findSession(request: Request): Promise<AuthSession | null> {
  return auth().api.getSession({ headers: request.headers });
}

/** The user's id, or null for a visitor. */
export async function findUserId(request: Request): Promise<string | null> {
  const session = await findSession(request);
  return session?.user.id ?? null;
}

/** For pages. @throws a redirect to /login without a session */
export async function requireUserId(request: Request): Promise<string> {
  return (await requireUser(request)).id;
}

/** For pages. @throws a redirect to /login without a session */
export async function requireUser(request: Request): Promise<AuthSession['user']> {
  const session = await findSession(request);
  if (!session) throw redirect(logInPath(request));
  return session.user;
}

/** For API calls. @throws a 401 Response without a session */
export async function requireApiUserId(request: Request): Promise<string> {
  const { userId } = await requireApiSession(request);
  return userId;
}

/** For responses that outlive the request. @throws a 401 Response without a session */
export async function requireApiSession(
  request: Request,
): Promise<{ readonly userId: string; readonly sessionId: string }> {
  const found = await findSession(request);
  if (!found) throw Response.json({ error: 'Unauthorized' }, { status: 401 });
  return { userId: found.user.id, sessionId: found.session.id };
}

interface WalletOwner {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly isEmailVerified: boolean;
  /** When this session began. */
  readonly signedInAt: Date;
  readonly wallet: RequestedWallet;
}

/** For pages behind sign-in. @throws a redirect to /login, or to /wallet-setup without a wallet */
export async function requireWalletOwner(request: Request): Promise<WalletOwner> {
  const session = await findSession(request);
  if (!session) throw redirect(logInPath(request));
  const { id: userId, name, email, emailVerified: isEmailVerified } = session.user;
  const { createdAt: signedInAt } = session.session;
  const wallet = await readWalletView(userId);
  if (!wallet) throw redirect(logInPath(request));
  if (!isRequested(wallet)) throw redirect('/wallet-setup');
  return { userId, name, email, isEmailVerified, signedInAt, wallet };
}

/**
 * The one guard of everything that needs a wallet.
 * @throws a 401 Response without a session, 423 until the wallet is READY
 */
export async function requireReadyWallet(request: Request): Promise<string> {
  const userId = await requireApiUserId(request);
  const wallet = await readWalletView(userId);
  if (!wallet?.isReady) {
    const status = wallet?.status ?? null;
    throw Response.json({ error: 'WALLET_NOT_READY', status }, { status: 423 });
  }
  return userId;
}
