#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { DataError } from '../rules/data-errors.ts';
import {
  CHOCO_TOKEN,
  DEVELOPMENT_ACCOUNTS,
  developmentKey,
  SERVICE_ACCOUNT,
} from '../rules/genesis.ts';
import { startDevnetServer } from './devnet-server.ts';

const USAGE = `Usage: near-devnet [--port 3030] [--block-time 600|manual] [--data DIR] [--faults]
                   [--allow-host NAME]...  names beside the loopback ones that requests may come under and from; '*' for any`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3030' },
      'block-time': { type: 'string', default: '600' },
      data: { type: 'string' },
      faults: { type: 'boolean', default: false },
      'allow-host': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const server = await startDevnetServer({
    port: wholeNumber(values.port, '--port'),
    dataDir: values.data ?? null,
    faults: values.faults,
    allowedHosts: values['allow-host'],
    blockTimeMs:
      values['block-time'] === 'manual'
        ? 'manual'
        : wholeNumber(values['block-time'], '--block-time'),
  });
  console.log(banner(server.rpcUrl));
  let stoppingSinceMs: number | null = null;
  const stop = () => {
    // Ctrl-C arrives twice, from the terminal and passed on by npm; a later one means now.
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
  return `Choonsim devnet: a NEAR chain of its own, for development and tests only.

RPC              ${rpcUrl}
Service account  ${SERVICE_ACCOUNT} (1,000,000 NEAR, owner of the token)
Token            ${CHOCO_TOKEN} (1,000,000,000 CHOCO, 18 decimals)
All as JSON      ${rpcUrl}/devnet

Keys everybody knows (never use them elsewhere):
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
