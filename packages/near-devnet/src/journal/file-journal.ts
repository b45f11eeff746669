import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fromTaggedJson, toTaggedJson } from '../bytes/tagged-json.ts';
import { directoryInUse } from '../rules/data-errors.ts';
import { FileArchive } from './file-archive.ts';
import { readLines } from './file-lines.ts';
import type { Journal, JournalContents, JournalEntry, Origin } from './journal.ts';

const MIN_SNAPSHOT_BYTES = 4 * 1024 * 1024;
const HEAD_BYTES = 16;

/**
 * A journal in a directory: `origin.json`, entries in `blocks-N.jsonl`, a snapshot that names the N it precedes, the
 * height of the last idle block, and finished transactions. Nothing is fsynced: this survives a crash of the process,
 * not of the machine, which is enough for a development chain. A torn last line is dropped.
 */
export class FileJournal implements Journal {
  readonly archive: FileArchive;
  readonly #directory: string;
  readonly #headFile: number;
  #entriesFile: number | null = null;
  #generation = 0;
  #entriesBytes = 0;
  #snapshotBytes = 0;

  /** Opens or creates the directory; throws if another process uses it. */
  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    claimDirectory(this.#path('pid'));
    this.#headFile = openSync(this.#path('head'), existsSync(this.#path('head')) ? 'r+' : 'w+');
    this.archive = new FileArchive(this.#path('transactions.jsonl'));
  }

  get wantsSnapshot(): boolean {
    // Proportional to the size of a snapshot, so that snapshots take the same share of the work at any size.
    return this.#entriesBytes > Math.max(MIN_SNAPSHOT_BYTES, this.#snapshotBytes);
  }

  load(): JournalContents | null {
    if (!existsSync(this.#path('origin.json'))) return null;
    const origin = fromTaggedJson<Origin>(readFileSync(this.#path('origin.json'), 'utf8'));
    if (!origin?.config || !Array.isArray(origin.genesis?.tokens)) {
      throw new SyntaxError('origin.json does not say how a chain began');
    }
    const snapshot = this.#openSnapshot();
    const entries = this.#openEntries();
    return { origin, snapshot, entries, head: this.#readHead() };
  }

  begin(origin: Origin): void {
    this.#openEntries();
    // Last and by rename: a directory without an origin counts as empty.
    replaceFile(this.#path('origin.json'), [toTaggedJson(origin)]);
  }

  append(entry: JournalEntry): void {
    if (this.#entriesFile === null) throw new Error('begin() was not called on the journal');
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    writeSync(this.#entriesFile, line);
    this.#entriesBytes += line.length;
  }

  noteHead(height: number, timestampMs: number): void {
    const bytes = Buffer.alloc(HEAD_BYTES);
    bytes.writeDoubleLE(height);
    bytes.writeDoubleLE(timestampMs, 8);
    writeSync(this.#headFile, bytes, 0, HEAD_BYTES, 0);
  }

  writeSnapshot(lines: Iterable<string>): void {
    const previous = this.#generation;
    this.#generation++;
    this.#snapshotBytes = replaceFile(this.#path('snapshot.jsonl'), [
      JSON.stringify({ generation: this.#generation }),
      ...lines,
    ]);
    this.#openEntries();
    rmSync(this.#entriesPath(previous), { force: true });
  }

  close(): void {
    if (this.#entriesFile !== null) closeSync(this.#entriesFile);
    this.#entriesFile = null;
    closeSync(this.#headFile);
    this.archive.close();
    rmSync(this.#path('pid'), { force: true });
  }

  #openSnapshot(): Iterable<string> | null {
    const path = this.#path('snapshot.jsonl');
    if (!existsSync(path)) return null;
    const [first, ...lines] = readFileSync(path, 'utf8').split('\n');
    const { generation }: { generation: number } = JSON.parse(first ?? '');
    this.#generation = generation;
    lines.pop();
    return lines;
  }

  #openEntries(): JournalEntry[] {
    if (this.#entriesFile !== null) closeSync(this.#entriesFile);
    const file = openSync(this.#entriesPath(this.#generation), 'a+');
    this.#entriesFile = file;
    const entries: JournalEntry[] = [];
    const end = readLines(file, (line) => {
      const entry: JournalEntry = JSON.parse(line.toString('utf8'));
      entries.push(entry);
    });
    ftruncateSync(file, end);
    this.#entriesBytes = end;
    return entries;
  }

  #readHead(): JournalContents['head'] {
    const bytes = Buffer.alloc(HEAD_BYTES);
    if (readSync(this.#headFile, bytes, 0, HEAD_BYTES, 0) < HEAD_BYTES) return null;
    return { height: bytes.readDoubleLE(), timestampMs: bytes.readDoubleLE(8) };
  }

  #entriesPath(generation: number): string {
    return this.#path(`blocks-${generation}.jsonl`);
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}

/** Writes lines to a file atomically; returns its size. */
function replaceFile(path: string, lines: Iterable<string>): number {
  const file = openSync(`${path}.new`, 'w');
  let size = 0;
  let batch: string[] = [];
  const flush = () => {
    size += writeSync(file, `${batch.join('\n')}\n`);
    batch = [];
  };
  for (const line of lines) if (batch.push(line) >= 5_000) flush();
  if (batch.length > 0) flush();
  closeSync(file);
  renameSync(`${path}.new`, path);
  return size;
}

function claimDirectory(path: string): void {
  const pid = otherHolder(path);
  if (pid !== null) throw directoryInUse(dirname(path), pid);
  rmSync(path, { force: true });
  // If two processes start at once, only one can create the file.
  writeFileSync(path, String(process.pid), { flag: 'wx' });
}

/** The living process that holds the directory, or null. */
function otherHolder(path: string): number | null {
  if (!existsSync(path)) return null;
  const pid = Number(readFileSync(path, 'utf8'));
  return pid > 0 && pid !== process.pid && isAlive(pid) ? pid : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process that may not be signalled is alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
