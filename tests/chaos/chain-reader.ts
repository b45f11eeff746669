/** A separate client: the engine's own client is under test. */
export interface ChainReader {
  /** Null: no such account. */
  account(accountId: string): Promise<{ amountYocto: string } | null>;
  accessKeys(accountId: string): Promise<{ publicKey: string; isFullAccess: boolean }[]>;
  isRegistered(tokenContract: string, accountId: string): Promise<boolean>;
  tokenBalance(tokenContract: string, accountId: string): Promise<string>;
  /** Every transaction of the signer in final blocks, back to the genesis. */
  transactionsOf(signerId: string): Promise<{ hash: string; publicKey: string; nonce: number }[]>;
  /** The effect of a transaction; `none` when it had none. */
  outcome(hash: string, signerId: string): Promise<'succeeded' | 'failed' | 'none'>;
}

interface Block {
  header: { height: number; hash: string; prev_hash: string };
  chunks: { chunk_hash: string; height_included: number }[];
}

interface Chunk {
  transactions: { hash: string; signer_id: string; public_key: string; nonce: number }[];
}

interface Outcome {
  final_execution_status: string;
  status: { SuccessValue?: string; Failure?: object };
}

const NO_BLOCK = '1'.repeat(32);

export function createChainReader(nodeUrl: string): ChainReader {
  const { ask, query, view } = createQuestions(nodeUrl);

  return {
    async account(accountId) {
      const params = { request_type: 'view_account', account_id: accountId };
      const found = await query<{ amount: string }>(params);
      return found && { amountYocto: found.amount };
    },

    async accessKeys(accountId) {
      const params = { request_type: 'view_access_key_list', account_id: accountId };
      type Key = { public_key: string; access_key: { permission: unknown } };
      const found = await query<{ keys: Key[] }>(params);
      return (found?.keys ?? []).map(({ public_key, access_key }) => ({
        publicKey: public_key,
        isFullAccess: access_key.permission === 'FullAccess',
      }));
    },

    isRegistered: async (tokenContract, accountId) =>
      (await view(tokenContract, 'storage_balance_of', { account_id: accountId })) !== null,

    tokenBalance: async (tokenContract, accountId) =>
      String(await view(tokenContract, 'ft_balance_of', { account_id: accountId })),

    async transactionsOf(signerId) {
      const found = [];
      for await (const transaction of finalTransactions(ask)) {
        if (transaction.signer_id !== signerId) continue;
        const { hash, public_key: publicKey, nonce } = transaction;
        found.push({ hash, publicKey, nonce });
      }
      return found;
    },

    async outcome(hash, signerId) {
      const params = { tx_hash: hash, sender_account_id: signerId };
      // Only NONE denies at once; at every other level a node waits for a hash it does not know.
      let found = await ask<Outcome>('tx', { ...params, wait_until: 'NONE' });
      if (found && found.final_execution_status !== 'FINAL') {
        found = await ask<Outcome>('tx', { ...params, wait_until: 'FINAL' });
      }
      if (!found) return 'none';
      const { Failure: failure } = found.status;
      if (!failure) return 'succeeded';
      return 'ActionError' in failure ? 'failed' : 'none';
    },
  };
}

type Ask = <Result>(method: string, params: object) => Promise<Result | null>;

/** Requests to one node; null: no such account or transaction. */
function createQuestions(nodeUrl: string) {
  const ask: Ask = async <Result>(method: string, params: object) => {
    const response = await fetch(nodeUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: method, method, params }),
      signal: AbortSignal.timeout(20_000),
    });
    const body = (await response.json()) as {
      result?: Result;
      error?: { cause?: { name: string } };
    };
    const cause = body.error?.cause?.name;
    if (cause === 'UNKNOWN_ACCOUNT' || cause === 'UNKNOWN_TRANSACTION') return null;
    if (body.result === undefined) {
      throw new Error(`${method} ${JSON.stringify(params)}: ${JSON.stringify(body)}`);
    }
    return body.result;
  };
  const query = <Result>(params: object) => ask<Result>('query', { finality: 'final', ...params });
  const view = async (contract: string, method: string, args: object): Promise<unknown> => {
    const answer = await query<{ result: number[] }>({
      request_type: 'call_function',
      account_id: contract,
      method_name: method,
      args_base64: Buffer.from(JSON.stringify(args)).toString('base64'),
    });
    return JSON.parse(Buffer.from(answer?.result ?? []).toString('utf8'));
  };
  return { ask, query, view };
}

/** From the newest final block back to the genesis. */
async function* finalTransactions(ask: Ask): AsyncGenerator<Chunk['transactions'][number]> {
  let block = await ask<Block>('block', { finality: 'final' });
  while (block) {
    const { height, prev_hash: previous } = block.header;
    for (const { chunk_hash: hash, height_included: included } of block.chunks) {
      if (included !== height) continue;
      const chunk = await ask<Chunk>('chunk', { chunk_id: hash });
      yield* chunk?.transactions ?? [];
    }
    if (previous === NO_BLOCK) return;
    block = await ask<Block>('block', { block_id: previous });
  }
}
