import { ServiceError } from '../core/errors.ts';
import type { AccessKeyView, NearChain } from '../ports/near-chain.ts';

/**
 * The keys of the service account as confirmed by two nodes; by one where no other answers.
 * @throws ServiceError `NODES_DISAGREE`, and when no node answers
 */
export async function viewServiceKeys(
  chain: Pick<NearChain, 'viewAccessKeys'>,
  accountId: string,
): Promise<AccessKeyView[]> {
  try {
    return await chain.viewAccessKeys({ accountId, agreed: true });
  } catch (error) {
    if (!isUnconfirmed(error)) throw error;
    return chain.viewAccessKeys({ accountId });
  }
}

/** No second node has answered, and none has contradicted. */
export function isUnconfirmed(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'UNCONFIRMED';
}
