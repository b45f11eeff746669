import { readSync } from 'node:fs';

const CHUNK_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

/** Reads a file line by line from its start; returns the end of the last whole line, so that a torn one can be cut off. */
export function readLines(file: number, onLine: (line: Buffer, offset: number) => void): number {
  let rest: Buffer = Buffer.alloc(0);
  // The offset of `rest` in the file.
  let offset = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSync(file, chunk, 0, CHUNK_BYTES, offset + rest.length);
    if (length === 0) return offset;
    const bytes = Buffer.concat([rest, chunk.subarray(0, length)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      onLine(bytes.subarray(start, end), offset + start);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    offset += start;
  }
}
