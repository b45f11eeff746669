import type { Progress } from './progress.ts';

/** Loaded one by one, so that no part carries another's code in memory. */
const parts = {
  devnet: async () => (await import('./measure-devnet.ts')).measureDevnet,
  request: async () => (await import('./measure-request.ts')).measureRequest,
  signUp: async () => (await import('./measure-sign-up.ts')).measureSignUp,
  crowd: async () => (await import('./measure-crowd.ts')).measureCrowd,
  ready: async () => (await import('./measure-ready.ts')).measureReady,
  storm: async () => (await import('./measure-storm.ts')).measureStorm,
  stock: async () => (await import('./measure-stock.ts')).measureStock,
  plan: async () => (await import('./plan-as-written.ts')).measurePlan,
  depth: async () => (await import('./measure-depth.ts')).measureDepth,
  takeover: async () => (await import('./measure-takeover.ts')).measureTakeover,
};

export type Parts = {
  [Name in keyof typeof parts]: Awaited<ReturnType<(typeof parts)[Name]>>;
};

/** Message to the parent process. */
export type Message = { progress: string } | { result: unknown };

/** Each measurement runs in its own process: one engine, its own memory. */
async function main(): Promise<void> {
  // Its temporary files and its own processes go with it.
  process.once('disconnect', () => process.exit(1));
  process.once('SIGTERM', () => process.exit(1));
  const [name, optionsJson = '{}'] = process.argv.slice(2);
  if (!name || !Object.hasOwn(parts, name)) throw new Error(`there is no part ${name}`);
  const measure = (await parts[name as keyof Parts]()) as (
    options: unknown,
    progress: Progress,
  ) => Promise<unknown>;
  const tell = (message: Message) =>
    new Promise<void>((resolve) => {
      process.send?.(message, () => resolve());
    });
  const result = await measure(JSON.parse(optionsJson), (text) => void tell({ progress: text }));
  await tell({ result });
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
