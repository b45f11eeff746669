import { describe, expect, it } from 'vitest';
import { isServiceRejection, readActionError } from './chain-errors.ts';

const panic = (text: string) => ({
  FunctionCallError: { ExecutionError: `Smart contract panicked: ${text}` },
});

describe('an action that failed', () => {
  it('may mean that the account already exists', () => {
    const kind = { AccountAlreadyExists: { account_id: 'a.choonsim.near' } };
    expect(readActionError(JSON.stringify({ index: 0, kind }))).toEqual({ kind: 'account-exists' });
  });

  it.each([
    [{ LackBalanceForState: { account_id: 'a', amount: '1' } }, 'TREASURY_NEAR_LOW'],
    [panic("The account doesn't have enough balance"), 'TREASURY_TOKEN_LOW'],
    [
      panic('The attached deposit is less than the minimum storage balance'),
      'TOKEN_CONTRACT_MISSING',
    ],
    [panic('Requires attached deposit of exactly 1 yoctoNEAR'), 'TOKEN_CONTRACT_MISSING'],
    [{ AccountDoesNotExist: { account_id: 'token' } }, 'TOKEN_CONTRACT_MISSING'],
    [
      { FunctionCallError: { CompilationError: { CodeDoesNotExist: { account_id: 'token' } } } },
      'TOKEN_CONTRACT_MISSING',
    ],
    [{ FunctionCallError: { MethodResolveError: 'MethodNotFound' } }, 'TOKEN_CONTRACT_MISSING'],
  ] as const)('is an error of the service, whichever wallet it hit: %j', (kind, reason) => {
    expect(readActionError(JSON.stringify({ index: 3, kind }))).toEqual({
      kind: 'service',
      reason,
    });
  });

  it.each<unknown>([
    panic('The account a.choonsim.near is not registered'),
    panic('The amount should be a positive number'),
    panic('Sender and receiver should be different'),
    panic('something no standard knows'),
    { FunctionCallError: { ExecutionError: 'Exceeded the prepaid gas.' } },
    { FunctionCallError: { WasmTrap: 'Unreachable' } },
    { FunctionCallError: 'WasmUnknownError' },
    // One odd record must not stop everyone.
    { CreateAccountNotAllowed: { account_id: 'a.b', predecessor_id: 'c' } },
    { CreateAccountOnlyByRegistrar: { account_id: 'a', registrar_account_id: 'r' } },
    { ActorNoPermission: { account_id: 'a', actor_id: 'b' } },
    { AddKeyAlreadyExists: { account_id: 'a', public_key: 'ed25519:b' } },
    { OnlyImplicitAccountCreationAllowed: { account_id: 'a' } },
    { GlobalContractDoesNotExist: { identifier: 'x' } },
    'AKindOfTomorrow',
    'constructor',
    { toString: {} },
  ])('otherwise makes its wallet be retried alone: %j', (kind) => {
    expect(readActionError(JSON.stringify({ index: 3, kind }))).toEqual({
      kind: 'wallet',
      actionIndex: 3,
    });
  });

  it.each([null, '', 'not JSON', '7', '[]', '{}', '{"index":null}'])(
    'names no suspect when it is %j',
    (failure) => {
      expect(readActionError(failure)).toEqual({ kind: 'wallet', actionIndex: null });
    },
  );
});

describe("a node's rejection of a transaction", () => {
  it.each([
    'NotEnoughBalance',
    'LackBalanceForState',
    'InvalidAccessKeyError',
    'SignerDoesNotExist',
  ])('%s points at the service', (name) => {
    expect(isServiceRejection(name)).toBe(true);
  });

  it.each([
    'InvalidNonce',
    'NonceTooLarge',
    'Expired',
    'InvalidChain',
    'InvalidSignature',
    'CostOverflow',
    'ActionsValidation',
    'TransactionSizeExceeded',
    'ShardCongested',
    'ShardStuck',
    'ParseError',
    'Unknown',
    'ANameOfTomorrow',
  ])('%s proves nothing and stops nothing', (name) => {
    expect(isServiceRejection(name)).toBe(false);
  });
});
