import { reactRouter } from '@react-router/dev/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { precompress } from './scripts/precompress.ts';

export default defineConfig({
  plugins: [tailwindcss(), reactRouter(), precompress()],
  environments: {
    // The server bundle starts at our own entry: all of app/ lives in it, once.
    ssr: { build: { rolldownOptions: { input: './app/server-entry.ts' } } },
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
});
