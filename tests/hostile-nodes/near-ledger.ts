import { readTransactionReply } from '../../packages/wallet-engine/src/adapters/near-rpc/near-transaction-reply.ts';
import { createChainReader } from '../chaos/chain-reader.ts';
import type { DatabaseReader, TransactionRow } from '../chaos/database-reader.ts';

const SERVICE_ACCOUNT = 'choonsim.devnet';
const GENESIS_YOCTO = 1_000_000n * 10n ** 24n;
/** The new account's own balance, the registration with the token, and the one yoctoNEAR of a transfer. */
const GIVEN_PER_USER_YOCTO = 10n ** 23n + 125n * 10n ** 19n + 1n;

/**
 * The service account has lost exactly what the ledger says was burnt plus what its users were given, to
 * the yocto. Where the ledger has no cost, because a node's figures were unreadable, the chain is asked.
 */
export async function judgeNear({
  nodeUrl,
  database,
}: {
  nodeUrl: string;
  database: DatabaseReader;
}): Promise<string[]> {
  const account = await createChainReader(nodeUrl).account(SERVICE_ACCOUNT);
  const lostYocto = GENESIS_YOCTO - BigInt(account?.amountYocto ?? 0);
  let burntYocto = 0n;
  for (const row of database.transactions()) {
    const isOver = row.status === 'SUCCEEDED' || row.status === 'FAILED';
    if (row.burntYocto !== null) burntYocto += BigInt(row.burntYocto);
    else if (isOver) burntYocto += await burntOnChain(nodeUrl, row);
  }
  const givenYocto = BigInt(database.users().length) * GIVEN_PER_USER_YOCTO;
  const differenceYocto = lostYocto - burntYocto - givenYocto;
  return differenceYocto === 0n
    ? []
    : [
        `the service account lost ${lostYocto} yoctoNEAR; the ledger knows of ${burntYocto} burnt and ` +
          `${givenYocto} given: ${differenceYocto} are missing`,
      ];
}

async function burntOnChain(nodeUrl: string, { hash }: TransactionRow): Promise<bigint> {
  const params = { tx_hash: hash, sender_account_id: SERVICE_ACCOUNT, wait_until: 'FINAL' };
  const response = await fetch(nodeUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 'burnt', method: 'tx', params }),
  });
  const { result } = (await response.json()) as { result: unknown };
  const answer = readTransactionReply({ hash, signerId: SERVICE_ACCOUNT })({ result });
  if (answer?.kind !== 'final') throw new Error(`${hash} has no outcome on chain`);
  return answer.outcome.burntYocto ?? 0n;
}
