import { CHOCO_TOKEN, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { decodeSignedTransaction, encodeTransaction } from 'near-api-js';
import { hashToBase58, sha256 } from '../../../../../near-devnet/src/bytes/hash.ts';
import { isRecord } from '../../../adapters/near-rpc/rpc-reply.ts';
import type { RpcTransport } from '../../../adapters/near-rpc/rpc-transport.ts';
import type { World } from '../world/world.ts';

/**
 * A token contract that panics for one receiver: a reward transaction that names it fails as a
 * whole, at a final block, whatever else it contains.
 */
export class RefusingContract {
  accountId: string | null = null;
  /** Whether the error names the index of the failed action. */
  namesAction = true;
  panic = 'Smart contract panicked: no';
  readonly #world: World;
  readonly #refused = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  get refusals(): number {
    return this.#refused.size;
  }

  readonly transport: RpcTransport = async (call) => {
    const { method, params } = isRecord(call.body) ? call.body : {};
    const asked = isRecord(params) ? params : {};
    const hash = method === 'send_tx' ? this.#refuse(asked) : String(asked.tx_hash);
    const index = hash === null ? undefined : this.#refused.get(hash);
    if (hash === null || index === undefined) return this.#world.transport(call);
    return this.#failure({ index, hash, id: Object(call.body).id });
  };

  #refuse({ signed_tx_base64: bytes }: Record<string, unknown>): string | null {
    if (this.accountId === null) return null;
    const { transaction } = decodeSignedTransaction(Buffer.from(String(bytes), 'base64'));
    if (transaction.receiverId !== CHOCO_TOKEN) return null;
    const texts = transaction.actions.map(({ functionCall }) =>
      Buffer.from(functionCall?.args ?? []).toString(),
    );
    // The registration succeeds; the transfer after it fails.
    const registration = texts.findIndex((text) => text.includes(String(this.accountId)));
    if (registration < 0) return null;
    const hash = hashToBase58(sha256(encodeTransaction(transaction)));
    this.#refused.set(hash, registration + 1);
    return hash;
  }

  #failure({ index, hash, id }: { index: number; hash: string; id: unknown }) {
    const kind = { FunctionCallError: { ExecutionError: this.panic } };
    const ActionError = { ...(this.namesAction && { index }), kind };
    const outcome = { id: hash, outcome: { gas_burnt: 1, tokens_burnt: '1' } };
    const result = {
      final_execution_status: 'FINAL',
      status: { Failure: { ActionError } },
      transaction: { hash, signer_id: SERVICE_ACCOUNT },
      transaction_outcome: outcome,
      receipts_outcome: [],
    };
    return { httpStatus: 200, body: JSON.stringify({ jsonrpc: '2.0', id, result }) };
  }
}
