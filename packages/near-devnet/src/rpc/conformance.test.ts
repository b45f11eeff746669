import {
  Account,
  type Action,
  actions,
  baseDecode,
  createTransaction,
  JsonRpcProvider,
  KeyPair,
  KeyPairSigner,
  type SignedTransaction,
} from 'near-api-js';
import * as errors from 'near-api-js/rpc-errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DevnetServer, startDevnetServer } from '../node/devnet-server.ts';
import { CHOCO_TOKEN, developmentKey, FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';

// near-api-js 7 as any other project uses it, over HTTP, with nothing made for the devnet.
let server: DevnetServer;
let provider: JsonRpcProvider;
let names = 0;
const TGAS = 10n ** 12n;
const faucetSigner = KeyPairSigner.fromSecretKey(developmentKey(FAUCET_ACCOUNT).secretKey);

beforeAll(async () => {
  server = await startDevnetServer({ port: 0, blockTimeMs: 5, faults: true });
  provider = new JsonRpcProvider({ url: server.rpcUrl }, { retries: 1 });
});
afterAll(() => server.close());

interface Wallet {
  readonly id: string;
  readonly key: KeyPair;
  readonly account: Account;
}

/** A new account with 10 NEAR. */
async function newWallet(): Promise<Wallet> {
  const id = `w${++names}.${FAUCET_ACCOUNT}`;
  const key = KeyPair.fromRandom('ed25519');
  await execute(FAUCET_ACCOUNT, faucetSigner, id, [
    actions.createAccount(),
    actions.addFullAccessKey(key.getPublicKey()),
    actions.transfer(10n ** 25n),
  ]);
  return { id, key, account: new Account(id, provider, new KeyPairSigner(key)) };
}

async function sign(
  signerId: string,
  signer: KeyPairSigner,
  receiverId: string,
  list: Action[],
  changes: { nonce?: bigint; blockHash?: string } = {},
): Promise<SignedTransaction> {
  const publicKey = await signer.getPublicKey();
  const block = await provider.viewBlock({ finality: 'final' });
  const nonce =
    changes.nonce ??
    BigInt((await provider.viewAccessKey({ accountId: signerId, publicKey })).nonce) + 1n;
  const hash = baseDecode(changes.blockHash ?? block.header.hash);
  const tx = createTransaction(signerId, publicKey, receiverId, nonce, list, hash);
  return (await signer.signTransaction(tx)).signedTransaction;
}

async function execute(
  signerId: string,
  signer: KeyPairSigner,
  receiverId: string,
  list: Action[],
) {
  return provider.sendTransactionUntil(await sign(signerId, signer, receiverId, list), 'FINAL');
}

const signerOf = ({ key }: Wallet) => new KeyPairSigner(key);

describe('accounts and keys', () => {
  test('an account as the library sees it', async () => {
    const { id, account } = await newWallet();
    // The library does not count NEAR locked for storage as available.
    expect(await account.getBalance()).toBe(10n ** 25n - 182n * 10n ** 19n);
    const state = await provider.viewAccount({ accountId: id });
    expect(state).toMatchObject({ amount: 10n ** 25n, locked: 0n, storage_usage: 182 });
  });

  test('high-level calls: transfer, add and delete keys, delete the account', async () => {
    const wallet = await newWallet();
    const extra = KeyPair.fromRandom('ed25519').getPublicKey();
    await wallet.account.transfer({ receiverId: FAUCET_ACCOUNT, amount: 10n ** 24n });
    await wallet.account.addFullAccessKey(extra);
    expect((await wallet.account.getAccessKeyList()).keys).toHaveLength(2);
    await wallet.account.deleteKey(extra);
    expect((await wallet.account.getAccessKeyList()).keys).toHaveLength(1);
    await wallet.account.deleteAccount(FAUCET_ACCOUNT);
    await expect(provider.viewAccount({ accountId: wallet.id })).rejects.toBeInstanceOf(
      errors.AccountDoesNotExistError,
    );
  });

  test('a function-call key can do what its permission allows and nothing else', async () => {
    const wallet = await newWallet();
    const limited = KeyPair.fromRandom('ed25519');
    await wallet.account.addFunctionCallAccessKey({
      publicKey: limited.getPublicKey(),
      contractId: CHOCO_TOKEN,
      methodNames: ['storage_deposit'],
      allowance: 10n ** 23n,
    });
    const signer = new KeyPairSigner(limited);
    const call = (method: string, deposit = 0n) => [
      actions.functionCall(method, {}, 10n * TGAS, deposit),
    ];
    const before = await provider.viewAccessKey({
      accountId: wallet.id,
      publicKey: limited.getPublicKey(),
    });
    // Without a deposit the contract panics, but the key was valid and its allowance pays.
    await execute(wallet.id, signer, CHOCO_TOKEN, call('storage_deposit'));
    const after = await provider.viewAccessKey({
      accountId: wallet.id,
      publicKey: limited.getPublicKey(),
    });
    expect(allowance(after)).toBeLessThan(allowance(before));
    expect(allowance(after)).toBeGreaterThan(allowance(before) - 10n ** 21n);
    const refused: [string, Action[], new (...args: never[]) => Error][] = [
      [CHOCO_TOKEN, call('ft_transfer'), errors.AccessKeyMethodNameMismatchActionError],
      [
        CHOCO_TOKEN,
        call('storage_deposit', 1n),
        errors.AccessKeyDepositWithFunctionCallActionError,
      ],
      [FAUCET_ACCOUNT, call('storage_deposit'), errors.AccessKeyReceiverMismatchActionError],
      [FAUCET_ACCOUNT, [actions.transfer(1n)], errors.AccessKeyRequiresFullAccessActionError],
    ];
    for (const [receiverId, list, error] of refused) {
      await expect(execute(wallet.id, signer, receiverId, list)).rejects.toBeInstanceOf(error);
    }
  });

  test('an allowance runs out', async () => {
    const wallet = await newWallet();
    const limited = KeyPair.fromRandom('ed25519');
    await wallet.account.addFunctionCallAccessKey({
      publicKey: limited.getPublicKey(),
      contractId: CHOCO_TOKEN,
      methodNames: [],
      allowance: 1n,
    });
    const list = [actions.functionCall('ft_transfer', {}, 10n * TGAS, 0n)];
    const sent = execute(wallet.id, new KeyPairSigner(limited), CHOCO_TOKEN, list);
    await expect(sent).rejects.toBeInstanceOf(errors.AccessKeyNotEnoughAllowanceActionError);
  });
});

function allowance({ permission }: { permission: unknown }): bigint {
  const { FunctionCall } = permission as { FunctionCall: { allowance: string } };
  return BigInt(FunctionCall.allowance);
}

describe('wait levels', () => {
  const order = ['INCLUDED', 'EXECUTED_OPTIMISTIC', 'INCLUDED_FINAL', 'EXECUTED', 'FINAL'] as const;

  test.each(order)('a request for %s is answered when it is reached', async (level) => {
    const wallet = await newWallet();
    const tx = await sign(wallet.id, signerOf(wallet), FAUCET_ACCOUNT, [actions.transfer(1n)]);
    const { final_execution_status: reached } = await provider.sendTransactionUntil(tx, level);
    expect(order.indexOf(reached as (typeof order)[number])).toBeGreaterThanOrEqual(
      order.indexOf(level),
    );
  });

  test('NONE returns at once, and the hash is known afterwards', async () => {
    const wallet = await newWallet();
    const tx = await sign(wallet.id, signerOf(wallet), FAUCET_ACCOUNT, [actions.transfer(1n)]);
    expect(await provider.sendTransactionUntil(tx, 'NONE')).toEqual({
      final_execution_status: 'NONE',
    });
    const hash = (await provider.sendTransactionUntil(tx, 'FINAL')).transaction.hash;
    const status = await provider.viewTransactionStatus({
      txHash: hash,
      accountId: wallet.id,
      waitUntil: 'FINAL',
    });
    expect(status.final_execution_status).toBe('FINAL');
    const receipts = await provider.viewTransactionStatusWithReceipts({
      txHash: hash,
      accountId: wallet.id,
      waitUntil: 'FINAL',
    });
    expect(receipts).toHaveProperty('receipts.length', 1);
  });

  test('an unknown hash', async () => {
    const status = provider.viewTransactionStatus({
      txHash: '11111111111111111111111111111112',
      accountId: FAUCET_ACCOUNT,
      waitUntil: 'NONE',
    });
    await expect(status).rejects.toBeInstanceOf(errors.UnknownTransactionError);
  });
});

describe('rejected transactions, in the library’s own error classes', () => {
  const one = [actions.transfer(1n)];
  const cases: [
    string,
    (wallet: Wallet) => Promise<SignedTransaction>,
    new (...args: never[]) => Error,
  ][] = [
    [
      'used nonce',
      (w) => sign(w.id, signerOf(w), w.id, one, { nonce: 1n }),
      errors.InvalidNonceError,
    ],
    [
      'nonce of the far future',
      (w) => sign(w.id, signerOf(w), w.id, one, { nonce: 10n ** 18n }),
      errors.NonceTooLargeError,
    ],
    [
      'unknown reference block',
      (w) => sign(w.id, signerOf(w), w.id, one, { blockHash: '11111111111111111111111111111112' }),
      errors.TransactionExpiredError,
    ],
    [
      'too little balance',
      (w) => sign(w.id, signerOf(w), FAUCET_ACCOUNT, [actions.transfer(10n ** 26n)]),
      errors.NotEnoughBalanceError,
    ],
    [
      'an unknown signer',
      (w) => sign('nobody.devnet', signerOf(w), w.id, one, { nonce: 5n }),
      errors.SignerDoesNotExistError,
    ],
    [
      "another account's key",
      (w) => sign(SERVICE_ACCOUNT, signerOf(w), w.id, one, { nonce: 5n }),
      errors.AccessKeyNotFoundActionError,
    ],
    [
      'broken signature',
      async (w) => {
        const tx = await sign(w.id, signerOf(w), FAUCET_ACCOUNT, one);
        return Object.assign(tx, {
          signature: (await sign(w.id, signerOf(w), w.id, one)).signature,
        });
      },
      errors.InvalidSignatureError,
    ],
    [
      'too many actions',
      (w) => sign(w.id, signerOf(w), FAUCET_ACCOUNT, Array(101).fill(actions.transfer(1n))),
      errors.TotalNumberOfActionsExceededActionError,
    ],
    [
      'too much gas',
      (w) =>
        sign(w.id, signerOf(w), CHOCO_TOKEN, [
          actions.functionCall('a', {}, 600n * TGAS, 0n),
          actions.functionCall('a', {}, 600n * TGAS, 0n),
        ]),
      errors.TotalPrepaidGasExceededActionError,
    ],
    [
      'no gas',
      (w) => sign(w.id, signerOf(w), CHOCO_TOKEN, [actions.functionCall('a', {}, 0n, 0n)]),
      errors.FunctionCallZeroAttachedGasActionError,
    ],
    [
      'deletion that is not the last action',
      (w) => sign(w.id, signerOf(w), w.id, [actions.deleteAccount(FAUCET_ACCOUNT), ...one]),
      errors.DeleteActionMustBeFinalActionError,
    ],
    [
      'stake, which the devnet does not offer',
      (w) => sign(w.id, signerOf(w), w.id, [actions.stake(1n, w.key.getPublicKey())]),
      errors.UnsupportedProtocolFeatureActionError,
    ],
  ];

  test.each(cases)('%s', async (_, make, error) => {
    const tx = await make(await newWallet());
    await expect(provider.sendTransactionUntil(tx, 'FINAL')).rejects.toBeInstanceOf(error);
  });

  test('a wait times out', async () => {
    const wallet = await newWallet();
    server.devnet.faults?.add({ kind: 'timeout', method: 'send_tx', accountId: wallet.id });
    const tx = await sign(wallet.id, signerOf(wallet), FAUCET_ACCOUNT, one);
    // Under HTTP 408, which the library reads before the body.
    await expect(provider.sendTransactionUntil(tx, 'FINAL')).rejects.toMatchObject({ cause: 408 });
  });
});

describe('failed executions, in the library’s own error classes', () => {
  const cases: [string, string | null, Action[], new (...args: never[]) => Error][] = [
    ['account exists', null, [actions.createAccount()], errors.AccountAlreadyExistsActionError],
    [
      'account does not exist',
      'nobody.devnet',
      [actions.transfer(1n)],
      errors.AccountDoesNotExistActionError,
    ],
    [
      'not a sub-account',
      `new.${SERVICE_ACCOUNT}`,
      [actions.createAccount()],
      errors.CreateAccountNotAllowedActionError,
    ],
    [
      'short top-level account',
      'toplevel',
      [actions.createAccount()],
      errors.CreateAccountOnlyByRegistrarActionError,
    ],
    [
      'implicit account by action',
      'ab'.repeat(32),
      [actions.createAccount()],
      errors.OnlyImplicitAccountCreationAllowedActionError,
    ],
    [
      'another account',
      FAUCET_ACCOUNT,
      [actions.addFullAccessKey(KeyPair.fromRandom('ed25519').getPublicKey())],
      errors.ActorNoPermissionActionError,
    ],
    [
      'no such method',
      CHOCO_TOKEN,
      [actions.functionCall('nothing', {}, TGAS, 0n)],
      errors.ContractMethodNotFoundError,
    ],
    [
      'no contract',
      FAUCET_ACCOUNT,
      [actions.functionCall('nothing', {}, TGAS, 0n)],
      errors.ContractCodeDoesNotExistError,
    ],
    [
      'panic',
      CHOCO_TOKEN,
      [actions.functionCall('ft_transfer', {}, 10n * TGAS, 0n)],
      errors.ContractExecutionError,
    ],
  ];

  test.each(cases)('%s', async (_, receiverId, list, error) => {
    const wallet = await newWallet();
    // Only the high-level call turns a failed outcome into an error of the library.
    const sent = wallet.account.signAndSendTransaction({
      receiverId: receiverId ?? wallet.id,
      actions: list,
      throwOnFailure: true,
    });
    await expect(sent).rejects.toBeInstanceOf(error);
  });

  test('adding a key twice, deleting a missing key', async () => {
    const { account, key } = await newWallet();
    const unknown = KeyPair.fromRandom('ed25519').getPublicKey();
    await expect(account.addFullAccessKey(key.getPublicKey())).rejects.toBeInstanceOf(
      errors.AddKeyAlreadyExistsActionError,
    );
    await expect(account.deleteKey(unknown)).rejects.toBeInstanceOf(
      errors.DeleteKeyDoesNotExistActionError,
    );
  });

  test('an account that cannot pay for its storage', async () => {
    const wallet = await newWallet();
    const keys = Array.from({ length: 20 }, () => KeyPair.fromRandom('ed25519').getPublicKey());
    const sent = wallet.account.signAndSendTransaction({
      receiverId: `sub.${wallet.id}`,
      actions: [actions.createAccount(), ...keys.map((key) => actions.addFullAccessKey(key))],
      throwOnFailure: true,
    });
    await expect(sent).rejects.toBeInstanceOf(errors.LackBalanceForStateActionError);
  });
});

describe('reading', () => {
  test('views, and the errors of views', async () => {
    const { id, key } = await newWallet();
    const unknown = KeyPair.fromRandom('ed25519').getPublicKey();
    const call = (contractId: string, method: string) =>
      provider.callFunction({ contractId, method, args: {} });
    expect(await call(CHOCO_TOKEN, 'ft_total_supply')).toBe(`${10n ** 27n}`);
    await expect(call(CHOCO_TOKEN, 'nothing')).rejects.toBeInstanceOf(
      errors.ContractMethodNotFoundError,
    );
    await expect(call(id, 'nothing')).rejects.toBeInstanceOf(errors.ContractCodeDoesNotExistError);
    await expect(call('nobody.devnet', 'a')).rejects.toBeInstanceOf(
      errors.AccountDoesNotExistError,
    );
    await expect(
      provider.viewAccessKey({ accountId: id, publicKey: unknown }),
    ).rejects.toBeInstanceOf(errors.AccessKeyDoesNotExistError);
    await expect(provider.viewContractCode({ contractId: id })).rejects.toBeInstanceOf(
      errors.ContractCodeDoesNotExistError,
    );
    expect(
      await provider.viewAccessKey({ accountId: id, publicKey: key.getPublicKey() }),
    ).toMatchObject({ permission: 'FullAccess' });
  });

  test('blocks, chunks, status, prices', async () => {
    const block = await provider.viewBlock({ finality: 'final' });
    expect(await provider.viewBlock({ blockId: block.header.height })).toEqual(block);
    expect(await provider.viewBlock({ blockId: block.header.hash })).toEqual(block);
    const chunkHash = block.chunks[0]?.chunk_hash ?? '';
    expect((await provider.viewChunk(chunkHash)).header.chunk_hash).toBe(chunkHash);
    await expect(provider.viewBlock({ blockId: 10 ** 9 })).rejects.toBeInstanceOf(
      errors.UnknownBlockError,
    );
    expect((await provider.viewNodeStatus()).chain_id).toBe('devnet');
    expect((await provider.viewGasPrice()).gas_price).toBe('100000000');
    expect((await provider.viewValidators()).current_validators).toHaveLength(1);
    const config = await provider.experimental_protocolConfig({ finality: 'final' });
    expect(config.transaction_validity_period).toBe(86_400);
  });

  test('changes of accounts and keys in a block', async () => {
    const wallet = await newWallet();
    const result = await execute(wallet.id, signerOf(wallet), FAUCET_ACCOUNT, [
      actions.transfer(1n),
    ]);
    const blockQuery = { blockId: result.transaction_outcome.block_hash };
    const changes = await provider.accountChanges([wallet.id], blockQuery);
    expect(changes.changes).toHaveLength(1);
    const touched = await provider.blockChanges(blockQuery);
    expect(touched.changes).toContainEqual({ type: 'account_touched', account_id: wallet.id });
  });
});

describe('meta-transactions', () => {
  test('a relayer pays, the sender acts', async () => {
    const sender = await newWallet();
    const { signedDelegate } = await sender.account.createSignedMetaTransaction({
      receiverId: FAUCET_ACCOUNT,
      actions: [actions.transfer(10n ** 24n)],
      blockHeightTtl: 1000,
    });
    const result = await execute(FAUCET_ACCOUNT, faucetSigner, sender.id, [
      actions.signedDelegate(signedDelegate),
    ]);
    expect(result.status).toHaveProperty('SuccessValue');
    // The deposit is the relayer's, who pays for the whole meta-transaction.
    expect((await provider.viewAccount({ accountId: sender.id })).amount).toBe(10n ** 25n);
    const again = await execute(FAUCET_ACCOUNT, faucetSigner, sender.id, [
      actions.signedDelegate(signedDelegate),
    ]);
    expect(again.status).toHaveProperty('Failure.ActionError.kind.DelegateActionInvalidNonce');
  });

  test('an expired one, or one to another receiver, fails', async () => {
    const sender = await newWallet();
    const relay = async (receiverId: string, blockHeightTtl: number) => {
      const { signedDelegate } = await sender.account.createSignedMetaTransaction({
        receiverId: FAUCET_ACCOUNT,
        actions: [actions.transfer(1n)],
        blockHeightTtl,
      });
      const list = [actions.signedDelegate(signedDelegate)];
      return (await execute(FAUCET_ACCOUNT, faucetSigner, receiverId, list)).status;
    };
    expect(await relay(sender.id, 0)).toHaveProperty(
      'Failure.ActionError.kind',
      'DelegateActionExpired',
    );
    expect(await relay(SERVICE_ACCOUNT, 1000)).toHaveProperty(
      'Failure.ActionError.kind.DelegateActionSenderDoesNotMatchTxReceiver',
    );
  });
});
