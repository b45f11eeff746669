import { toBaseUnits, toDecimal, toMicroCost, toMicroFunds } from '../core/amounts.ts';
import type { Clock } from '../core/clock.ts';
import { clockAgreementMs, type EngineConfig } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import { hostOf } from '../core/host-of.ts';
import { isBehindChain } from '../core/lane-nonce.ts';
import { isExpectedChainId } from '../core/network-chain-id.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LaneStore } from '../ports/lane-store.ts';
import type { AccountView, NearChain, NodeView } from '../ports/near-chain.ts';
import type { Deployment, TransactionLedger } from '../ports/transaction-ledger.ts';
import { type StoredWalletKey, type WalletKeyStore, wholeKey } from '../ports/wallet-key-store.ts';
import type { WalletStock } from '../ports/wallet-stock.ts';
import { spendLimitsOf } from '../service/spend-limits.ts';
import { refusalByDeployment, refusalByToken, type StartRefusal } from '../service/start-checks.ts';
import { stockTermsOf } from '../service/stock-terms.ts';
import {
  maxWalletCost,
  usualRegistrationYocto,
  walletRunway,
} from '../service/transaction-plan.ts';
import { findChangedMasterKeys } from '../service/verify-master-keys.ts';
import { viewServiceKeys } from '../service/view-service-keys.ts';

/** The setting, or the part given to the engine, that a finding is about. */
export type FindingSubject =
  | keyof EngineConfig
  | 'nodeUrls'
  | 'archivalNodeUrl'
  | 'serviceKey'
  | 'masterKeys'
  | 'database';

/** What is wrong, and where. Errors keep wallets from being made; warnings may become errors. */
export interface Finding {
  severity: 'error' | 'warning';
  /** Stable; the app says what to do about it. */
  code: string;
  /** Null: none of them. */
  about: FindingSubject | null;
  /** A stable name of the cause, where a code has several; else null. */
  kind: string | null;
  message: string;
}

export interface DiagnosisParts {
  config: EngineConfig;
  chain: NearChain;
  vault: KeyVault;
  clock: Clock;
  /** Null before the first start: checks that need the tables are skipped. */
  tables: {
    ledger: TransactionLedger;
    lanes: LaneStore;
    keys: WalletKeyStore;
    stock: WalletStock;
  } | null;
}

const nearDecimals = 24;
const nodeLagBlocks = 100;
/** How far ahead a clock must be to be reported; a node's newest block is some seconds old anyway. */
const skewMs = 30_000;
const secondReadAfterMs = 3_000;
const keysExamined = 200;
const accountsNamed = 20;

type Report = (finding: Finding) => void;

/**
 * Finds every misconfiguration that database and chain show. Changes nothing, signs nothing, needs no
 * running server.
 * @param expectedChainId what the nodes must call their chain; null: a local one of any name
 * @throws ServiceError `DATABASE_BUSY` when the database does not answer
 */
export async function diagnose(
  parts: DiagnosisParts & { expectedChainId: string | null },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const report: Report = (finding) => findings.push(finding);
  const deployment = (await parts.tables?.ledger.readDeployment()) ?? null;
  examineConfig(parts, deployment, report);
  await examineStoredKeys(parts, report);
  await examineStock(parts, report);
  if (await examineNodes(parts, deployment, report)) await examineChain(parts, deployment, report);
  return findings;
}

type Where = FindingSubject | null;

function error(code: string, about: Where, message: string, kind: string | null = null): Finding {
  return { severity: 'error', code, about, kind, message };
}

function warning(code: string, about: Where, message: string, kind: string | null = null): Finding {
  return { severity: 'warning', code, about, kind, message };
}

function examineConfig({ config }: DiagnosisParts, deployment: Deployment | null, report: Report) {
  const limits = spendLimitsOf(config);
  const oneWallet = maxWalletCost({
    initialBalanceYocto: config.initialBalanceYocto,
    reward: {
      baseUnits: toBaseUnits(config.signupReward, config.tokenDecimals),
      decimals: config.tokenDecimals,
      registrationYocto: usualRegistrationYocto,
    },
  });
  for (const [about, limit, cost] of [
    ['spendLimitHourYocto', limits.hourMicroNear, oneWallet.microNear],
    ['spendLimitDayYocto', limits.dayMicroNear, oneWallet.microNear],
    ['spendLimitHourTokens', limits.hourMicroToken, oneWallet.microToken],
    ['spendLimitDayTokens', limits.dayMicroToken, oneWallet.microToken],
  ] as const) {
    if (limit === null || limit >= cost) continue;
    const message = `The limit of ${limit / 1e6} is less than one wallet may cost (${cost / 1e6}): nothing can be signed.`;
    report(error('SPEND_LIMIT_TOO_LOW', about, message));
  }
  for (const [about, limit] of [
    ['spendLimitDayYocto', limits.dayMicroNear],
    ['spendLimitDayTokens', limits.dayMicroToken],
  ] as const) {
    if (config.networkId !== 'mainnet' || limit !== null) continue;
    const message = 'No limit a day: sign-ups may spend everything the service account has.';
    report(warning('NO_SPEND_LIMIT', about, message));
  }
  if (!deployment) return;
  reportRefusal(refusalByDeployment(config, deployment), report);
  if (deployment.pauseReason) {
    report(
      error(
        `PAUSED_${deployment.pauseReason}`,
        null,
        'Signing is paused in every process: wallets wait.',
      ),
    );
  }
}

/** A refusal to start is reported in the same words. */
function reportRefusal(refusal: StartRefusal | null, report: Report) {
  if (!refusal) return;
  const subjects: Record<StartRefusal['code'], FindingSubject> = {
    SERVICE_ACCOUNT_CHANGED: 'serviceAccountId',
    NETWORK_CHANGED: 'networkId',
    TOKEN_CONTRACT_CHANGED: 'tokenContract',
    TOKEN_DECIMALS: 'tokenContract',
    MASTER_KEY_CHANGED: 'masterKeys',
  };
  const { code, message } = refusal;
  report(error(code, subjects[code], `${message}.`));
}

/** Wallets of the stock that are paid for and never handed out. */
async function examineStock({ config, tables }: DiagnosisParts, report: Report) {
  if (!tables) return;
  const terms = stockTermsOf(config);
  const { ready, failed, otherTerms } = await tables.stock.countStock(terms);
  if (config.stock === 0 && ready > 0) {
    report(
      warning(
        'STOCK_UNUSED',
        'stock',
        `${ready} wallets are ready in stock, but none is handed out while the size of the stock is 0.`,
      ),
    );
  }
  if (failed + otherTerms === 0) return;
  const accounts = await tables.stock.readUnfitAccounts({ terms, limit: accountsNamed });
  const more = failed + otherTerms - accounts.length;
  const names = [...accounts, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  const message = `Wallets in stock that are not handed out: ${failed} have FAILED, ${otherTerms} were created on other terms than today's or before the last reconciliation: ${names}.`;
  report(warning('STOCK_UNFIT', 'stock', message));
}

async function examineStoredKeys({ tables, vault }: DiagnosisParts, report: Report) {
  try {
    const names = { deploymentId: 'doctor', walletId: 'doctor', accountId: 'doctor.near' };
    await vault.createWalletKey(names);
  } catch {
    report(
      error(
        'ENCRYPTION_KEY_UNFIT',
        'masterKeys',
        'A trial encryption with the first master key failed.',
      ),
    );
  }
  if (!tables) return;
  const { keys } = tables;
  const { changed } = await findChangedMasterKeys({ keys, vault });
  for (const version of changed) {
    const message = `the master key of version ${version} is not the one that this database knows for it`;
    reportRefusal({ code: 'MASTER_KEY_CHANGED', message }, report);
  }
  const byVersion = await keys.countByVersion();
  const stored = await keys.readWalletKeys({
    exceptForms: [],
    afterUserId: '',
    limit: keysExamined,
  });
  const older = await keys.readWalletKeys({
    exceptForms: vault.currentForms,
    afterUserId: '',
    limit: keysExamined,
  });
  const unreadable: StoredWalletKey[] = [];
  for (const each of [...stored, ...older]) {
    const key = wholeKey(each);
    if (key) await vault.verifyWalletKey(key).catch(() => unreadable.push(each));
  }
  if (unreadable.length > 0 && changed.length === 0) {
    const versions = [...byVersion].map(([version, count]) => `${count} of version ${version}`);
    report(
      error(
        'ENCRYPTION_KEY_WRONG',
        'masterKeys',
        `The private key of wallet ${unreadable[0]?.userId} cannot be decrypted (keys stored: ${versions.join(', ')}).`,
      ),
    );
  }
  if (older.length > 0 && unreadable.length === 0) {
    const left = await keys.countWalletKeys({ exceptForms: vault.currentForms });
    const message = `${left} stored private keys are encrypted under older master keys, or in an older form.`;
    report(warning('ROTATION_UNFINISHED', 'masterKeys', message));
  }
}

/** @returns whether the right chain answers, so that it can be examined further */
async function examineNodes(
  { chain, clock, expectedChainId }: DiagnosisParts & { expectedChainId: string | null },
  deployment: Deployment | null,
  report: Report,
): Promise<boolean> {
  const nodes = await chain.readNodes();
  const answering = nodes.filter((node) => node.isAnswering);
  for (const { url, failure, failureKind, isArchival } of nodes.filter((n) => !n.isAnswering)) {
    const isLast = answering.length === 0;
    const about = isArchival ? 'archivalNodeUrl' : 'nodeUrls';
    const make = isLast ? error : warning;
    const message = `${hostOf(url)} does not answer: ${failure}`;
    report(make('NODE_UNREACHABLE', about, message, failureKind));
  }
  const newest = answering.reduce((best, node) => Math.max(best, node.finalHeight), 0);
  for (const { url, finalHeight } of answering) {
    if (finalHeight >= newest - nodeLagBlocks) continue;
    const message = `${hostOf(url)} is ${newest - finalHeight} blocks behind the other nodes.`;
    report(warning('NODE_BEHIND', 'nodeUrls', message));
  }
  const wrong = answering.filter(
    ({ chainId, genesisHash }) =>
      !isExpectedChainId(chainId, expectedChainId) ||
      (deployment !== null && genesisHash !== deployment.genesisHash) ||
      genesisHash !== answering[0]?.genesisHash,
  );
  for (const { url, chainId, genesisHash } of wrong) {
    const message = `${hostOf(url)} serves ${chainId} with genesis ${genesisHash}; expected is ${expectedChainId ?? 'another'}${deployment ? `, genesis ${deployment.genesisHash}` : ''}.`;
    report(error('WRONG_NETWORK', 'networkId', message));
  }
  if (answering.length > 0) await examineTime({ chain, clock, before: answering }, report);
  return answering.length > 0 && wrong.length === 0;
}

/** A wrong clock and a halted chain look alike in one reading, so there are two. */
async function examineTime(
  { chain, clock, before }: { chain: NearChain; clock: Clock; before: NodeView[] },
  report: Report,
) {
  const height = (nodes: NodeView[]) => Math.max(...nodes.map((node) => node.finalHeight));
  const ageMs = (nodes: NodeView[]) =>
    clock.now() - Math.max(...nodes.map((node) => node.finalBlockAtMs));
  const firstAgeMs = ageMs(before);
  if (firstAgeMs > -clockAgreementMs && firstAgeMs < skewMs) return;
  await clock.sleep(secondReadAfterMs);
  const after = (await chain.readNodes()).filter((node) => node.isAnswering);
  if (after.length === 0) return;
  const seconds = Math.round(ageMs(after) / 1000);
  if (height(after) > height(before) || seconds < 0) {
    const message = `This machine's clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the chain's.`;
    report(error('CLOCK_SKEWED', null, message));
  } else {
    const message = `The newest final block is ${seconds} s old: the chain has halted, or its nodes are behind.`;
    report(error('CHAIN_HALTED', 'nodeUrls', message));
  }
}

async function examineChain(parts: DiagnosisParts, deployment: Deployment | null, report: Report) {
  const { config, chain } = parts;
  try {
    const account = await chain.viewAccount({ accountId: config.serviceAccountId });
    if (!account) {
      const message = `There is no account ${config.serviceAccountId} on ${config.networkId}.`;
      report(error('SERVICE_ACCOUNT_MISSING', 'serviceAccountId', message));
      return;
    }
    await examineLanes(parts, deployment, report);
    await examineTreasury(parts, account, report);
  } catch (thrown) {
    if (!(thrown instanceof ServiceError)) throw thrown;
    report(error(thrown.code, 'nodeUrls', thrown.message, 'asked'));
  }
}

async function examineLanes(
  { config, chain, vault, tables }: DiagnosisParts,
  deployment: Deployment | null,
  report: Report,
) {
  const deploymentId = deployment?.deploymentId ?? 'doctor';
  const own = vault.lanePublicKey({ deploymentId, laneNumber: 0 });
  const onChain = await viewServiceKeys(chain, config.serviceAccountId);
  if (!onChain.some(({ publicKey, fullAccess }) => publicKey === own && fullAccess)) {
    const message = `${own}, the public key of the configured secret key, is not a full-access key of ${config.serviceAccountId}.`;
    report(error('SERVICE_KEY_INVALID', 'serviceKey', message));
    return;
  }
  // Before the first start they are missing: that start adds them.
  if (!deployment || !tables) return;
  const usable = onChain.filter(({ fullAccess }) => fullAccess);
  const nonces = new Map(usable.map(({ publicKey, nonce }) => [publicKey, nonce]));
  const lanes = (await tables.lanes.readLanes()).filter(
    ({ laneNumber, publicKey }) => laneNumber > 0 && nonces.has(publicKey),
  );
  const isOurs = ({ laneNumber, publicKey }: (typeof lanes)[number]) =>
    vault.lanePublicKey({ deploymentId, laneNumber }) === publicKey;
  const present = lanes.filter(isOurs);
  if (present.length < config.lanes) {
    const message = `${present.length} of ${config.lanes} access keys (lanes) are on ${config.serviceAccountId}.`;
    report(error('LANES_MISSING', 'lanes', message));
  }
  await examineOldKeys(
    lanes.filter((lane) => !isOurs(lane)).map(({ publicKey }) => publicKey),
    { config, ledger: tables.ledger, report },
  );
  const behind = present.filter(({ publicKey, nonce, isAddedAgain }) =>
    isBehindChain({ stored: nonce, onChain: nonces.get(publicKey) ?? 0, isAddedAgain }),
  );
  if (behind.length > 0) {
    const message = `The chain has newer transactions of lanes ${behind.map(({ laneNumber }) => laneNumber).join(', ')} than this database: it is an older copy.`;
    report(error('DATABASE_BEHIND_CHAIN', 'database', message));
  }
}

/** An older service key gives the keys of its lanes, and with them access to the account. */
async function examineOldKeys(
  publicKeys: string[],
  {
    config,
    ledger,
    report,
  }: Pick<DiagnosisParts, 'config'> & { ledger: TransactionLedger; report: Report },
) {
  if (publicKeys.length === 0) return;
  const open = await ledger.readOpenTransactions(publicKeys);
  const inUse = new Set(open.map(({ publicKey }) => publicKey));
  const unused = publicKeys.filter((publicKey) => !inUse.has(publicKey));
  const message = [
    `${config.serviceAccountId} still has ${publicKeys.length} access keys (lanes) that were derived from an older service key.`,
    ...(unused.length > 0 ? [`Without open transactions: ${unused.join(' ')}`] : []),
    ...(inUse.size > 0 ? [`With open transactions: ${[...inUse].join(' ')}`] : []),
  ].join('\n  ');
  report(warning('OLD_LANE_KEYS', 'serviceKey', message));
}

async function examineTreasury(
  { config, chain }: DiagnosisParts,
  { amountYocto, spendableYocto }: AccountView,
  report: Report,
) {
  const { tokenContract, serviceAccountId, initialBalanceYocto } = config;
  const decimals = await chain.viewTokenDecimals({ tokenContract }).catch((thrown: unknown) => {
    if (thrown instanceof ServiceError && thrown.code === 'TOKEN_CONTRACT_MISSING') return null;
    throw thrown;
  });
  if (decimals === null) {
    const message = `No NEP-141 token answers at ${tokenContract}.`;
    report(error('TOKEN_CONTRACT_MISSING', 'tokenContract', message));
    return;
  }
  const refusal = refusalByToken(config, decimals);
  reportRefusal(refusal, report);
  if (refusal) return;
  const tokens = await chain.viewTokenBalance({ tokenContract, accountId: serviceAccountId });
  const registrationYocto = await chain.viewRegistrationDeposit({ tokenContract });
  const baseUnits = toBaseUnits(config.signupReward, decimals);
  const reward = { baseUnits, decimals, registrationYocto };
  const cost = maxWalletCost({ initialBalanceYocto, reward });
  const reserve = toMicroCost(config.reserveYocto, nearDecimals);
  const microNear = toMicroFunds(spendableYocto, nearDecimals);
  const microToken = toMicroFunds(tokens, decimals);
  const lockedYocto = amountYocto - spendableYocto;
  const ofStorage = `, of which its storage locks ${toDecimal(lockedYocto, nearDecimals)},`;
  const has = `${serviceAccountId} has ${toDecimal(amountYocto, nearDecimals)} NEAR${lockedYocto > 0n ? ofStorage : ''} and ${toDecimal(tokens, decimals)} tokens of ${tokenContract}`;
  if (microNear < cost.microNear + reserve) {
    const message = `${has}; one wallet and the reserve need ${(cost.microNear + reserve) / 1e6} NEAR.`;
    report(error('TREASURY_NEAR_LOW', 'reserveYocto', message));
  }
  if (microToken < cost.microToken) {
    const message = `${has}; one reward needs ${config.signupReward}.`;
    report(error('TREASURY_TOKEN_LOW', 'signupReward', message));
  }
  const runway = walletRunway({
    fundsMicroNear: microNear - reserve,
    fundsMicroToken: microToken,
    initialBalanceYocto,
    reward,
  });
  if (runway < config.runwayWarningWallets) {
    const message = `${has}: enough for ${runway} more wallets.`;
    report(warning('TREASURY_RUNWAY', 'runwayWarningWallets', message));
  }
}
