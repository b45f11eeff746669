import type { SigningPlan, StoredKey } from '../../ports/key-vault.ts';
import type { SigningTerms } from '../../service/signing-policy.ts';
import {
  maxKeysInTransaction,
  maxRewardsInTransaction,
  mostRegistrationYocto,
  usualRegistrationYocto,
} from '../../service/transaction-plan.ts';
import type { SeededRandom } from '../simulator/world/seeded-random.ts';

export interface PlanScene {
  random: SeededRandom;
  terms: SigningTerms;
  /** Keys that the vault holds for accounts of ours; two at least. */
  stored: readonly [StoredKey, StoredKey, ...StoredKey[]];
}

type PlanOf<Kind extends SigningPlan['kind']> = Extract<SigningPlan, { kind: Kind }>;

/** A plan that this service may have. */
export function ownPlan(scene: PlanScene): SigningPlan {
  const { random } = scene;
  return random.pick<() => SigningPlan>([
    () => ownAccount(scene),
    () => ownRewards(scene),
    () => ownLaneKeys(scene),
    () => ({ kind: 'noop' }),
  ])();
}

/** A plan of ours but for one thing that makes it somebody else's, or none that exists. */
export function foreignPlan(scene: PlanScene): SigningPlan {
  const { random } = scene;
  return random.pick<() => SigningPlan>([
    () => foreignAccount(scene),
    () => foreignRewards(scene),
    () => foreignLaneKeys(scene),
    () => unknownPlan(scene),
  ])();
}

function ownAccount({ random, terms, stored }: PlanScene): PlanOf<'account'> {
  const { initialBalanceYocto: most } = terms;
  const balanceYocto = random.pick([0n, most, BigInt(random.between(0, 1_000)) * (most / 1_000n)]);
  return { kind: 'account', wallet: random.pick(stored), balanceYocto };
}

function ownRewards({ random, terms }: PlanScene): PlanOf<'rewards'> {
  const { serviceAccountId, tokenContract, rewardBaseUnits: baseUnits } = terms;
  const accountIds = Array.from(
    { length: random.between(1, maxRewardsInTransaction) },
    (_, index) => `${letters(random, 8)}${index}.${serviceAccountId}`,
  );
  const registrationYocto = random.pick([0n, usualRegistrationYocto, mostRegistrationYocto]);
  return { kind: 'rewards', tokenContract, accountIds, baseUnits, registrationYocto };
}

function ownLaneKeys({ random }: PlanScene): PlanOf<'lane keys'> {
  const first = random.between(1, 200);
  const length = random.between(1, maxKeysInTransaction);
  return { kind: 'lane keys', laneNumbers: Array.from({ length }, (_, index) => first + index) };
}

function foreignAccount(scene: PlanScene): SigningPlan {
  const { random, terms, stored } = scene;
  const plan = ownAccount(scene);
  const [one, other] = stored;
  const { wallet } = plan;
  return random.pick<() => SigningPlan>([
    () => ({ ...plan, balanceYocto: terms.initialBalanceYocto + amount(random) }),
    () => ({ ...plan, balanceYocto: -amount(random) }),
    () => ({ ...plan, wallet: { ...wallet, accountId: foreignAccountId(scene) } }),
    // Of ours, and yet the key would be another's.
    () => ({ ...plan, wallet: { ...one, publicKey: other.publicKey } }),
    () => ({ ...plan, wallet: { ...one, encryptedPrivateKey: other.encryptedPrivateKey } }),
    () => ({ ...plan, wallet: { ...one, accountId: other.accountId } }),
    () => ({ ...plan, wallet: { ...one, accountId: `new${one.accountId}` } }),
    () => ({ ...plan, wallet: { ...one, walletId: other.walletId } }),
    () => ({ ...plan, wallet: { ...one, deploymentId: letters(random, 8) } }),
    () => ({ ...plan, wallet: { ...wallet, encryptedPrivateKey: letters(random, 90) } }),
  ])();
}

function foreignRewards(scene: PlanScene): SigningPlan {
  const { random } = scene;
  const plan = ownRewards(scene);
  const [first = ''] = plan.accountIds;
  const many = Array.from(
    { length: random.between(maxRewardsInTransaction + 1, 90) },
    (_, index) => `many${index}.${scene.terms.serviceAccountId}`,
  );
  return random.pick<() => SigningPlan>([
    () => ({ ...plan, accountIds: [...plan.accountIds.slice(1), foreignAccountId(scene)] }),
    () => ({ ...plan, accountIds: [...plan.accountIds.slice(0, 20), first] }),
    () => ({ ...plan, accountIds: [] }),
    () => ({ ...plan, accountIds: many }),
    () => ({ ...plan, baseUnits: plan.baseUnits + amount(random) }),
    () => ({ ...plan, baseUnits: plan.baseUnits - amount(random) }),
    () => ({ ...plan, tokenContract: `${letters(random, 5)}.${plan.tokenContract}` }),
    () => ({ ...plan, registrationYocto: mostRegistrationYocto + amount(random) }),
    () => ({ ...plan, registrationYocto: -amount(random) }),
  ])();
}

function foreignLaneKeys(scene: PlanScene): SigningPlan {
  const { random } = scene;
  const plan = ownLaneKeys(scene);
  const { laneNumbers } = plan;
  const [first = 1] = laneNumbers;
  const many = Array.from({ length: maxKeysInTransaction + 1 }, (_, index) => index + 1);
  return random.pick<() => SigningPlan>([
    () => ({ ...plan, laneNumbers: [] }),
    () => ({ ...plan, laneNumbers: many }),
    () => ({ ...plan, laneNumbers: [first, ...laneNumbers.slice(0, 50)] }),
    () => ({ ...plan, laneNumbers: [...laneNumbers.slice(1), random.pick([0, -3, 1.5, 1e15])] }),
    () => ({ ...plan, laneNumbers: [Number.NaN] }),
  ])();
}

/** Input that an untyped caller might send. */
function unknownPlan({ random, terms }: PlanScene): SigningPlan {
  const kind = random.pick([
    'transfer',
    'call',
    'delete account',
    'toString',
    '',
    letters(random, 6),
  ]);
  const receiverId = terms.serviceAccountId;
  return { kind, receiverId, amountYocto: amount(random) } as unknown as SigningPlan;
}

/** A plan that the engine would never make, however similar. */
function foreignAccountId({ random, terms: { serviceAccountId: own } }: PlanScene): string {
  const name = letters(random, random.between(2, 12));
  return random.pick([
    own,
    `${name}.near`,
    `${name}${own}`,
    `${name}.sub.${own}`,
    `${name}.${own}.near`,
    `${name.toUpperCase()}X.${own}`,
    `.${own}`,
    `-.${own}`,
    `${name.repeat(30)}.${own}`,
    `${name} .${own}`,
    '',
  ]);
}

function amount(random: SeededRandom): bigint {
  return BigInt(random.between(1, 1_000_000)) * 10n ** BigInt(random.between(0, 24));
}

function letters(random: SeededRandom, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.between(97, 122))).join('');
}
