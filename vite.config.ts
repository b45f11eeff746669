import { reactRouter } from '@react-router/dev/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { precompress } from './scripts/precompress.ts';

export default defineConfig({
  plugins: [tailwindcss(), reactRouter(), precompress()],
  environments: {
    // The server bundle starts at our own entry: all of app/ lives in it, once.
    ssr: { build: { rolldownOptions: { input: './app/server-entry.ts' } } },
  },
});
