import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { Hash } from '../bytes/hash.ts';
import { fromTaggedJson, toTaggedJson } from '../bytes/tagged-json.ts';
import type { TransactionRecord } from '../state/transaction-record.ts';
import type { TransactionArchive } from '../state/transaction-records.ts';
import { readLines } from './file-lines.ts';

const HASH_LENGTH = 64;

/** After the hash: whether the transaction can have no further effect. */
const SPENT = '+';
const UNSPENT = '-';
const PREFIX_LENGTH = HASH_LENGTH + 1;

interface Place {
  readonly offset: number;
  readonly length: number;
  readonly isSpent: boolean;
}

/** Finished transactions in a file, one per line, each starting with its hash; memory holds only their offsets. */
export class FileArchive implements TransactionArchive {
  readonly #file: number;
  readonly #places = new Map<Hash, Place>();
  #size: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a+');
    this.#size = readLines(this.#file, (line, offset) => {
      const hash = line.toString('latin1', 0, HASH_LENGTH);
      const isSpent = line[HASH_LENGTH] === SPENT.charCodeAt(0);
      this.#places.set(hash, { offset, length: line.length, isSpent });
    });
    ftruncateSync(this.#file, this.#size);
  }

  has(hash: Hash): boolean {
    return this.#places.has(hash);
  }

  get(hash: Hash): TransactionRecord | undefined {
    const place = this.#places.get(hash);
    if (place === undefined) return undefined;
    const bytes = Buffer.alloc(place.length);
    readSync(this.#file, bytes, 0, place.length, place.offset);
    return fromTaggedJson<TransactionRecord>(bytes.toString('utf8', PREFIX_LENGTH));
  }

  put(record: TransactionRecord): void {
    const { hash } = record.transaction;
    const isSpent = record.receipts.size > 0;
    const known = this.#places.get(hash);
    // A transaction that was included although invalid may be included again and take effect; then the later line counts.
    if (known !== undefined && (known.isSpent || !isSpent)) return;
    const line = Buffer.from(`${hash}${isSpent ? SPENT : UNSPENT}${toTaggedJson(record)}\n`);
    writeSync(this.#file, line);
    this.#places.set(hash, { offset: this.#size, length: line.length - 1, isSpent });
    this.#size += line.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}
