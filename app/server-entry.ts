import { createRequestHandler } from '@react-router/express';
import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import { loadCommonPasswords } from './lib/auth/guessable-passwords.server.ts';
import { remakeAuth } from './lib/auth.server.ts';
import { warmUpChat } from './lib/chat/care/warm-up.server.ts';
import { initCronJobs } from './lib/cron.server.ts';
import { closeDatabase, databasePlace, migrateDatabase } from './lib/db.server.ts';
import {
  CLIENT_ADDRESS_HEADER,
  clientAddressOf,
  isUnnamedProxy,
} from './lib/http/client-address.server.ts';
import {
  guardLengths,
  guardMethodAndHost,
  guardMethodOfDoor,
  refuseCrossSite,
  securityHeaders,
} from './lib/http/http-guard.server.ts';
import { answerCrowded, answerLimit, answerRefusal } from './lib/http/plain-page.server.tsx';
import { serveClientFiles } from './lib/http/static-files.server.ts';
import { isOfMachines, limitRate } from './lib/limits/flood-guard.server.ts';
import { paceRequests } from './lib/limits/paced-requests.server.ts';
import { noteUnnamedClient, noteUnnamedProxy } from './lib/limits/unnamed-clients.server.ts';
import { log } from './lib/log.server.ts';
import { closeMailer } from './lib/mail/mailer.server.ts';
import { forgetWalletEngine } from './lib/near/wallet-engine.server.ts';
import { leadAppleOn } from './lib/other-sign-in/apple-return.server.ts';
import { discoverOpenId } from './lib/other-sign-in/openid-discovery.server.ts';
import { configureEnvironment, type Environment, env } from './lib/settings/env.server.ts';
import { closeWalletStreams, restartWalletStreams } from './lib/wallet/wallet-events.server.ts';

/**
 * The one door between the process (`server.ts`) and the app: everything of the app lives in this
 * bundle, once. A second copy imported from outside would be a second database and engine.
 */
export function configure(source: Readonly<Record<string, string | undefined>>): Environment {
  return configureEnvironment(source);
}

/** The work of a process beside its answers. */
export interface BackgroundWork {
  /** Where the database is, to be shown. */
  databasePlace: string;
  /** Ends live streams and hands claims back. */
  stop(): Promise<void>;
  /**
   * For the development server: stops the engine, which hands back claims and lanes, and starts the one of
   * an entry that was loaded again. @throws as {@link startEngine}; then no engine runs
   */
  replaceEngine(next: { startEngine: typeof startEngine }): Promise<void>;
  closeDatabase(): void;
}

/** Migrates, then starts the background work. */
export async function startBackgroundWork({
  migrationsFolder,
}: {
  migrationsFolder: string;
}): Promise<BackgroundWork> {
  await migrateDatabase(migrationsFolder);
  await loadCommonPasswords();
  warmUpChat();
  void discoverOpenId(remakeAuth);
  let engine = await startEngine();
  let replacing = Promise.resolve();
  let isStopped = false;
  return {
    databasePlace: databasePlace(),
    closeDatabase,
    replaceEngine(next) {
      replacing = (async () => {
        if (isStopped) return;
        await engine.stop();
        forgetWalletEngine();
        restartWalletStreams();
        engine = await next.startEngine();
      })();
      return replacing;
    },
    async stop() {
      isStopped = true;
      await replacing.catch(() => undefined);
      closeWalletStreams();
      await Promise.all([engine.stop(), closeMailer()]);
    },
  };
}

/** @throws ServiceError if configuration, database and chain contradict each other */
export function startEngine(): Promise<{ stop(): Promise<void> }> {
  return initCronJobs();
}

/** @param clientFiles the folder of the built client files, or the development server's middleware */
export function createApplication({
  clientFiles,
}: {
  clientFiles: string | RequestHandler;
}): Express {
  const { betterAuthUrl: publicOrigin, isExposed, isHttps, signInProviders } = env();
  const application = express();
  application.disable('x-powered-by');
  // A reverse proxy stands beside us or in our own network; what others send in is not believed.
  application.set('trust proxy', 'loopback, linklocal, uniquelocal');
  application.use(setClientAddress(env()), securityHeaders({ isHttps }));
  application.use(paceRequests({ isExposed, sendAway: answerCrowded }));
  application.use(guardMethodAndHost({ publicOrigin, refuse: answerRefusal }));
  application.use(typeof clientFiles === 'string' ? serveClientFiles(clientFiles) : clientFiles);
  application.use(publicOrigin === null ? ignoreForwarded : answerAs(publicOrigin));
  application.use(refuseUnreadableAddress, guardLengths(answerRefusal));
  application.use(limitRate(answerLimit));
  if (signInProviders.some(({ id }) => id === 'apple')) application.use(leadAppleOn);
  application.use(refuseCrossSite({ publicOrigin, refuse: answerRefusal }));
  application.use(guardMethodOfDoor(answerRefusal));
  application.use(compression({ filter: isPage }));
  application.use(
    createRequestHandler({ build: () => import('virtual:react-router/server-build') }),
  );
  application.use(answerError);
  return application;
}

/** Pages and their data. What is written piece by piece, such as a reply, must not wait for more of it. */
function isPage(_request: express.Request, response: express.Response): boolean {
  return /^text\/(html|x-script)/.test(String(response.getHeader('Content-Type')));
}

/** Over whatever the client has written there itself. */
function setClientAddress(environment: Environment): RequestHandler {
  const { isExposed, listensPublicly, trustedProxies } = environment;
  return (request, _response, next) => {
    const forwardedFor = request.get('x-forwarded-for');
    const { remoteAddress: socketAddress } = request.socket;
    const connection = { socketAddress, forwardedFor, trustedProxies, isExposed };
    const address = clientAddressOf(connection);
    request.headers[CLIENT_ADDRESS_HEADER] = address ?? '';
    // Who watches us comes past the proxy, and whoever tries it out on this machine has none.
    const isVisit = listensPublicly && socketAddress !== undefined && !isOfMachines(request.path);
    if (isVisit && address === null) noteUnnamedClient();
    if (isVisit && isUnnamedProxy(connection)) noteUnnamedProxy(socketAddress);
    next();
  };
}

/**
 * Whatever the proxy in front makes of host and protocol: React Router refuses a form whose `Origin`
 * differs from the request's own address, and a proxy by default names its upstream, over plain HTTP.
 * Cross-site requests are refused by the origin itself, not by these.
 */
function answerAs(publicOrigin: string): RequestHandler {
  const { host, protocol } = new URL(publicOrigin);
  const scheme = protocol.slice(0, -1);
  return (request, _response, next) => {
    request.headers.host = host;
    request.headers['x-forwarded-proto'] = scheme;
    delete request.headers['x-forwarded-host'];
    // Express reads that header from trusted addresses only; a form must work through any proxy.
    Object.defineProperty(request, 'protocol', { value: scheme });
    next();
  };
}

/**
 * Without a public address there is no proxy in front. React Router would make the request's own address of these
 * headers, or an error of the server if they hold none.
 */
const ignoreForwarded: RequestHandler = (request, _response, next) => {
  for (const name of ['x-forwarded-host', 'x-forwarded-proto']) delete request.headers[name];
  next();
};

/** React Router writes about such a path past our log, and answers an absolute one by a 500. */
const refuseUnreadableAddress: RequestHandler = (request, _response, next) => {
  if (!request.originalUrl.startsWith('/')) throw new URIError('not a path');
  decodeURIComponent(request.path);
  next();
};

const UNREADABLE = {
  status: 400,
  kind: 'address',
  error: 'ADDRESS_INVALID',
  message: 'Send a path whose percent-encoding is UTF-8.',
} as const;

const answerError: express.ErrorRequestHandler = (error, request, response, next) => {
  // A path that cannot be decoded, and the like: the client's own, told by express.
  const isClients = error instanceof URIError || Object(error).status === 400;
  if (!isClients) log().error({ err: error, path: request.path }, 'request failed');
  if (response.headersSent) return next(error);
  if (isClients) return answerRefusal(request, response, UNREADABLE);
  response.status(500).type('text/plain').send('Internal Server Error');
};
