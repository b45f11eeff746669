import type { EngineConfig } from '../core/engine-config.ts';
import type { ProcessErrorCode } from '../core/errors.ts';
import type { Deployment } from '../ports/transaction-ledger.ts';

/** Why a process with this configuration must sign nothing. */
export interface StartRefusal {
  code:
    | 'SERVICE_ACCOUNT_CHANGED'
    | Extract<ProcessErrorCode, `${string}_CHANGED` | 'TOKEN_DECIMALS'>;
  message: string;
}

/**
 * Contradictions between configuration and database or chain that would cost money. One list, used by
 * the gate to refuse and by the diagnosis to report.
 */
export function refusalByDeployment(
  config: Pick<EngineConfig, 'networkId' | 'serviceAccountId' | 'tokenContract'>,
  deployment: Deployment,
): StartRefusal | null {
  if (deployment.serviceAccountId !== config.serviceAccountId) {
    const message = `this database pays from ${deployment.serviceAccountId}, not from ${config.serviceAccountId}`;
    return { code: 'SERVICE_ACCOUNT_CHANGED', message };
  }
  if (deployment.networkId !== config.networkId) {
    const message = `this database belongs to ${deployment.networkId}, not to ${config.networkId}`;
    return { code: 'NETWORK_CHANGED', message };
  }
  if (deployment.tokenContract !== config.tokenContract) {
    const message = `this database pays rewards of ${deployment.tokenContract}, not of ${config.tokenContract}`;
    return { code: 'TOKEN_CONTRACT_CHANGED', message };
  }
  return null;
}

/** With other decimals every reward would be another amount. */
export function refusalByToken(
  config: Pick<EngineConfig, 'tokenContract' | 'tokenDecimals'>,
  decimals: number,
): StartRefusal | null {
  if (decimals === config.tokenDecimals) return null;
  const message = `${config.tokenContract} has ${decimals} decimals, not ${config.tokenDecimals}`;
  return { code: 'TOKEN_DECIMALS', message };
}
