import type { Genesis } from '../rules/genesis.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type { StateRecord } from '../rules/state-record.ts';
import type { ErrorJson } from '../state/receipt.ts';
import type { TransactionArchive } from '../state/transaction-records.ts';

/** One step of a chain. Replaying all steps in order gives the same chain. */
export type JournalEntry =
  | {
      readonly type: 'block';
      readonly height: number;
      readonly timestampMs: number;
      /** Signed bytes in base64, in the order they were included; an error for one included although invalid. */
      readonly transactions: readonly (readonly [bytes: string, forcedError: ErrorJson | null])[];
    }
  | { readonly type: 'skip'; readonly height: number; readonly timestampMs: number }
  | { readonly type: 'revert'; readonly height: number; readonly timestampMs: number }
  | {
      readonly type: 'prune';
      readonly height: number;
      readonly timestampMs: number;
      /** The oldest height to keep. */
      readonly earliest: number;
    }
  | {
      readonly type: 'patch';
      readonly height: number;
      readonly timestampMs: number;
      readonly patches: readonly StateRecord[];
    };

/** How a chain began: written once, and used again after a restart. */
export interface Origin {
  readonly genesis: Genesis;
  readonly config: ProtocolConfig;
  readonly genesisTimeMs: number;
}

/** The contents of a journal of an existing chain. */
export interface JournalContents {
  readonly origin: Origin;
  /** The lines of the last snapshot, or null when there is none. */
  readonly snapshot: Iterable<string> | null;
  readonly entries: Iterable<JournalEntry>;
  /** The last block, idle ones included. */
  readonly head: { readonly height: number; readonly timestampMs: number } | null;
}

/** Persistent storage of a chain. */
export interface Journal {
  /** Finished transactions. */
  readonly archive: TransactionArchive;
  /** The stored chain, or null if there is none. */
  load(): JournalContents | null;
  begin(origin: Origin): void;
  /** Stores an entry; once this returns, a crash of this process cannot lose it. */
  append(entry: JournalEntry): void;
  /** Notes the height of an idle block. */
  noteHead(height: number, timestampMs: number): void;
  /** Whether replaying the entries would take long enough to make a snapshot worthwhile. */
  readonly wantsSnapshot: boolean;
  writeSnapshot(lines: Iterable<string>): void;
  close(): void;
}
