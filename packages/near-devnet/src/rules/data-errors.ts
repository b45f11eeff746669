import { join } from 'node:path';
import { BorshError } from '../bytes/borsh-reader.ts';

/** The chain's data cannot be read or written; the message says what to do. */
export class DataError extends Error {
  override name = 'DataError';
}

/** Another devnet keeps its chain there. */
export function directoryInUse(directory: string, pid: number): DataError {
  return new DataError(
    `A devnet (process ${pid}) is using the data directory ${directory} already. Stop it, or give this one ` +
      `another directory. If no devnet is running, delete ${join(directory, 'pid')}.`,
  );
}

/** A DataError for an error of the file system, or for files that are not what a devnet wrote; any other error unchanged. */
export function explainDataError(error: unknown, directory: string): unknown {
  if (error instanceof SyntaxError || error instanceof BorshError) {
    return new DataError(
      `The chain in ${directory} cannot be read: ${error.message}. Delete the directory to start a new chain there.`,
      { cause: error },
    );
  }
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error;
  const options = { cause: error };
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DataError(
        `The disk is full: the devnet can no longer write to ${directory}. Make room and start it again; ` +
          'what it answered until now is kept.',
        options,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new DataError(
        `The devnet may not write to ${directory} (${error.code}). Give it another directory, or the right to this one.`,
        options,
      );
    default:
      return new DataError(
        `The devnet cannot keep its chain in ${directory}: ${error.message}. Give it another directory.`,
        options,
      );
  }
}
