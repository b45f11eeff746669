import { reactRouter } from '@react-router/dev/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { precompress } from './scripts/precompress.ts';

export default defineConfig(({ command }) => ({
  plugins: [tailwindcss(), reactRouter(), precompress()],
  environments: {
    ssr: {
      // The server bundle starts at our own entry: all of app/ lives in it, once.
      build: { rolldownOptions: { input: './app/server-entry.ts' } },
      // With its libraries in it: loading 1,400 small files took half the start and 50 MB more. One has native
      // code, one is not installed, and Node prints warnings about Express outside of node_modules.
      ...(command === 'build' && {
        resolve: {
          noExternal: true as const,
          external: ['better-sqlite3', 'express', 'pg-native'],
        },
      }),
    },
    client: {
      build: {
        rolldownOptions: {
          output: {
            // A dozen files instead of thirty: on a phone each request costs more than its bytes.
            codeSplitting: {
              groups: [
                {
                  name: 'framework',
                  test: /node_modules\/(react|react-dom|react-router|scheduler)\//,
                },
                { name: 'shared', test: /\/app\//, minShareCount: 3 },
              ],
            },
          },
        },
      },
    },
  },
}));
