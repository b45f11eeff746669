import { ServiceFault } from '../errors.ts';
import type {
  AccessKeyView,
  FinalBlock,
  FinalOutcome,
  NearChain,
  NodeView,
  TransactionAnswer,
} from '../near-chain.ts';
import {
  isRecord,
  type JsonRpcClient,
  NoAnswerError,
  type RpcAnswer,
  type RpcError,
} from './json-rpc-client.ts';

const viewTimeoutMs = 5_000;
/** The node itself waits 10 s for the wanted status. */
const waitTimeoutMs = 15_000;

/** NEAR's JSON-RPC. Nothing here signs or signs again. */
export function createJsonRpcNearChain({
  rpc,
  archival = null,
}: {
  rpc: JsonRpcClient;
  /** Nodes that never forget, asked only to prove a transaction dead. */
  archival?: JsonRpcClient | null;
}): NearChain {
  let newest: FinalBlock | null = null;

  const query = async (params: Record<string, unknown>, atHeight?: number) => {
    const at = atHeight === undefined ? { finality: 'final' } : { block_id: atHeight };
    const answer = await rpc.call({
      method: 'query',
      params: { ...params, ...at },
      timeoutMs: viewTimeoutMs,
    });
    if ('result' in answer && isRecord(answer.result)) return answer.result;
    if ('error' in answer && absences.has(answer.error.cause)) return null;
    throw unusable('query', answer);
  };

  const callView = async (
    view: { tokenContract: string; method: string; args: object },
    atHeight?: number,
  ): Promise<unknown> => {
    const { tokenContract, method, args } = view;
    const result = await query(
      {
        request_type: 'call_function',
        account_id: tokenContract,
        method_name: method,
        args_base64: Buffer.from(JSON.stringify(args)).toString('base64'),
      },
      atHeight,
    );
    if (!result || typeof result.error === 'string') {
      const reason = result ? result.error : 'no such account or contract';
      throw new ServiceFault('TOKEN_CONTRACT_MISSING', `${tokenContract}.${method}: ${reason}`);
    }
    return JSON.parse(Buffer.from(result.result as number[]).toString('utf8'));
  };

  const askEndpoint = async (
    client: JsonRpcClient,
    url: string,
    {
      hash,
      signerId,
      minFinalHeight,
      reachBackTo,
    }: Parameters<NearChain['readTransactionEverywhere']>[0],
  ): Promise<TransactionAnswer | 'not-qualified'> => {
    const call = (method: string, params: unknown) =>
      client.callEndpoint(url, { method, params, timeoutMs: waitTimeoutMs });
    const final = finalBlock(await call('block', { finality: 'final' }));
    if (final.height < minFinalHeight) return 'not-qualified';
    const status = await call('status', []);
    if (earliestHeight(status) > reachBackTo) return 'not-qualified';
    return transactionAnswer(
      await call('tx', { tx_hash: hash, sender_account_id: signerId, wait_until: 'NONE' }),
    );
  };

  const viewNode = async (
    { client, isArchival }: { client: JsonRpcClient; isArchival: boolean },
    url: string,
  ): Promise<NodeView> => {
    const ask = (method: string, params: unknown) =>
      client.callEndpoint(url, { method, params, timeoutMs: viewTimeoutMs });
    try {
      const status = await ask('status', []);
      const final = finalBlock(await ask('block', { finality: 'final' }));
      const { chain_id: chainId, genesis_hash: genesisHash } =
        'result' in status && isRecord(status.result) ? status.result : {};
      if (typeof genesisHash !== 'string') throw unusable('status', status);
      return {
        url,
        isArchival,
        isAnswering: true,
        chainId: String(chainId),
        genesisHash,
        finalHeight: final.height,
        finalBlockAtMs: final.timestampMs,
        earliestHeight: earliestHeight(status),
      };
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof ServiceFault)) throw error;
      const failure = error.message;
      return { url, isArchival, isAnswering: false, failure, finalHeight: 0, finalBlockAtMs: 0 };
    }
  };

  return {
    readNodes: () =>
      Promise.all([
        ...rpc.urls.map((url) => viewNode({ client: rpc, isArchival: false }, url)),
        ...(archival?.urls ?? []).map((url) =>
          viewNode({ client: archival ?? rpc, isArchival: true }, url),
        ),
      ]),

    async readGenesisHash() {
      const answer = await rpc.call({ method: 'status', params: [], timeoutMs: viewTimeoutMs });
      const hash =
        'result' in answer && isRecord(answer.result) ? answer.result.genesis_hash : null;
      if (typeof hash !== 'string') throw unusable('status', answer);
      return hash;
    },

    async readFinalBlock() {
      const block = finalBlock(
        await rpc.call({
          method: 'block',
          params: { finality: 'final' },
          timeoutMs: viewTimeoutMs,
        }),
      );
      // Of several endpoints one may lag: what was seen final stays final, and a view pinned to it
      // fails at that endpoint instead of showing an older state.
      if (!newest || block.height > newest.height) newest = block;
      return newest;
    },

    sendTransaction: ({ signedBytes }) =>
      neverThrowing(async () => {
        const answer = await rpc.call({
          method: 'send_tx',
          params: { signed_tx_base64: signedBytes, wait_until: 'INCLUDED' },
          timeoutMs: waitTimeoutMs,
        });
        // Of the bytes, here; of a question about a hash it would say nothing.
        const isUnreadable = 'error' in answer && answer.error.cause === 'PARSE_ERROR';
        return isUnreadable
          ? { kind: 'rejected', reason: 'ParseError' }
          : transactionAnswer(answer);
      }),

    readTransaction: ({ hash, signerId }) =>
      neverThrowing(async () => {
        const ask = async (wait_until: 'NONE' | 'FINAL') => {
          const params = { tx_hash: hash, sender_account_id: signerId, wait_until };
          return transactionAnswer(
            await rpc.call({ method: 'tx', params, timeoutMs: waitTimeoutMs }),
          );
        };
        // Only NONE denies at once; at every other level a node waits 10 s for a hash it does not know.
        const now = await ask('NONE');
        return now.kind === 'included' ? ask('FINAL') : now;
      }),

    async readTransactionEverywhere(transaction) {
      const everyone = [rpc, archival].flatMap((client) =>
        client ? client.urls.map((url) => ({ client, url })) : [],
      );
      let asked = 0;
      for (const { client, url } of everyone) {
        // An endpoint that does not answer may be the one that knows: it leaves the matter open.
        const answer = await askEndpoint(client, url, transaction).catch((error: unknown) => {
          if (error instanceof NoAnswerError || error instanceof ServiceFault) return pending;
          throw error;
        });
        if (answer === 'not-qualified') continue;
        if (answer.kind !== 'unknown' && answer.kind !== 'rejected') return answer;
        asked += 1;
      }
      return asked > 0 ? { kind: 'unknown' } : pending;
    },

    async viewAccount({ accountId, atHeight }) {
      const result = await query({ request_type: 'view_account', account_id: accountId }, atHeight);
      if (!result) return null;
      return { amountYocto: BigInt(String(result.amount)), height: Number(result.block_height) };
    },

    async viewAccessKey({ accountId, publicKey, atHeight }) {
      const params = {
        request_type: 'view_access_key',
        account_id: accountId,
        public_key: publicKey,
      };
      const result = await query(params, atHeight);
      if (!result || typeof result.error === 'string') return null;
      return { ...accessKey(publicKey, result), height: Number(result.block_height) };
    },

    async viewAccessKeys({ accountId }) {
      const params = { request_type: 'view_access_key_list', account_id: accountId };
      const result = await query(params);
      if (!result || !Array.isArray(result.keys)) return [];
      return result.keys
        .filter(isRecord)
        .map((key) =>
          accessKey(String(key.public_key), isRecord(key.access_key) ? key.access_key : {}),
        );
    },

    async isRegistered({ tokenContract, accountId, atHeight }) {
      const args = { account_id: accountId };
      const balance = await callView(
        { tokenContract, method: 'storage_balance_of', args },
        atHeight,
      );
      return balance !== null;
    },

    async viewTokenBalance({ tokenContract, accountId, atHeight }) {
      const args = { account_id: accountId };
      const view = { tokenContract, method: 'ft_balance_of', args };
      return BigInt(String(await callView(view, atHeight)));
    },

    async viewRegistrationDeposit({ tokenContract }) {
      const method = 'storage_balance_bounds';
      const bounds = await callView({ tokenContract, method, args: {} });
      const least = isRecord(bounds) ? bounds.min : undefined;
      if (typeof least !== 'string' || !/^\d{1,30}$/.test(least)) {
        throw new ServiceFault('TOKEN_CONTRACT_MISSING', `${tokenContract} has no ${method}`);
      }
      return BigInt(least);
    },

    async viewTokenDecimals({ tokenContract }) {
      const metadata = await callView({ tokenContract, method: 'ft_metadata', args: {} });
      const decimals = isRecord(metadata) ? Number(metadata.decimals) : Number.NaN;
      if (!Number.isInteger(decimals)) {
        throw new ServiceFault('TOKEN_CONTRACT_MISSING', `${tokenContract} has no decimals`);
      }
      return decimals;
    },
  };
}

const pending: TransactionAnswer = { kind: 'pending' };

/** What is asked for is not there, and a node that knows the block says so. */
const absences = new Set(['UNKNOWN_ACCOUNT', 'UNKNOWN_ACCESS_KEY', 'NO_CONTRACT_CODE']);

async function neverThrowing(ask: () => Promise<TransactionAnswer>): Promise<TransactionAnswer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ServiceFault) return pending;
    throw error;
  }
}

function transactionAnswer(answer: RpcAnswer): TransactionAnswer {
  if ('error' in answer) return errorAnswer(answer.error);
  const result = answer.result;
  if (!isRecord(result)) return pending;
  const level = result.final_execution_status;
  const failure = isRecord(result.status) ? result.status.Failure : undefined;
  if (isRecord(failure) && !('ActionError' in failure)) {
    // Since protocol version 83 an invalid transaction has an outcome too, with its nonce unspent.
    return { kind: 'rejected', reason: invalidTxReason(failure) };
  }
  if (level === 'FINAL') return { kind: 'final', outcome: finalOutcome(result, failure) };
  return typeof level === 'string' && level !== 'NONE' ? { kind: 'included' } : pending;
}

function errorAnswer({ cause, data }: RpcError): TransactionAnswer {
  if (cause === 'UNKNOWN_TRANSACTION') return { kind: 'unknown' };
  if (cause === 'INVALID_TRANSACTION') {
    const execution = isRecord(data) ? data.TxExecutionError : undefined;
    return { kind: 'rejected', reason: invalidTxReason(execution) };
  }
  return pending;
}

/** `{InvalidTxError: {InvalidNonce: …}}` and `{InvalidTxError: "Expired"}` alike. */
function invalidTxReason(execution: unknown): string {
  const invalid = isRecord(execution) ? execution.InvalidTxError : undefined;
  if (typeof invalid === 'string') return invalid;
  return isRecord(invalid) ? (Object.keys(invalid)[0] ?? 'Unknown') : 'Unknown';
}

function finalOutcome(result: Record<string, unknown>, failure: unknown): FinalOutcome {
  const receipts = Array.isArray(result.receipts_outcome) ? result.receipts_outcome : [];
  let gasBurnt = 0n;
  let burntYocto = 0n;
  for (const item of [result.transaction_outcome, ...receipts]) {
    const outcome = isRecord(item) && isRecord(item.outcome) ? item.outcome : {};
    gasBurnt += BigInt(String(outcome.gas_burnt ?? 0));
    burntYocto += BigInt(String(outcome.tokens_burnt ?? 0));
  }
  return {
    succeeded: failure === undefined,
    failure: isRecord(failure) ? JSON.stringify(failure.ActionError) : null,
    gasBurnt,
    burntYocto,
  };
}

function finalBlock(answer: RpcAnswer): FinalBlock {
  const result = 'result' in answer && isRecord(answer.result) ? answer.result : {};
  if (!isRecord(result.header)) throw unusable('block', answer);
  const { height, hash, timestamp } = result.header;
  const timestampMs = Math.floor(Number(timestamp) / 1e6);
  return { height: Number(height), hash: String(hash), timestampMs };
}

function earliestHeight(answer: RpcAnswer): number {
  const result = 'result' in answer && isRecord(answer.result) ? answer.result : {};
  const sync = isRecord(result.sync_info) ? result.sync_info : {};
  return Number(sync.earliest_block_height ?? Number.POSITIVE_INFINITY);
}

function accessKey(publicKey: string, view: Record<string, unknown>): AccessKeyView {
  return { publicKey, nonce: Number(view.nonce), fullAccess: view.permission === 'FullAccess' };
}

function unusable(method: string, answer: RpcAnswer): ServiceFault {
  const cause = 'error' in answer ? answer.error.cause : 'an answer of another shape';
  return new ServiceFault('NODE_UNREACHABLE', `${method}: ${cause}`);
}
