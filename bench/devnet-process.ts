import { type StartedProcess, startProcess } from './child-process.ts';

export interface DevnetProcess extends StartedProcess {
  readonly rpcUrl: string;
}

/** The chain in a process of its own: blocks every 600 ms, a free port, its state in a directory. */
export async function startDevnetProcess(dataDir: string): Promise<DevnetProcess> {
  const started = await startProcess({
    script: 'packages/near-devnet/src/node/main.ts',
    args: ['--port', '0', '--data', dataDir],
    announcement: /RPC\s+(http:\S+)/,
  });
  return { ...started, rpcUrl: started.announced };
}
