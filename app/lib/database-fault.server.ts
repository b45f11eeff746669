type DatabaseFaultCode = 'DATABASE_MISSING' | 'DATABASE_UNREACHABLE' | 'DATABASE_NOT_MIGRATED';

/** The database cannot be used as it is: what is wrong and what to do, in a sentence each. */
export class DatabaseUnusableError extends Error {
  readonly code: DatabaseFaultCode;
  readonly fault: string;
  readonly remedy: string;

  constructor(
    code: DatabaseFaultCode,
    { fault, remedy, cause }: { fault: string; remedy: string; cause?: unknown },
  ) {
    super(`DATABASE_URL: ${fault} ${remedy}`, { cause });
    this.name = 'DatabaseUnusableError';
    this.code = code;
    this.fault = fault;
    this.remedy = remedy;
  }
}
