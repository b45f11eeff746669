#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readRecords } from '../rpc/patch-request.ts';
import { DataError } from '../rules/data-errors.ts';
import {
  CHOCO_TOKEN,
  DEVELOPMENT_ACCOUNTS,
  developmentKey,
  SERVICE_ACCOUNT,
} from '../rules/genesis.ts';
import type { StateRecord } from '../rules/state-record.ts';
import { type DevnetServer, startDevnetServer } from './devnet-server.ts';
import { runSandboxCommand } from './sandbox-command.ts';

const USAGE = `Usage: near-devnet [--host 127.0.0.1] [--port 3030] [--block-time 600|manual] [--data DIR] [--faults]
                   [--state FILE]  adds records to the genesis of a new chain, as GET /devnet/state returns them
                   [--allow-host NAME]...  accepts NAME in Host and Origin, beside loopback names; '*' for any

As near-sandbox, for tools that start one (NEAR_SANDBOX_BIN_PATH):
       near-devnet --home DIR init [--chain-id localnet] [--account-id test.near]
       near-devnet --home DIR run [--rpc-addr 0.0.0.0:3030]
       near-devnet --home DIR view-state dump-state [--stream]`;

const OPTIONS = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '3030' },
  'block-time': { type: 'string', default: '600' },
  data: { type: 'string' },
  state: { type: 'string' },
  faults: { type: 'boolean', default: false },
  'allow-host': { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
  version: { type: 'boolean', short: 'V', default: false },
} as const;

// Options that tools pass to near-sandbox; some have no effect here.
const SANDBOX_OPTIONS = {
  home: { type: 'string' },
  'chain-id': { type: 'string' },
  'account-id': { type: 'string' },
  'test-seed': { type: 'string' },
  'rpc-addr': { type: 'string' },
  'network-addr': { type: 'string' },
  'boot-nodes': { type: 'string' },
  fast: { type: 'boolean' },
  stream: { type: 'boolean' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { ...OPTIONS, ...SANDBOX_OPTIONS },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (values.version) {
    console.log('near-devnet');
    return;
  }
  if (positionals.length > 0) {
    const server = await runSandboxCommand(positionals, {
      home: values.home,
      chainId: values['chain-id'],
      accountId: values['account-id'],
      rpcAddr: values['rpc-addr'],
      isStream: values.stream ?? false,
    });
    if (server !== null) stopOnSignal(server);
    return;
  }
  const server = await startDevnetServer({
    host: values.host,
    port: wholeNumber(values.port, '--port'),
    dataDir: values.data ?? null,
    faults: values.faults,
    genesis: values.state === undefined ? {} : { records: readStateFile(values.state) },
    allowedHosts: values['allow-host'] ?? [],
    blockTimeMs:
      values['block-time'] === 'manual'
        ? 'manual'
        : wholeNumber(values['block-time'], '--block-time'),
  });
  console.log(banner(server.rpcUrl));
  stopOnSignal(server);
}

function readStateFile(path: string): StateRecord[] {
  const { records }: { records?: unknown } = JSON.parse(readFileSync(path, 'utf8'));
  return readRecords(records);
}

function stopOnSignal(server: DevnetServer): void {
  let stoppingSinceMs: number | null = null;
  const stop = () => {
    // Ctrl-C arrives twice, from the terminal and from npm; a later one ends the process at once.
    if (stoppingSinceMs !== null) {
      if (performance.now() - stoppingSinceMs > 1_000) process.exit(1);
      return;
    }
    stoppingSinceMs = performance.now();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function wholeNumber(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} must be a whole number, not "${text}"`);
  return Number(text);
}

function banner(rpcUrl: string): string {
  const keys = DEVELOPMENT_ACCOUNTS.map(
    (id) => `  ${id.padEnd(18)} ${developmentKey(id).secretKey}`,
  );
  return `Choonsim devnet: a local NEAR chain, for development and tests only.

RPC              ${rpcUrl}
Service account  ${SERVICE_ACCOUNT} (1,000,000 NEAR, owner of the token)
Token            ${CHOCO_TOKEN} (1,000,000,000 CHOCO, 18 decimals)
All as JSON      ${rpcUrl}/devnet

Published keys (never use them elsewhere):
${keys.join('\n')}

near-api-js:
  new JsonRpcProvider({ url: '${rpcUrl}' })
`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  if (!(error instanceof DataError)) console.error(USAGE);
  process.exit(1);
});
