import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const OWN_PACKAGES = /^packages\/[\w-]+$/;

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/**
 * What is installed is what was looked at: exact versions from the registry, no script of a package
 * that nobody allowed, and no known hole of high severity where the registry answers that question.
 */
function main(): number {
  const faults = [...findUnpinned(), ...findStrangers()];
  for (const fault of faults) console.error(fault);
  const known = findKnownHoles();
  return faults.length > 0 || known > 0 ? 1 : 0;
}

function* findUnpinned(): Generator<string> {
  for (const manifest of globSync(['package.json', 'packages/*/package.json'], { cwd: root })) {
    const { dependencies, devDependencies } =
      readJson<Record<string, Record<string, string>>>(manifest);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
        yield `${manifest}: ${name}: ${version} is no exact version`;
      }
    }
  }
}

function* findStrangers(): Generator<string> {
  const { allowScripts = {} } = readJson<{ allowScripts?: Record<string, boolean> }>(
    'package.json',
  );
  const { packages } = readJson<{ packages: Record<string, LockedPackage> }>('package-lock.json');
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || isOurs(path, entry)) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (entry.link || /^(git|http:|file:)/.test(entry.resolved ?? '')) {
      yield `${path}: not from the registry`;
    }
    // Other platforms' optional packages were never fetched here: their hashes are not known.
    if (!entry.integrity && !entry.optional) yield `${path}: no integrity hash`;
    if (entry.hasInstallScript && !(name in allowScripts)) {
      yield `${path}: an install script nobody has decided about (allowScripts)`;
    }
  }
}

/** A package of this repository, or the link by which the others have it. */
function isOurs(path: string, { link, resolved }: LockedPackage): boolean {
  return OWN_PACKAGES.test(link ? (resolved ?? '') : path);
}

/** @returns how many; 0 where the registry does not answer audits, which is said */
function findKnownHoles(): number {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
  });
  const report = parse(stdout);
  const counts = report?.metadata?.vulnerabilities;
  if (!counts) {
    console.log('Left out: known holes, because the package registry does not answer `npm audit`.');
    return 0;
  }
  const grave = (counts.high ?? 0) + (counts.critical ?? 0);
  if (grave > 0) console.error(`${grave} known holes of high severity: npm audit --omit=dev`);
  return grave;
}

interface AuditReport {
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
}

function parse(text: string): AuditReport | null {
  try {
    return JSON.parse(text) as AuditReport;
  } catch {
    return null;
  }
}

function readJson<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Shape;
}

process.exitCode = main();
