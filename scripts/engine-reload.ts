import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';
import { createSingleFlight } from '#engine/core/single-flight.ts';

/** Editors and version control write several files at once. */
const SETTLE_MS = 200;

/**
 * Reports changes of the engine's sources, without tests, once Vite has dropped the changed modules. Calls do
 * not overlap; changes that come together, or during a call, lead to one more.
 */
export function watchEngineSources({
  root,
  onError,
}: {
  root: string;
  onError: (error: unknown) => void;
}): { plugin: Plugin; onChange(reload: () => Promise<void>): void } {
  const folder = join(root, 'packages/wallet-engine/src') + sep;
  let reload: (() => Promise<void>) | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flight = createSingleFlight({ work: async () => reload?.(), onError });
  const isSource = (file: string) =>
    file.startsWith(folder) &&
    file.endsWith('.ts') &&
    !file.endsWith('.test.ts') &&
    !isOfTests(file);
  const isOfTests = (file: string) => relative(folder, file).startsWith(`testing${sep}`);
  return {
    plugin: {
      name: 'watch-engine-sources',
      hotUpdate({ file }) {
        if (this.environment.name !== 'ssr' || !isSource(file)) return;
        clearTimeout(timer);
        timer = setTimeout(() => void flight.run(), SETTLE_MS);
      },
      async closeBundle() {
        clearTimeout(timer);
        await flight.stop();
      },
    },
    onChange(listener) {
      reload = listener;
    },
  };
}
