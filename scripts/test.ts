import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromiumPath } from './find-chromium.ts';

const root = join(import.meta.dirname, '..');

/**
 * All tests this machine can run; what is left out is said, and in CI nothing may be. Figures are no
 * tests: `npm run bench` and `npm run test:speed` measure, on a machine with nothing else to do.
 */
function main(): number {
  const unit = run('node_modules/vitest/vitest.mjs', 'run');
  if (unit !== 0) return unit;
  if (chromiumPath()) {
    const projects = ['--project=phone', '--project=desktop'];
    return run('node_modules/@playwright/test/cli.js', 'test', ...projects);
  }
  console.log(
    '\nLeft out: the browser tests in tests/e2e, because no Chromium was found.\n' +
      'To have them: apt-get install chromium-headless-shell (Debian, Ubuntu), then npm test again.',
  );
  if (process.env.CI !== 'true') return 0;
  console.log('With CI=true nothing may be left out.');
  return 1;
}

function run(script: string, ...args: string[]): number {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 1;
}

process.exit(main());
