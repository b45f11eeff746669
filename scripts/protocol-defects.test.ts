import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { protocolDefects } from './protocol-defects.ts';

const engine = join(import.meta.dirname, '../packages/wallet-engine/src');

// A defect whose text is gone cannot be built in, and its guarantee would be watched by nobody.
it.each(protocolDefects)('"$name" still fits the engine it is to break', (defect) => {
  for (const { file, find } of [defect, ...(defect.also ?? [])]) {
    const occurrences = readFileSync(join(engine, file), 'utf8').split(find).length - 1;
    expect({ file, find, occurrences }).toEqual({ file, find, occurrences: 1 });
  }
});
