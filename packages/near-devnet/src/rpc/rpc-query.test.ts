import { actions, KeyPair } from 'near-api-js';
import { describe, expect, test } from 'vitest';
import { parsePublicKey } from '../bytes/public-key.ts';
import { CHOCO_TOKEN, developmentKey, FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { TestNode } from '../testing/test-node.ts';

describe('key views', () => {
  test('a missing account has no keys, which is not an error', async () => {
    const node = new TestNode();
    const account_id = 'nobody.devnet';
    const { publicKey: public_key } = developmentKey(account_id);
    const { height: block_height } = node.devnet.inspect();
    expect(await node.query('view_access_key_list', { account_id })).toMatchObject({
      result: { keys: [], block_height },
    });
    expect(await node.query('view_access_key', { account_id, public_key })).toMatchObject({
      result: {
        error: `access key ${public_key} does not exist while viewing`,
        logs: [],
        block_height,
      },
    });
  });

  async function nodeWithKeys(count: number, accessKeysLimit?: number) {
    const node = new TestNode(accessKeysLimit === undefined ? {} : { accessKeysLimit });
    for (let left = count - 1; left > 0; left -= 50) {
      const adding = Array.from({ length: Math.min(left, 50) }, () =>
        actions.addFullAccessKey(KeyPair.fromRandom('ed25519').getPublicKey()),
      );
      const { result } = await node.execute({
        signerId: FAUCET_ACCOUNT,
        receiverId: FAUCET_ACCOUNT,
        actions: adding,
      });
      expect(result.status).toHaveProperty('SuccessValue');
    }
    const list = async (page: object) => {
      const { result, error } = await node.query('view_access_key_list', {
        account_id: FAUCET_ACCOUNT,
        ...page,
      });
      return { result: result as unknown as KeyList, error };
    };
    return { node, list };
  }
  interface KeyList {
    readonly keys: readonly { readonly public_key: string }[];
    readonly last_key?: string;
  }

  test('an unpaged list has up to the limit; one more key is an error', async () => {
    const { node, list } = await nodeWithKeys(100);
    expect((await list({})).result.keys).toHaveLength(100);
    await node.execute({
      signerId: FAUCET_ACCOUNT,
      receiverId: FAUCET_ACCOUNT,
      actions: [actions.addFullAccessKey(KeyPair.fromRandom('ed25519').getPublicKey())],
    });
    expect((await list({})).error.cause).toMatchObject({
      name: 'TOO_MANY_ACCESS_KEYS',
      info: { requested_account_id: FAUCET_ACCOUNT, limit: 100 },
    });
    expect((await list({ limit: 5_000 })).result.keys).toHaveLength(100);
  });

  test('pages list every key once, in the order of their bytes', async () => {
    const { node, list } = await nodeWithKeys(8, 3);
    const seen: string[] = [];
    let after_key: string | undefined;
    do {
      const { keys, last_key } = (await list({ limit: 3, after_key })).result;
      seen.push(...keys.map(({ public_key }) => public_key));
      if (last_key !== undefined) expect(last_key).toBe(seen.at(-1));
      after_key = last_key;
    } while (after_key !== undefined);
    expect(seen).toHaveLength(8);
    const bytes = seen.map((key) => Buffer.from(parsePublicKey(key)?.bytes ?? []).toString('hex'));
    expect(bytes).toEqual([...bytes].sort());
    expect(new Set(seen)).toEqual(
      new Set(node.devnet.inspect().account(FAUCET_ACCOUNT)?.publicKeys),
    );
  });

  test.each([{ limit: 0 }, { limit: -1 }, { limit: 1.5 }, { limit: '3' }, { after_key: 'x' }])(
    'a page of %j is a parse error',
    async (page) => {
      const { list } = await nodeWithKeys(1);
      expect((await list(page)).error.cause.name).toBe('PARSE_ERROR');
    },
  );
});

test('view_state of a plain account is empty; of a built-in contract, too large', async () => {
  const node = new TestNode();
  const view = (account_id: string) => node.query('view_state', { account_id, prefix_base64: '' });
  expect((await view(SERVICE_ACCOUNT)).result).toMatchObject({ values: [] });
  expect((await view(CHOCO_TOKEN)).error.cause.name).toBe('TOO_LARGE_CONTRACT_STATE');
  expect((await view('nobody.devnet')).error.cause.name).toBe('UNKNOWN_ACCOUNT');
});

describe('the EXPERIMENTAL methods of views', () => {
  const node = new TestNode();
  const { height: block_height } = node.devnet.inspect();
  const ask = async (method: string, params: object) => {
    const { error } = await node.call(method, { finality: 'optimistic', ...params });
    return error;
  };

  test('a missing access key is an error', async () => {
    const public_key = node.publicKeyOf(CHOCO_TOKEN).toString();
    const key = { account_id: SERVICE_ACCOUNT, public_key };
    expect(await ask('EXPERIMENTAL_view_access_key', key)).toMatchObject({
      name: 'HANDLER_ERROR',
      cause: { name: 'UNKNOWN_ACCESS_KEY', info: { public_key, block_height } },
    });
  });

  test.each<[string, string, string, unknown]>([
    ['ft_nothing', '', CHOCO_TOKEN, { MethodResolveError: 'MethodNotFound' }],
    [
      'ft_metadata',
      '',
      SERVICE_ACCOUNT,
      { CompilationError: { CodeDoesNotExist: { account_id: SERVICE_ACCOUNT } } },
    ],
    [
      'ft_balance_of',
      '[',
      CHOCO_TOKEN,
      { ExecutionError: expect.stringMatching(/^Smart contract panicked: /) },
    ],
  ])('a view that fails is an error: %s(%s) of %s', async (method_name, args, account_id, why) => {
    const args_base64 = Buffer.from(args).toString('base64');
    const call = { account_id, method_name, args_base64 };
    expect(await ask('EXPERIMENTAL_call_function', call)).toMatchObject({
      name: 'HANDLER_ERROR',
      cause: { name: 'CONTRACT_EXECUTION_ERROR', info: { vm_error: why, block_height } },
    });
  });
});
