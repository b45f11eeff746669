/** Why something failed, from its innermost cause: the errors around it say only that it failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  // An address with several records fails with an error for each of them and no message of its own.
  return error.message || String(Object(error).code ?? error.name);
}
