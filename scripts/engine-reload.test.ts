import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { watchEngineSources } from './engine-reload.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'choonsim-reload-')));
const reload = vi.fn(async () => {});
const onError = vi.fn();
let vite: ViteDevServer;

/** As Vite's watcher does when the file was written. */
const change = (file: string) => vite.watcher.emit('change', join(root, file));

beforeAll(async () => {
  const { plugin, onChange } = watchEngineSources({ root, onError });
  onChange(reload);
  vite = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    server: { middlewareMode: true, ws: false },
    optimizeDeps: { noDiscovery: true },
    plugins: [plugin],
  });
}, 60_000);

afterAll(async () => {
  await vite?.close();
  rmSync(root, { recursive: true });
});

it('a change of the engine’s sources reloads once, whatever else changes', async () => {
  change('app/page.ts');
  change('packages/wallet-engine/src/core/wallet.test.ts');
  change('packages/wallet-engine/src/testing/world.ts');
  change('packages/wallet-engine/src/core/wallet.ts');
  change('packages/wallet-engine/src/core/clock.ts');
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1), 10_000);
});

it('a failed reload is reported, and the next change reloads again', async () => {
  reload.mockRejectedValueOnce(new Error('no such export'));
  change('packages/wallet-engine/src/core/clock.ts');
  await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(1), 10_000);
  change('packages/wallet-engine/src/core/clock.ts');
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(2), 10_000);
  expect(onError).toHaveBeenCalledTimes(1);
});
