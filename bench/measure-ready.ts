import { developmentKey, FAUCET_ACCOUNT, ROOT_ACCOUNT } from '@choonsim/near-devnet';
import { Account, actions, JsonRpcProvider } from 'near-api-js';
import { percentile } from './percentile.ts';
import { type Progress, sleep } from './progress.ts';
import { addUsers, setStage, untilReady, warmUp } from './stage.ts';

export interface ReadyFigures {
  floorP50Ms: number;
  floorP99Ms: number;
  p50Ms: number;
  p99Ms: number;
}

const wallets = 20;
const blockTimeMs = 600;
/** The engine gives its lanes back after 5 s without work, seen every 2 s. */
const idleMs = 7_500;

/** One wallet after another on an idle system, with one transfer between them as the floor. */
export async function measureReady(_: object, progress: Progress): Promise<ReadyFigures> {
  const stage = await setStage();
  const { engine, sql, devnet } = stage;
  await engine.start();
  await warmUp(stage);
  const floorMs: number[] = [];
  const readyMs: number[] = [];
  for (const userId of await addUsers(sql, 'ready', wallets)) {
    const idleUntilMs = performance.now() + idleMs;
    await sleepWithinBlock();
    floorMs.push(await sendTransfer(devnet.rpcUrl));
    await sleep(Math.max(idleUntilMs - performance.now(), 0));
    await sleepWithinBlock();
    const startMs = performance.now();
    await engine.requestWallet(userId);
    await untilReady(sql, [userId], 60_000);
    readyMs.push(performance.now() - startMs);
    progress(`${readyMs.length} of ${wallets} wallets`);
  }
  return {
    floorP50Ms: percentile(floorMs, 50),
    floorP99Ms: percentile(floorMs, 99),
    p50Ms: percentile(readyMs, 50),
    p99Ms: percentile(readyMs, 99),
  };
}

/** Waits end with a block: without this pause, everything would start right after one. */
function sleepWithinBlock(): Promise<void> {
  return sleep(Math.random() * blockTimeMs);
}

/** The floor: one transfer to another account, signed beforehand, sent and awaited to FINAL. */
async function sendTransfer(rpcUrl: string): Promise<number> {
  const provider = new JsonRpcProvider({ url: rpcUrl });
  const sender = new Account(FAUCET_ACCOUNT, provider, developmentKey(FAUCET_ACCOUNT).secretKey);
  const signed = await sender.createSignedTransaction({
    receiverId: ROOT_ACCOUNT,
    actions: [actions.transfer(1n)],
  });
  const startMs = performance.now();
  await provider.sendTransactionUntil(signed, 'FINAL');
  return performance.now() - startMs;
}
