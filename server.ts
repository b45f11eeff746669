import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RequestHandler } from 'express';
import { hostOf } from './provisioning/host-of.ts';
import { ensureBuild } from './scripts/ensure-build.ts';
import { ExplainedError, explainCrashes, explainError } from './scripts/explain-error.ts';
import { stopOnSignal } from './scripts/stop-on-signal.ts';

// Database, backups, secrets and the devnet's journal are for whoever runs this, and nobody else here.
process.umask(0o077);

type AppEntry = typeof import('./app/server-entry.ts');
type Environment = ReturnType<AppEntry['configure']>;

const root = import.meta.dirname;
/** Open connections, such as a streamed reply, get this long to end when the process stops. */
const GRACE_MS = 3_000;

interface LoadedApp {
  readonly entry: AppEntry;
  readonly clientFiles: string | RequestHandler;
  close(): Promise<void>;
}

async function main(): Promise<void> {
  const source = { ...process.env };
  const isDevelopment = process.argv.includes('--dev');
  // React picks its build when it is loaded; what the operator chose stays in `source`.
  process.env.NODE_ENV = isDevelopment ? 'development' : 'production';

  const server = createServer();
  const app = isDevelopment ? await loadFromSources(server) : await loadFromBuild();
  const environment = app.entry.configure(source);
  const devnet = await startDevnetIfNeeded(environment);
  const background = await app.entry.startBackgroundWork({
    migrationsFolder: join(root, 'drizzle/migrations'),
  });
  server.on('request', app.entry.createApplication({ clientFiles: app.clientFiles }));
  const address = await listen(server, environment);
  stopOnSignal(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    // Browsers keep a connection whose answer, a live stream say, ends only now.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    // Claims are handed back first, while chain and database are there.
    await background.stop();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
    await closed;
    clearInterval(sweep);
    background.closeDatabase();
    await app.close();
    await devnet?.close();
  });
  await waitForAnswer(`${address}/healthz`);
  printBanner({
    address,
    environment,
    databasePlace: background.databasePlace,
    devnetUrl: devnet?.rpcUrl ?? null,
  });
}

async function loadFromBuild(): Promise<LoadedApp> {
  // A production image is built beforehand; so is what the browser tests start many times.
  if (!process.argv.includes('--no-build')) ensureBuild(root);
  const bundle = pathToFileURL(join(root, 'build/server/index.js')).href;
  const entry = (await import(bundle)) as AppEntry;
  return { entry, clientFiles: join(root, 'build/client'), close: async () => {} };
}

async function loadFromSources(server: Server): Promise<LoadedApp> {
  const vite = await import('vite');
  const devServer = await vite.createServer({
    root,
    appType: 'custom',
    // Its own websocket would listen on a port of every interface.
    server: { middlewareMode: true, hmr: { server } },
  });
  const entry = (await devServer.ssrLoadModule('./app/server-entry.ts')) as AppEntry;
  return { entry, clientFiles: devServer.middlewares, close: () => devServer.close() };
}

/** Starts the embedded chain unless something else was configured or one is running already. */
async function startDevnetIfNeeded({
  nearNetworkId,
  nearNodeUrls,
  devnetPort,
  dataDir,
  devnetFaults,
}: Environment) {
  const ownUrl = `http://127.0.0.1:${devnetPort}`;
  if (nearNetworkId !== 'devnet' || nearNodeUrls[0] !== ownUrl) return null;
  if (await isDevnetAt(ownUrl)) {
    console.log(`A devnet is running at ${ownUrl} already; using it.`);
    return null;
  }
  const { startDevnetServer } = await import('./devnet/devnet-server.ts');
  const { DataError } = await import('./devnet/data-errors.ts');
  return startDevnetServer({
    port: devnetPort,
    dataDir: join(dataDir, 'devnet'),
    faults: devnetFaults,
  }).catch((error: unknown) => {
    if (error instanceof DataError) throw new ExplainedError(error.message);
    throw isErrno(error, 'EADDRINUSE') || String(error).includes('already in use')
      ? new ExplainedError(
          `Port ${devnetPort}, where the devnet would listen, is used by another program.\n` +
            `Stop it, or choose another port: DEVNET_PORT=${devnetPort + 1} npm start`,
        )
      : error;
  });
}

async function isDevnetAt(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/devnet`, { signal: AbortSignal.timeout(1_000) });
    const description: unknown = await response.json();
    return typeof description === 'object' && description !== null && 'accounts' in description;
  } catch {
    return false;
  }
}

/** In development on this machine only; in production for whatever stands in front. */
async function listen(server: Server, { port, listensPublicly }: Environment): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        isErrno(error, 'EADDRINUSE')
          ? new ExplainedError(
              `Port ${port} is used by another program.\n` +
                `Stop it, or choose another port: PORT=${port + 1} npm start`,
            )
          : error,
      );
    });
    server.listen(port, listensPublicly ? undefined : '127.0.0.1', resolve);
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function waitForAnswer(url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

interface Banner {
  readonly address: string;
  readonly databasePlace: string;
  readonly environment: Environment;
  readonly devnetUrl: string | null;
}

function printBanner({ address, databasePlace, environment, devnetUrl }: Banner): void {
  const { nearNetworkId, nearNodeUrls } = environment;
  const chain = devnetUrl
    ? `${devnetUrl} (devnet, for development only)`
    : nearNodeUrls.map(hostOf).join(', ');
  console.log(
    [
      '',
      `  초춘심 Choonsim is ready: ${environment.betterAuthUrl ?? address}`,
      '',
      `  chain     ${nearNetworkId} at ${chain}`,
      `  database  ${databasePlace}`,
      '',
    ].join('\n'),
  );
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

explainCrashes();
main().catch((error: unknown) => {
  console.error(explainError(error));
  process.exit(1);
});
