import { ServiceError, StoppedError } from '../core/errors.ts';
import { isBehindChain } from '../core/lane-nonce.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LaneStore } from '../ports/lane-store.ts';
import type { AccessKeyView, NearChain } from '../ports/near-chain.ts';
import type { Service } from '../service/meet-chain.ts';
import { isUnconfirmed } from '../service/view-service-keys.ts';
import type { LanePool } from './lane-pool.ts';
import { nonceBehind } from './nonce-behind.ts';
import type { TransactionSigner } from './sign-transactions.ts';

interface LaneParts {
  wanted: number;
  service: Service;
  lanes: LaneStore;
  chain: NearChain;
  vault: KeyVault;
}

/**
 * Ensures that the wanted lanes' keys are on the service account. Its own key signs only these additions,
 * in stored transactions like any other.
 * @returns the lanes whose keys are there: fewer than wanted while another process adds them.
 * @throws ServiceError `DATABASE_BEHIND_CHAIN`; `LANES_REFUSED`, which costs gas each time; StoppedError
 * before the next key would be taken or signed with
 */
export async function ensureLanes({
  pool,
  signer,
  signal,
  ...parts
}: LaneParts & {
  pool: LanePool;
  signer: TransactionSigner;
  signal: AbortSignal;
}): Promise<number[]> {
  const { vault, lanes, service, wanted } = parts;
  const { deploymentId } = service.deployment;
  await lanes.addOwnKey({ publicKey: vault.lanePublicKey({ deploymentId, laneNumber: 0 }) });
  let found = await compareLanes(parts);
  if (found.missing.length === 0) return found.present;
  if (signal.aborted) throw new StoppedError();
  const ownKey = await pool.takeOwnKey();
  if (!ownKey) return found.present;
  // Its open transactions are settled by now, and may have added what was missing.
  found = await compareLanes(parts);
  for (let added = 0; found.missing.length > 0 && added < wanted; added += 1) {
    if (signal.aborted) throw new StoppedError();
    const { status, failure } = await signer.signLaneKeys(ownKey, found.missing);
    found = await compareLanes(parts);
    if (status === 'FAILED' && found.missing.length > 0) {
      throw new ServiceError(
        'LANES_REFUSED',
        `the access keys (lanes) could not be added to the service account: ${failure}`,
      );
    }
  }
  return found.present;
}

/**
 * As {@link readLanes}, confirmed by a second node where the first shows something unusual. Keys that are
 * missing or limited only by a single node's answer are neither used nor replaced.
 * @throws ServiceError `DATABASE_BEHIND_CHAIN`; `UNCONFIRMED` when only one node shows that
 */
async function compareLanes(parts: LaneParts): Promise<Pick<LanesFound, 'present' | 'missing'>> {
  const { chain } = parts;
  const one = await readLanes(parts, (accountId) => chain.viewAccessKeys({ accountId }));
  if (one.behind === null && one.unusable === 0) return one;
  try {
    const two = await readLanes(parts, (accountId) =>
      chain.viewAccessKeys({ accountId, agreed: true }),
    );
    if (two.behind !== null) throw new ServiceError('DATABASE_BEHIND_CHAIN', two.behind);
    return two;
  } catch (error) {
    if (one.behind !== null || !isUnconfirmed(error)) throw error;
    return { present: one.present, missing: [] };
  }
}

interface LanesFound {
  present: number[];
  missing: { laneNumber: number; publicKey: string }[];
  /** How many of our lanes have no key on the account, or one without full access. */
  unusable: number;
  /** A description of what the chain has and the database lacks; null: nothing. */
  behind: string | null;
}

/**
 * Compares the wanted lanes with the keys on chain. Lanes of an older service key cannot be derived from
 * the current one, and a key that somebody has put back without full access signs nothing and cannot be
 * added: they are left out, and new numbers replace them.
 * @returns lanes whose keys are on chain, and those to be added. `behind` when the chain has a lane key our
 * table lacks, or a lane's nonce above ours: the database is older than the chain, and what was signed
 * since is unknown here. Every lane is checked before the first is used: a wallet that was served by one of
 * them must not be served again by another.
 */
async function readLanes(
  { wanted, service: { deployment }, lanes, vault }: LaneParts,
  view: (accountId: string) => Promise<AccessKeyView[]>,
): Promise<LanesFound> {
  const { deploymentId, serviceAccountId } = deployment;
  const derive = (laneNumber: number) => vault.lanePublicKey({ deploymentId, laneNumber });
  const keys = await view(serviceAccountId);
  const onChain = new Map(keys.map(({ publicKey, nonce }) => [publicKey, nonce]));
  const limited = new Set(keys.filter((key) => !key.fullAccess).map(({ publicKey }) => publicKey));
  const stored = (await lanes.readLanes()).filter(({ laneNumber }) => laneNumber > 0);
  const known = stored.filter(({ laneNumber, publicKey }) => derive(laneNumber) === publicKey);
  const ours = known.filter(({ publicKey }) => !limited.has(publicKey));
  let behind: string | null = null;
  for (const { laneNumber, publicKey, nonce, isAddedAgain } of ours) {
    if (isBehindChain({ stored: nonce, onChain: onChain.get(publicKey) ?? 0, isAddedAgain })) {
      behind ??= nonceBehind({ laneNumber, onChain: onChain.get(publicKey), stored: nonce });
    }
  }
  const highest = stored.reduce((most, { laneNumber }) => Math.max(most, laneNumber), 0);

  const fresh: { laneNumber: number; publicKey: string }[] = [];
  for (let laneNumber = highest + 1; laneNumber <= highest + wanted; laneNumber += 1) {
    const publicKey = derive(laneNumber);
    if (onChain.has(publicKey)) {
      behind ??= `the access key of lane ${laneNumber} is on the account, but not in the database`;
    }
    if (ours.length + fresh.length < wanted) fresh.push({ laneNumber, publicKey });
  }
  const absent = ours.filter(({ publicKey }) => !onChain.has(publicKey));
  return {
    present: ours.filter(({ publicKey }) => onChain.has(publicKey)).map((lane) => lane.laneNumber),
    missing: [...absent, ...fresh].slice(0, Math.max(wanted - ours.length + absent.length, 0)),
    unusable: absent.length + known.length - ours.length,
    behind,
  };
}
