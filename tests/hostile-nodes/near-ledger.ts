import { createChainReader } from '../violence/chain-reader.ts';
import type { DatabaseReader } from '../violence/database-reader.ts';

const SERVICE_ACCOUNT = 'choonsim.devnet';
const GENESIS_YOCTO = 1_000_000n * 10n ** 24n;
/** The new account's own balance, the registration with the token, and the one yoctoNEAR of a transfer. */
const GIVEN_PER_USER_YOCTO = 10n ** 23n + 125n * 10n ** 19n + 1n;

/** What the service account has lost is what the ledger says it burnt and what its users were given, to the yocto. */
export async function judgeNear({
  nodeUrl,
  database,
}: {
  nodeUrl: string;
  database: DatabaseReader;
}): Promise<string[]> {
  const account = await createChainReader(nodeUrl).account(SERVICE_ACCOUNT);
  const lostYocto = GENESIS_YOCTO - BigInt(account?.amountYocto ?? 0);
  const burntYocto = database
    .transactions()
    .reduce((sum, { burntYocto: burnt }) => sum + BigInt(burnt ?? 0), 0n);
  const givenYocto = BigInt(database.users().length) * GIVEN_PER_USER_YOCTO;
  const differenceYocto = lostYocto - burntYocto - givenYocto;
  return differenceYocto === 0n
    ? []
    : [
        `the service account lost ${lostYocto} yoctoNEAR; the ledger knows of ${burntYocto} burnt and ` +
          `${givenYocto} given: ${differenceYocto} are missing`,
      ];
}
