import { join } from 'node:path';
import { FAUCET_ACCOUNT, ROOT_ACCOUNT } from '@choonsim/near-devnet';
import { actions, JsonRpcProvider } from 'near-api-js';
import { compileContract } from '#devnet/testing/compile-contract.ts';
import { startDevnetProcess } from './devnet-process.ts';
import { type Progress, sleep, until } from './progress.ts';
import { temporaryDirectory } from './stage.ts';
import { TransactionSigner } from './transfers.ts';

export interface DevnetFigures {
  transfersPerSecond: number;
  contractCallsPerSecond: number;
  startWith100kMs: number;
}

const senders = 50;
const transfersEach = 200;
const callsEach = 60;
const accounts = 100_000;
const accountsInPatch = 5_000;

export async function measureDevnet(_: object, progress: Progress): Promise<DevnetFigures> {
  const transfersPerSecond = await measureTransfers(progress);
  const contractCallsPerSecond = await measureCalls(progress);
  const startWith100kMs = await measureStart(progress);
  return { transfersPerSecond, contractCallsPerSecond, startWith100kMs };
}

/** From the first request until the last transfer has arrived; signed beforehand, 50 at a time. */
async function measureTransfers(progress: Progress): Promise<number> {
  const { rpcUrl, kill } = await startDevnetProcess(join(temporaryDirectory(), 'devnet'));
  const provider = new JsonRpcProvider({ url: rpcUrl });
  const signers = Array.from({ length: senders }, () => new TransactionSigner());
  await patch(
    rpcUrl,
    signers.map(({ publicKey }) => keyRecord(FAUCET_ACCOUNT, publicKey)),
  );
  const { header } = await provider.viewBlock({ finality: 'final' });
  progress('signing transfers');
  const batches = signers.map((signer) =>
    Array.from({ length: transfersEach }, () =>
      signer.sign({
        signerId: FAUCET_ACCOUNT,
        receiverId: ROOT_ACCOUNT,
        blockHash: header.hash,
      }),
    ),
  );
  const balance = async () =>
    (
      await provider.viewAccount({
        accountId: ROOT_ACCOUNT,
        blockQuery: { finality: 'optimistic' },
      })
    ).amount;
  const count = senders * transfersEach;
  const wanted = (await balance()) + BigInt(count);

  const startMs = performance.now();
  await Promise.all(
    batches.map(async (batch) => {
      for (const bytes of batch) await call(rpcUrl, 'broadcast_tx_async', [bytes]);
    }),
  );
  progress('awaiting the last transfer');
  const isThere = async () => (await balance()) === wanted;
  await until(isThere, { what: `${count} transfers executed`, withinMs: 60_000, everyMs: 20 });
  const seconds = (performance.now() - startMs) / 1000;
  await kill();
  return count / seconds;
}

/** Calls of a WebAssembly contract that writes a value; blocks are fast enough not to be the limit. */
async function measureCalls(progress: Progress): Promise<number> {
  const dataDir = join(temporaryDirectory(), 'devnet-calls');
  const { rpcUrl, kill } = await startDevnetProcess(dataDir, { blockTimeMs: 200 });
  const contractId = 'contract.devnet';
  const code = Buffer.from(await compileContract('probe')).toString('base64');
  const signers = Array.from({ length: senders }, () => new TransactionSigner());
  await patch(rpcUrl, [
    accountRecord(contractId),
    { Contract: { account_id: contractId, code } },
    ...signers.map(({ publicKey }) => keyRecord(FAUCET_ACCOUNT, publicKey)),
  ]);
  const provider = new JsonRpcProvider({ url: rpcUrl });
  const { header } = await provider.viewBlock({ finality: 'final' });
  progress('signing calls');
  const batches = signers.map((signer, index) =>
    Array.from({ length: callsEach }, () =>
      signer.sign(
        { signerId: FAUCET_ACCOUNT, receiverId: contractId, blockHash: header.hash },
        actions.functionCall('put', Buffer.from(`${index}=value`), 10n ** 13n, 0n),
      ),
    ),
  );
  const startMs = performance.now();
  await Promise.all(
    batches.map(async ([...batch]) => {
      const last = batch.pop() ?? '';
      for (const bytes of batch) await call(rpcUrl, 'broadcast_tx_async', [bytes]);
      // The last call of a key executes after all its others.
      await call(rpcUrl, 'send_tx', { signed_tx_base64: last, wait_until: 'EXECUTED_OPTIMISTIC' });
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  await kill();
  return (senders * callsEach) / seconds;
}

/** Includes the start of the process; the state was left by a killed process. */
async function measureStart(progress: Progress): Promise<number> {
  const dataDir = join(temporaryDirectory(), 'devnet');
  const first = await startDevnetProcess(dataDir);
  const { publicKey } = new TransactionSigner();
  for (let from = 0; from < accounts; from += accountsInPatch) {
    const ids = Array.from({ length: accountsInPatch }, (_, i) => `account-${from + i}.devnet`);
    await patch(first.rpcUrl, [
      ...ids.map(accountRecord),
      ...ids.map((accountId) => keyRecord(accountId, publicKey)),
    ]);
    progress(`${from + accountsInPatch} of ${accounts} accounts`);
  }
  await sleep(2_000);
  await first.kill();
  const startMs = performance.now();
  const second = await startDevnetProcess(dataDir);
  const durationMs = performance.now() - startMs;
  const provider = new JsonRpcProvider({ url: second.rpcUrl });
  await provider.viewAccount({ accountId: `account-${accounts - 1}.devnet` });
  await second.kill();
  return durationMs;
}

function accountRecord(accountId: string): object {
  return { Account: { account_id: accountId, account: { amount: '1000000000000000000000000' } } };
}

function keyRecord(accountId: string, publicKey: string): object {
  const accessKey = { nonce: 0, permission: 'FullAccess' };
  return { AccessKey: { account_id: accountId, public_key: publicKey, access_key: accessKey } };
}

function patch(rpcUrl: string, records: object[]): Promise<void> {
  return call(rpcUrl, 'sandbox_patch_state', { records });
}

async function call(rpcUrl: string, method: string, params: unknown): Promise<void> {
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"error"')) throw new Error(`${method}: ${text}`);
}
