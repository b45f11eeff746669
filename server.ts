import { createServer, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RequestHandler } from 'express';
import { isLocalDevnet } from './app/lib/settings/env-exposure.server.ts';
import { takeSecrets } from './app/lib/settings/env-names.server.ts';
import { hostOf } from './packages/wallet-engine/src/core/host-of.ts';
import { reasonOf } from './packages/wallet-engine/src/core/reason-of.ts';
import { createDevelopmentServer } from './scripts/development-server.ts';
import { watchEngineSources } from './scripts/engine-reload.ts';
import { ensureBuild } from './scripts/ensure-build.ts';
import { ExplainedError, explainCrashes, explainError } from './scripts/explain-error.ts';
import { openPort } from './scripts/open-port.ts';
import { stopOnSignal } from './scripts/stop-on-signal.ts';

// Database, backups, secrets and the devnet's journal are readable by this user only.
process.umask(0o077);

type AppEntry = typeof import('./app/server-entry.ts');
type Environment = ReturnType<AppEntry['configure']>;

const root = import.meta.dirname;
/** How long open connections, such as a streamed reply, may take to end at shutdown. */
const GRACE_MS = 3_000;
const FIRST_ANSWER_MS = 60_000;

interface LoadedApp {
  readonly entry: AppEntry;
  readonly clientFiles: string | RequestHandler;
  /** In development: calls with the entry loaded again when the engine's sources have changed. */
  onNewEngine(use: (entry: AppEntry) => Promise<void>): void;
  close(): Promise<void>;
}

type Source = ReturnType<typeof takeSecrets>;

async function main(): Promise<void> {
  // Before anything is loaded or started that might pass them on.
  const source = takeSecrets(process.env);
  const isDevelopment = process.argv.includes('--dev');
  // React chooses its build when it is loaded; the operator's value stays in `source`.
  process.env.NODE_ENV = isDevelopment ? 'development' : 'production';

  const server = createServer();
  const app = isDevelopment ? await loadFromSources(server, source) : await loadFromBuild(source);
  const environment = app.entry.configure(source);
  // A development server is local, whatever the shell's variables are.
  const isForOthers = environment.listensPublicly && !isDevelopment;
  const { port, handOver } = await openPort(server, {
    port: environment.port,
    host: isForOthers ? undefined : '127.0.0.1',
  });
  const address = `http://localhost:${port}`;
  const devnet = await startDevnetIfNeeded(environment);
  const background = await app.entry.startBackgroundWork({
    migrationsFolder: join(root, 'drizzle/migrations'),
  });
  handOver(app.entry.createApplication({ clientFiles: app.clientFiles }));
  app.onNewEngine(async (entry) => {
    entry.configure(source);
    await background.replaceEngine(entry);
    console.log('The wallet engine was restarted from its changed sources.');
  });
  stopOnSignal(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    // Browsers keep connections open whose response, such as a live stream, has just ended.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    // Claims are handed back first, while chain and database are available.
    await background.stop();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
    await closed;
    clearInterval(sweep);
    background.closeDatabase();
    await app.close();
    await devnet?.close();
  });
  await waitForAnswer(`http://127.0.0.1:${port}/healthz`);
  printBanner({
    address,
    environment,
    databasePlace: background.databasePlace,
    devnetUrl: devnet?.rpcUrl ?? null,
  });
}

async function loadFromBuild(source: Source): Promise<LoadedApp> {
  // Production images and browser tests are built beforehand.
  if (!process.argv.includes('--no-build')) {
    ensureBuild(root, { mayBuild: isLocalDevnet(source) });
  }
  const bundle = pathToFileURL(join(root, 'build/server/index.js')).href;
  const entry = (await import(bundle)) as AppEntry;
  const clientFiles = join(root, 'build/client');
  return { entry, clientFiles, onNewEngine: () => {}, close: async () => {} };
}

async function loadFromSources(server: Server, source: Source): Promise<LoadedApp> {
  const { DATA_DIR = '.data', DATABASE_URL = '' } = withoutEmpty(source);
  const hidden = [resolve(DATA_DIR)];
  if (DATABASE_URL.startsWith('file:')) hidden.push(resolve(DATABASE_URL.slice('file:'.length)));
  const { plugin, onChange } = watchEngineSources({
    root,
    onError: (error) =>
      console.error(
        `The wallet engine runs on unchanged: its changed sources could not be loaded. ${explainError(error)}`,
      ),
  });
  const plugins = [plugin];
  const { vite, middlewares } = await createDevelopmentServer({ root, server, hidden, plugins });
  const load = async () => (await vite.ssrLoadModule('./app/server-entry.ts')) as AppEntry;
  return {
    entry: await load(),
    clientFiles: middlewares,
    // Loaded first: sources that do not compile leave the running engine alone.
    onNewEngine: (use) => onChange(async () => use(await load())),
    close: () => vite.close(),
  };
}

/** An empty variable counts as not set. */
function withoutEmpty(source: Source): Source {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
}

/** Starts the embedded chain unless another one is configured or one is already running. */
async function startDevnetIfNeeded({
  nearNetworkId,
  nearNodeUrls,
  devnetPort,
  dataDir,
  devnetFaults,
  devnetBlockMs,
}: Environment) {
  const ownUrl = `http://127.0.0.1:${devnetPort}`;
  if (nearNetworkId !== 'devnet' || nearNodeUrls[0] !== ownUrl) return null;
  if (await isDevnetAt(ownUrl)) {
    console.log(`A devnet is running at ${ownUrl} already; using it.`);
    return null;
  }
  const { startDevnetServer } = await import('@choonsim/near-devnet');
  const { DataError } = await import('@choonsim/near-devnet');
  const folder = join(dataDir, 'devnet');
  return startDevnetServer({
    port: devnetPort,
    dataDir: folder,
    faults: devnetFaults,
    blockTimeMs: devnetBlockMs,
  }).catch((error: unknown) => {
    if (error instanceof DataError) throw new ExplainedError(error.message);
    throw new ExplainedError(
      isErrno(error, 'EADDRINUSE') || String(error).includes('already in use')
        ? `Port ${devnetPort}, where the devnet would listen, is used by another program.\n` +
            `Stop it, or choose another port: DEVNET_PORT=${devnetPort + 1} npm start`
        : `The devnet cannot be started in ${folder}: ${reasonOf(error)}.\n` +
            'Use another folder (DATA_DIR), or the chain of the one that runs there (DEVNET_PORT).',
    );
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

async function waitForAnswer(url: string): Promise<void> {
  // In development the first response waits for all sources to be compiled.
  const response = await fetch(url, { signal: AbortSignal.timeout(FIRST_ANSWER_MS) });
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
