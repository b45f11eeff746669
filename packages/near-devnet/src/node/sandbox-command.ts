import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FileJournal } from '../journal/file-journal.ts';
import { createDevnet } from './devnet.ts';
import { type DevnetServer, startDevnetServer } from './devnet-server.ts';
import { initHome, readHome } from './sandbox-home.ts';

/** The options of `near-sandbox` that have an effect; others that test tools pass are ignored. */
export interface SandboxOptions {
  readonly home?: string | undefined;
  readonly chainId?: string | undefined;
  readonly accountId?: string | undefined;
  /** `host:port` */
  readonly rpcAddr?: string | undefined;
  /** Whether a dump is a folder of files instead of one file. */
  readonly isStream?: boolean;
}

/** Runs a command of `near-sandbox`; returns the server for `run`, null for the others. */
export async function runSandboxCommand(
  command: readonly string[],
  options: SandboxOptions,
): Promise<DevnetServer | null> {
  const home = options.home ?? join(homedir(), '.near');
  switch (command.join(' ')) {
    case 'init': {
      const { chainId = 'localnet', accountId = 'test.near' } = options;
      initHome(home, { chainId, accountId });
      return null;
    }
    case 'run':
      return run(home, options.rpcAddr ?? '0.0.0.0:3030');
    case 'view-state dump-state':
      await dumpState(home, options.isStream ?? false);
      return null;
    default:
      throw new Error(
        `near-devnet knows init, run and view-state dump-state, not ${command.join(' ')}`,
      );
  }
}

async function run(home: string, rpcAddr: string): Promise<DevnetServer> {
  const { genesis, dataDir, blockTimeMs } = readHome(home);
  const separator = rpcAddr.lastIndexOf(':');
  const server = await startDevnetServer({
    host: rpcAddr.slice(0, separator),
    port: Number(rpcAddr.slice(separator + 1)),
    dataDir,
    genesis,
    blockTimeMs,
  });
  // For `view-state dump-state`, which runs in another process.
  writeFileSync(addressFile(home), server.rpcUrl);
  return server;
}

const addressFile = (home: string) => join(home, 'data', 'rpc-url');

/** Writes the state of the node that runs in the folder, or of its stored chain. */
async function dumpState(home: string, isStream: boolean): Promise<void> {
  const files = readHome(home);
  const records = (await askForRecords(home)) ?? recordsOnDisk(files.dataDir);
  const genesis = readJsonFile(join(home, 'genesis.json'));
  if (!isStream) {
    writeJsonFile(join(home, 'output.json'), { ...genesis, records });
    return;
  }
  const output = join(home, 'output');
  mkdirSync(output, { recursive: true });
  writeJsonFile(join(output, 'genesis.json'), { ...genesis, records: [] });
  writeJsonFile(join(output, 'records.json'), records);
  for (const name of ['config.json', 'node_key.json', 'validator_key.json']) {
    copyFileSync(join(home, name), join(output, name));
  }
}

/** The records of the node that runs in the folder, or null if none answers. */
async function askForRecords(home: string): Promise<unknown[] | null> {
  if (!existsSync(addressFile(home))) return null;
  const url = readFileSync(addressFile(home), 'utf8').replace('//0.0.0.0:', '//127.0.0.1:');
  try {
    const response = await fetch(`${url}/devnet/state`);
    const { records }: { records: unknown[] } = await response.json();
    return records;
  } catch {
    return null;
  }
}

function recordsOnDisk(dataDir: string): object[] {
  const devnet = createDevnet({ journal: new FileJournal(dataDir) });
  try {
    return devnet.stateRecords();
  } finally {
    devnet.close();
  }
}

function readJsonFile(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJsonFile(path: string, content: unknown): void {
  writeFileSync(path, JSON.stringify(content));
}
