/** Structured logs of the engine; a pino logger fits. Fields never hold a key; error messages appear nowhere else. */
export interface EngineLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
