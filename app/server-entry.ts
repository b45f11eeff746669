import { createRequestHandler } from '@react-router/express';
import express, { type Express, type RequestHandler } from 'express';
import { CLIENT_ADDRESS_HEADER } from './lib/client-address.server.ts';
import { initCronJobs } from './lib/cron.server.ts';
import { closeDatabase, migrateDatabase } from './lib/db.server.ts';
import { configureEnvironment, type Environment } from './lib/env.server.ts';
import { log } from './lib/log.server.ts';
import { serveClientFiles } from './lib/static-files.server.ts';

/**
 * The one door between the process (`server.ts`) and the app: everything of the app lives in this
 * bundle, once. A second copy imported from outside would be a second database and engine.
 */
export function configure(source: Readonly<Record<string, string | undefined>>): Environment {
  return configureEnvironment(source);
}

/** Migrates, then starts the background work. @returns how to stop it, its claims handed back. */
export async function startBackgroundWork({
  migrationsFolder,
}: {
  migrationsFolder: string;
}): Promise<{ stop(): Promise<void>; closeDatabase(): void }> {
  await migrateDatabase(migrationsFolder);
  const jobs = await initCronJobs();
  return { stop: () => jobs.stop(), closeDatabase };
}

/** @param clientFiles the folder of the built client files, or the development server's middleware */
export function createApplication({
  clientFiles,
}: {
  clientFiles: string | RequestHandler;
}): Express {
  const application = express();
  application.disable('x-powered-by');
  // A reverse proxy stands beside us or in our own network; what others send in is not believed.
  application.set('trust proxy', 'loopback, linklocal, uniquelocal');
  application.use(setOwnHeaders);
  application.use(typeof clientFiles === 'string' ? serveClientFiles(clientFiles) : clientFiles);
  application.use(
    createRequestHandler({ build: () => import('virtual:react-router/server-build') }),
  );
  application.use(answerError);
  return application;
}

const setOwnHeaders: RequestHandler = (request, response, next) => {
  request.headers[CLIENT_ADDRESS_HEADER] = request.ip ?? 'unknown';
  response.set({
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
  });
  next();
};

const answerError: express.ErrorRequestHandler = (error, _request, response, next) => {
  log().error({ err: error }, 'request failed');
  if (response.headersSent) next(error);
  else response.status(500).type('text/plain').send('Internal Server Error');
};
