// The lock file must name every platform's optional binaries, or `npm ci` refuses it on another
// platform; npm leaves out those whose manifest it could not read. Run after every install.
import { readFileSync, writeFileSync } from 'node:fs';

const file = 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const packages = lock.packages;
const knownOs = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const knownCpu = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

for (const [at, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries((at && entry.optionalDependencies) || {})) {
    if (packages[`${at}/node_modules/${name}`] ?? packages[`node_modules/${name}`]) continue;
    const words = name.split(/[-/]/);
    const os = knownOs.filter((word) => words.includes(word));
    const cpu = knownCpu.filter((word) => words.includes(word));
    if (cpu.length === 0) continue;
    packages[`node_modules/${name}`] = {
      version,
      cpu,
      ...(os.includes('linux') && { libc: [/musl/.test(name) ? 'musl' : 'glibc'] }),
      ...(entry.dev && { dev: true }),
      optional: true,
      ...(os[0] && { os }),
    };
  }
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
