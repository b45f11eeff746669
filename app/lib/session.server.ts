import { redirect } from 'react-router';
import { auth } from './auth.server.ts';
import { readWalletView } from './wallet-view.server.ts';
import { isRequested, type RequestedWallet } from './wallet-view.ts';
import { logInPath } from './way-back.ts';

/** The user's id, or null for a visitor. */
export async function findUserId(request: Request): Promise<string | null> {
  const session = await auth().api.getSession({ headers: request.headers });
  return session?.user.id ?? null;
}

/** For pages. @throws a redirect to /login without a session. */
export async function requireUserId(request: Request): Promise<string> {
  const userId = await findUserId(request);
  if (!userId) throw redirect(logInPath(request));
  return userId;
}

/** For calls of programs. @throws a 401 Response without a session. */
export async function requireApiUserId(request: Request): Promise<string> {
  const userId = await findUserId(request);
  if (!userId) throw Response.json({ error: 'Unauthorized' }, { status: 401 });
  return userId;
}

interface WalletOwner {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly wallet: RequestedWallet;
}

/** For pages behind sign-in. @throws a redirect to /login, or to /wallet-setup without a wallet. */
export async function requireWalletOwner(request: Request): Promise<WalletOwner> {
  const session = await auth().api.getSession({ headers: request.headers });
  if (!session) throw redirect(logInPath(request));
  const { id: userId, name, email } = session.user;
  const wallet = await readWalletView(userId);
  if (!wallet) throw redirect(logInPath(request));
  if (!isRequested(wallet)) throw redirect('/wallet-setup');
  return { userId, name, email, wallet };
}

/**
 * The one guard of all that needs a wallet.
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

/**
 * A session in use is prolonged once a day, in the database and, here, in the browser's cookie:
 * page loads carry the new cookie, or a daily visitor would be logged out all the same.
 */
export async function refreshSessionCookie(
  request: Request,
  next: () => Promise<Response>,
): Promise<Response> {
  const isPage = request.method === 'GET' && request.headers.get('Accept')?.includes('text/html');
  if (!isPage || !request.headers.has('Cookie')) return next();
  const { headers } = await auth().api.getSession({
    headers: request.headers,
    returnHeaders: true,
  });
  const response = await next();
  for (const cookie of headers.getSetCookie()) response.headers.append('Set-Cookie', cookie);
  return response;
}
