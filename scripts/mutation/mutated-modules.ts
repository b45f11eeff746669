import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutant.ts';

const root = join(import.meta.dirname, '../..');
const engineUrl = pathToFileURL(join(root, 'packages/wallet-engine/src/')).href;
const runnerUrl = new URL('small-test-runner.ts', import.meta.url).href;

let generation = 0;
let mutant: Mutant | null = null;
/** With types blanked, so that every offset stays. */
const stripped = new Map<string, string>();

/**
 * Reloads the engine and its tests with the mutant; their dependencies stay loaded.
 * @returns the import URL of an engine file from now on
 */
export function nextGeneration(changed: Mutant | null): (file: string) => string {
  generation += 1;
  mutant = changed;
  const suffix = `?generation=${generation}`;
  return (file) => `${engineUrl}${file}${suffix}`;
}

/** Call once, before any module of the engine is loaded. */
export function installHooks(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const isOurs = context.parentURL?.startsWith(engineUrl) ?? false;
      if (specifier === 'vitest' && isOurs) return { url: runnerUrl, shortCircuit: true };
      const resolved = nextResolve(specifier, context);
      if (!resolved.url.startsWith(engineUrl) || resolved.url.includes('?')) return resolved;
      return { ...resolved, url: `${resolved.url}?generation=${generation}` };
    },
    load(url, context, nextLoad) {
      if (!url.startsWith(engineUrl)) return nextLoad(url, context);
      const path = fileURLToPath(url.split('?')[0] ?? url);
      return { format: 'module', source: sourceOf(path), shortCircuit: true };
    },
  });
}

function sourceOf(path: string): string {
  if (mutant && path === join(root, 'packages/wallet-engine/src', mutant.file)) {
    const source = readFileSync(path, 'utf8');
    return stripTypeScriptTypes(
      source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end),
    );
  }
  const known = stripped.get(path);
  if (known !== undefined) return known;
  const source = stripTypeScriptTypes(readFileSync(path, 'utf8'));
  stripped.set(path, source);
  return source;
}
