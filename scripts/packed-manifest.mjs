// Inside this repository a package is its TypeScript sources; what is packed is JavaScript. npm, unlike
// pnpm, does not put `publishConfig` over the manifest when it packs: this does, and takes it away again.
// JavaScript, since a package may be packed by another Node than the project's.
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const MANIFEST = 'package.json';
const KEPT = 'package.json.sources';
const PACKED = 'package.json.packed';

// Also before writing: what a pack that was broken off has left is not the manifest of the sources.
if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
if (process.argv[2] === 'write') {
  copyFileSync(MANIFEST, KEPT);
  const {
    publishConfig,
    scripts: _scripts,
    devDependencies: _devDependencies,
    ...manifest
  } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const { exports, bin } = publishConfig;
  const packed = { ...manifest, exports, ...(bin && { bin }) };
  // In one step: a process that starts in this moment reads the manifest too.
  writeFileSync(PACKED, `${JSON.stringify(packed, null, 2)}\n`);
  renameSync(PACKED, MANIFEST);
}
