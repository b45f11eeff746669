// The layers, the ground first: drizzle, the packages, app, the processes.
// A file imports only downwards.
/** Rooms of the devnet, the ground first. */
const devnetRooms = [
  'bytes',
  'wasm',
  'rules',
  'state',
  'contracts',
  'vm',
  'runtime',
  'journal',
  'chain',
  'rpc',
  'node',
];
const devnet = '^packages/near-devnet/src';
/** Rooms of the engine, the ground first; adapters stand beside them, testing on top. */
const engineRooms = ['core', 'ports', 'service', 'signing', 'wallets', 'operations'];
const engine = '^packages/wallet-engine/src';
const engineIdea = `${engine}/(?!adapters/|testing/|(index|sqlite|postgres)[.]ts$)`;
/**
 * Folders of the app's library, the ground first. The files beside them serve all: a few, like db and log, are below
 * the folders; auth and cron compose them.
 */
const libraryRooms = [
  'forms',
  'settings',
  'http',
  'database',
  'sessions',
  'limits',
  'near',
  'auth',
  'wallet',
  'chat',
  'mail',
  'passkeys',
  'other-sign-in',
  'account',
  'admin',
  'commands',
];
/** Folders of the chat's library, the ground first; what they share stands beside them. */
const chatRooms = ['model', 'care', 'persona', 'reply'];

/** A folder imports from itself and from those before it. */
function importsDownwards({ name, folder, rooms }) {
  return rooms.slice(0, -1).map((room, index) => ({
    name: `${name}-${room}-imports-downwards`,
    severity: 'error',
    from: { path: `${folder}/${room}/`, pathNot: '[.]test[.]tsx?$' },
    to: { path: `${folder}/(${rooms.slice(index + 1).join('|')})/` },
  }));
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'drizzle-is-the-ground',
      severity: 'error',
      from: { path: '^drizzle/' },
      to: { path: '^(app|packages|scripts|server|worker)' },
    },
    {
      name: 'devnet-stands-alone',
      comment: 'The devnet is a chain; it knows neither wallets nor the app.',
      severity: 'error',
      from: { path: '^packages/near-devnet/' },
      to: { path: '^(app|packages/wallet-engine|drizzle|scripts|server|worker)' },
    },
    ...importsDownwards({ name: 'devnet', folder: devnet, rooms: devnetRooms }),
    ...importsDownwards({ name: 'engine', folder: engine, rooms: engineRooms }),
    ...importsDownwards({ name: 'library', folder: '^app/lib', rooms: libraryRooms }),
    ...importsDownwards({ name: 'chat', folder: '^app/lib/chat', rooms: chatRooms }),
    {
      name: 'engine-knows-no-app',
      severity: 'error',
      from: { path: engine },
      to: { path: '^(app|scripts|server|worker)' },
    },
    {
      name: 'the-engine-knows-ports-only',
      comment:
        'Outside libraries live in adapters; the engine itself has no driver, client or web framework.',
      severity: 'error',
      from: { path: engineIdea, pathNot: '[.]test[.]ts$' },
      to: {
        path: `(${engine}/(adapters|testing)/|^packages/near-devnet/|^drizzle/|^node_modules/)`,
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'only-tests-use-the-devnet-and-the-tables-of-the-app',
      severity: 'error',
      from: { path: engine, pathNot: '(/testing/|[.]test[.]ts$)' },
      to: { path: '^(packages/near-devnet|drizzle)/' },
    },
    {
      name: 'one-composition-root',
      severity: 'error',
      from: {
        path: '^(app|server|wallet[.]ts|worker)',
        pathNot: '(^app/lib/near/wallet-engine[.]server[.]ts$|[.]test[.]ts$)',
      },
      to: { path: `${engine}/adapters/`, pathNot: `${engine}/adapters/postgres/` },
    },
    {
      name: 'one-pool-of-connections',
      comment: 'App and engine share the sessions of PostgreSQL, which the app opens.',
      severity: 'error',
      from: {
        path: '^(app|server|wallet[.]ts|worker)',
        pathNot:
          '(^app/lib/(near/wallet-engine|db|database/pooler|database/postgres-statements|commands/move-database)[.]server[.]ts$|[.]test[.]ts$)',
      },
      to: { path: `${engine}/adapters/postgres/` },
    },
    {
      name: 'app-does-not-reach-into-the-devnet',
      severity: 'error',
      from: { path: '^app/', pathNot: '[.]test[.]ts$' },
      to: { path: '^packages/near-devnet/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: {
        pathNot: '([.]test[.]tsx?$|^packages/[^/]+/src/testing/|^tests/|^bench/|^scripts/simulate)',
      },
      to: { path: '([.]test[.]tsx?$|^packages/[^/]+/src/testing/|^tests/)' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|[.]react-router|packages/[^/]+/dist)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
