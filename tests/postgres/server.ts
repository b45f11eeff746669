import type { TestProject } from 'vitest/node';
import {
  postgresServerMissing,
  startPostgresServer,
} from '../../packages/wallet-engine/src/testing/postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One server for all test files; each file has its own database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = postgresServerMissing();
  if (missing !== null) throw new Error(`NOT RUN: ${missing}`);
  const server = await startPostgresServer();
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
