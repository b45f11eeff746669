import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(js|css|svg)$/;
/** Below it the headers outweigh what is saved. */
const WORTH_BYTES = 256;
const BEST = {
  params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
};

/**
 * Puts a `.br` and a `.gz` beside each file of the client build, as small as they get: too slow to
 * do while somebody waits, and done once here.
 */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
    async writeBundle({ dir }, bundle) {
      if (!dir) return;
      await Promise.all(
        Object.values(bundle).map(async (output) => {
          const content = Buffer.from(output.type === 'chunk' ? output.code : output.source);
          if (!TEXT.test(output.fileName) || content.length < WORTH_BYTES) return;
          const file = join(dir, output.fileName);
          await writeFile(`${file}.br`, await promisify(brotliCompress)(content, BEST));
          await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
        }),
      );
    },
  };
}
