import { toBaseUnits, toDecimal } from '../core/amounts.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { NearChain } from '../ports/near-chain.ts';
import type { Deployment, TransactionLedger } from '../ports/transaction-ledger.ts';
import type { DatabaseMemory } from './database-memory.ts';
import { refusalByDeployment, refusalByToken, type StartRefusal } from './start-checks.ts';
import { mostRegistrationYocto, type RewardTerms } from './transaction-plan.ts';

export interface Reward extends RewardTerms {
  tokenContract: string;
}

/** What is known once the chain has been met and is the right one. */
export interface Service {
  deployment: Deployment;
  reward: Reward;
}

/** Through which the service account and its token are read. */
export interface ServiceParts {
  config: EngineConfig;
  chain: NearChain;
  vault: KeyVault;
}

interface MeetingParts extends ServiceParts {
  ledger: TransactionLedger;
  memory: DatabaseMemory;
  clock: Clock;
  newDeploymentId: () => Promise<string>;
}

const nearDecimals = 24;

/**
 * Binds the database to the chain, or verifies that it is bound to it. A wrong setting must not pay from,
 * or into, the wrong place.
 * @throws ServiceError a start refusal, a pause reason, or the error that kept the chain from being met
 */
export async function meetChain(parts: MeetingParts): Promise<Service> {
  const { config, ledger, memory, chain, clock, newDeploymentId } = parts;
  const { networkId, serviceAccountId, tokenContract } = config;
  const known = await ledger.readDeployment();
  // Before the chain is asked, which may not answer for hours while wallets are requested here. As long as
  // nothing was signed, settings may still be corrected.
  if (known && known.newestHash !== null) refuse(refusalByDeployment(config, known));
  const { genesisHash } = await identifyChain(chain, known);
  const requireSame = (deployment: Deployment) => {
    if (deployment.genesisHash !== genesisHash) {
      const message = `the nodes serve a chain with genesis ${genesisHash}, this database belongs to the one with genesis ${deployment.genesisHash}`;
      throw new ServiceError('WRONG_CHAIN', message);
    }
    refuse(refusalByDeployment(config, deployment));
  };
  const reward = await examineService(parts).catch((error) => {
    if (known) requireSame(known);
    throw error;
  });
  // Last, so that a mistaken start leaves no row behind.
  requireSame(
    await ledger.openDeployment({
      deploymentId: await newDeploymentId(),
      genesisHash,
      networkId,
      serviceAccountId,
      tokenContract,
      createdAtMs: clock.now(),
    }),
  );
  return { deployment: await memory.compare(), reward };
}

/**
 * Requires the stored chain when there is one. Where all nodes serve another, the ledger decides: a
 * deployment that has signed nothing may start again on the chain of its nodes.
 */
async function identifyChain(chain: NearChain, stored: Deployment | null) {
  try {
    return await chain.requireChain({ genesisHash: stored?.genesisHash ?? null });
  } catch (error) {
    if (!stored || !(error instanceof ServiceError && error.code === 'WRONG_CHAIN')) throw error;
    return chain.requireChain({ genesisHash: null });
  }
}

/** Requires that the account can pay and the token exists. */
async function examineService(parts: ServiceParts): Promise<Reward> {
  const { config, chain } = parts;
  const { tokenContract } = config;
  await requireServiceKey(parts);
  const expected = config.tokenDecimals;
  const decimals = await chain.viewTokenDecimals({ tokenContract, expected });
  refuse(refusalByToken(config, decimals));
  const baseUnits = toBaseUnits(config.signupReward, decimals);
  const registrationYocto = await viewRegistration(chain, { tokenContract });
  return { tokenContract, baseUnits, decimals, registrationYocto };
}

/**
 * The cost of registering an account, paid for each wallet, as the nodes state it.
 * @throws ServiceError `REGISTRATION_TOO_DEAR`
 */
export async function viewRegistration(
  chain: NearChain,
  view: { tokenContract: string; expected?: bigint },
): Promise<bigint> {
  const { tokenContract } = view;
  const yocto = await chain.viewRegistrationDeposit(view);
  if (yocto <= mostRegistrationYocto) return yocto;
  const near = (amount: bigint) => toDecimal(amount, nearDecimals);
  throw new ServiceError(
    'REGISTRATION_TOO_DEAR',
    `${tokenContract} asks for ${near(yocto)} NEAR to register an account; at most ${near(mostRegistrationYocto)} is given`,
  );
}

/** @throws ServiceError `SERVICE_ACCOUNT_MISSING`, `SERVICE_KEY_INVALID` */
export async function requireServiceKey({ config, chain, vault }: ServiceParts): Promise<void> {
  const accountId = config.serviceAccountId;
  if (!(await chain.viewAccount({ accountId, confirmAbsence: true }))) {
    const message = `the service account ${accountId} does not exist on this chain`;
    throw new ServiceError('SERVICE_ACCOUNT_MISSING', message);
  }
  // The account's own key does not depend on the deployment.
  const publicKey = vault.lanePublicKey({ deploymentId: '', laneNumber: 0 });
  const key = await chain.viewAccessKey({ accountId, publicKey, confirmAbsence: true });
  if (!key?.fullAccess) {
    const message = `${publicKey} is no full-access key of ${accountId}`;
    throw new ServiceError('SERVICE_KEY_INVALID', message);
  }
}

/** @throws ServiceError the refusal, when there is one */
export function refuse(refusal: StartRefusal | null): void {
  if (refusal) throw new ServiceError(refusal.code, refusal.message);
}
