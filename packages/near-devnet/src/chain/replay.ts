import type { JournalContents, JournalEntry } from '../journal/journal.ts';
import { decodeTransaction } from '../rules/decode-transaction.ts';
import { applyPatches } from '../state/state-patch.ts';
import type { Chain } from './chain.ts';
import { restoreSnapshot } from './snapshot.ts';

/** Brings a new chain, which must have no archive yet, to the end of its journal. */
export function replay(chain: Chain, { snapshot, entries, head }: JournalContents): void {
  if (snapshot !== null) restoreSnapshot(chain, snapshot);
  for (const entry of entries) replayEntry(chain, entry);
  if (head !== null && head.height > chain.head) chain.idleUntil(head.height, head.timestampMs);
}

function replayEntry(chain: Chain, entry: JournalEntry): void {
  const { height, timestampMs } = entry;
  switch (entry.type) {
    case 'block': {
      // Only blocks that are not empty are written; those between were idle.
      chain.idleUntil(height - 1, timestampMs);
      const transactions = entry.transactions.map(([text, forcedError]) => ({
        tx: decodeTransaction(Buffer.from(text, 'base64')),
        forcedError,
      }));
      let current: (typeof transactions)[number] | undefined;
      chain.produce(
        {
          take: () => {
            current = transactions.shift();
            return current?.tx ?? null;
          },
          forcedError: () => current?.forcedError ?? null,
        },
        timestampMs,
      );
      return;
    }
    case 'skip':
      chain.idleUntil(height - 1, timestampMs);
      chain.blocks.skip();
      return;
    case 'revert':
      chain.idleUntil(height, timestampMs);
      chain.revertHead();
      return;
    case 'prune':
      chain.idleUntil(height, timestampMs);
      chain.prune(entry.earliest);
      return;
    case 'patch':
      chain.idleUntil(height, timestampMs);
      chain.patch((state) => applyPatches(state, chain.rules.config, entry.patches));
  }
}
