import { type StartedProcess, startProcess } from './child-process.ts';

export interface DevnetProcess extends StartedProcess {
  readonly rpcUrl: string;
}

/** Starts the devnet as a separate process on a free port, with its state in a directory. */
export async function startDevnetProcess(
  dataDir: string,
  { blockTimeMs = 600 } = {},
): Promise<DevnetProcess> {
  const started = await startProcess({
    script: 'packages/near-devnet/src/node/main.ts',
    args: ['--port', '0', '--data', dataDir, '--block-time', String(blockTimeMs)],
    announcement: /RPC\s+(http:\S+)/,
  });
  return { ...started, rpcUrl: started.announced };
}
