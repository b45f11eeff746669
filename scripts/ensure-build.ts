import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError } from './explain-error.ts';

const SOURCES = [
  'app',
  'drizzle',
  'provisioning',
  'public',
  'package-lock.json',
  'react-router.config.ts',
  'vite.config.ts',
];

/**
 * Builds what is missing or older than its sources.
 * @throws with the builder's own words when it fails
 */
export function ensureBuild(root: string): void {
  const bundle = join(root, 'build/server/index.js');
  const builder = join(root, 'node_modules/@react-router/dev/bin.cjs');
  const isBuilt = existsSync(bundle);
  if (isBuilt && newestChange(SOURCES.map((source) => join(root, source))) <= changeOf(bundle))
    return;
  console.log(isBuilt ? 'The sources have changed: building…' : 'Building for the first start…');
  const built = spawnSync(process.execPath, [builder, 'build'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (built.status !== 0)
    throw new ExplainedError(`The build failed.\n${built.stdout}\n${built.stderr}`);
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
