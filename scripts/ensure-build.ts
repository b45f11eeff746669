import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment } from './clean-environment.ts';
import { ExplainedError } from './explain-error.ts';

const SOURCES = [
  'app',
  'drizzle',
  'packages/wallet-engine/src',
  'public',
  'package-lock.json',
  'react-router.config.ts',
  'vite.config.ts',
];

/**
 * Sees to it that the bundle is there and not older than its sources: built here for development,
 * demanded where something is at stake. A start with secrets runs no bundler.
 * @throws ExplainedError when it must be built beforehand, cannot be read or written, or does not build
 */
export function ensureBuild(root: string, { mayBuild }: { mayBuild: boolean }): void {
  const fault = findBuildError(root);
  if (fault === null) return;
  if (!mayBuild) {
    throw new ExplainedError(
      `${fault}, and a deployment off the devnet is never built at its start.\n` +
        'Run: npm run build (where the build comes with an image: npm start -- --no-build)',
    );
  }
  console.log(`${fault}: building…`);
  const builder = join(root, 'node_modules/@react-router/dev/bin.cjs');
  const built = spawnSync(process.execPath, [builder, 'build'], {
    cwd: root,
    encoding: 'utf8',
    env: cleanEnvironment({ NODE_ENV: 'production' }),
  });
  if (built.status !== 0)
    throw new ExplainedError(`The build failed.\n${built.stdout}\n${built.stderr}`);
}

/** @returns why the bundle cannot be used as it is; null when it can */
function findBuildError(root: string): string | null {
  const folder = join(root, 'build');
  const bundle = join(folder, 'server/index.js');
  requireAccess(folder, constants.R_OK | constants.X_OK);
  if (!existsSync(bundle)) {
    requireAccess(folder, constants.W_OK);
    return 'There is no build';
  }
  requireAccess(bundle, constants.R_OK);
  const sources = SOURCES.map((source) => join(root, source));
  if (newestChange(sources) <= changeOf(bundle)) return null;
  requireAccess(folder, constants.W_OK);
  return 'The build is older than its sources';
}

/** Made by another user, who may have kept it to himself. */
function requireAccess(path: string, mode: number): void {
  try {
    accessSync(path, mode);
  } catch (error) {
    const code: unknown = Object(error).code;
    if (code === 'ENOENT') return;
    throw new ExplainedError(
      `${path} belongs to another user or is protected (${String(code)}).\n` +
        'Start as the user who has built it, or remove the folder build and run: npm run build',
    );
  }
}

function changeOf(path: string): number {
  return statSync(path).mtimeMs;
}

/** A folder's own time counts too: it tells of a removed file. */
function newestChange(paths: readonly string[]): number {
  let newest = 0;
  for (const path of paths) {
    if (!existsSync(path)) continue;
    newest = Math.max(newest, changeOf(path));
    if (!statSync(path).isDirectory()) continue;
    const children = readdirSync(path).map((name) => join(path, name));
    newest = Math.max(newest, newestChange(children));
  }
  return newest;
}
