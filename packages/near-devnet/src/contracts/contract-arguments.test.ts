import { actions } from 'near-api-js';
import { describe, expect, test } from 'vitest';
import { CHOCO_TOKEN, FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { TestNode } from '../testing/test-node.ts';
import { accountId, boolean, optional, readArguments, string, u128 } from './contract-arguments.ts';

const fields = {
  receiver_id: accountId,
  amount: u128,
  memo: optional(string),
  fast: optional(boolean),
};
const read = (text: string) => readArguments(Buffer.from(text), fields);
const MAX = `${2n ** 128n - 1n}`;

describe('arguments are parsed as near-sdk parses them', () => {
  test.each<[string, object]>([
    ['{"receiver_id":"a.b","amount":"5"}', { amount: 5n, memo: null }],
    ['{"amount":"+5","receiver_id":"a.b","memo":null}', { amount: 5n, memo: null }],
    ['{"receiver_id":"a.b","amount":"0005","memo":"x","fast":true}', { memo: 'x', fast: true }],
    [`{"receiver_id":"a.b","amount":"${MAX}"}`, { amount: BigInt(MAX) }],
    [' ["a.b","7",null,false] ', { receiver_id: 'a.b', amount: 7n, memo: null, fast: false }],
    ['{"receiver_id":"a.b","amount":"1","other":1,"other":{"amount":"2"}}', { amount: 1n }],
    ['{"receiver_id":"a.b","amount":"1","memo":"\\"amount\\":"}', { memo: '"amount":' }],
  ])('%s', (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  test.each([
    ['', 'EOF while parsing a value'],
    ['  ', 'EOF while parsing a value'],
    ['nonsense', 'expected value'],
    ['5', 'invalid type'],
    ['{}', 'missing field `receiver_id`'],
    ['{"receiver_id":"a.b"}', 'missing field `amount`'],
    ['["a.b","7"]', 'invalid length 2'],
    ['["a.b","7",null,null,null]', 'trailing characters'],
    ['{"receiver_id":"a.b","amount":"1","amount":"1"}', 'duplicate field `amount`'],
    ['{"receiver_id":"a.b","amount":"1","am\\u006funt":"1"}', 'duplicate field `amount`'],
    ['{"receiver_id":"a.b","amount":5}', 'invalid type for `amount`'],
    ['{"receiver_id":"a.b","amount":"-5"}', 'invalid digit'],
    ['{"receiver_id":"a.b","amount":" 5"}', 'invalid digit'],
    ['{"receiver_id":"a.b","amount":"+"}', 'invalid digit'],
    ['{"receiver_id":"a.b","amount":""}', 'empty string'],
    [`{"receiver_id":"a.b","amount":"${MAX}0"}`, 'number too large'],
    [`{"receiver_id":"a.b","amount":"${2n ** 128n}"}`, 'number too large'],
    [`{"receiver_id":"a.b","amount":"${'9'.repeat(1_000_000)}"}`, 'number too large'],
    ['{"receiver_id":"A","amount":"5"}', 'Account ID is invalid'],
    ['{"receiver_id":"a.b","amount":"5","fast":"yes"}', 'invalid type for `fast`'],
  ])('%.60s is a panic: %s', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });
});

describe('calls of the token', () => {
  async function call(methodName: string, args: Uint8Array | object, depositYocto: bigint) {
    const node = new TestNode();
    const { result } = await node.execute({
      signerId: SERVICE_ACCOUNT,
      receiverId: CHOCO_TOKEN,
      actions: [actions.functionCall(methodName, args, 10n ** 13n, depositYocto)],
    });
    return { node, result };
  }
  const failure = async (methodName: string, args: Uint8Array | object, depositYocto: bigint) =>
    (await call(methodName, args, depositYocto)).result.status.Failure?.ActionError.kind
      .FunctionCallError.ExecutionError;

  test('arguments are parsed before the deposit is checked', async () => {
    expect(await failure('ft_transfer', {}, 0n)).toContain('missing field');
    expect(await failure('ft_transfer', new Uint8Array(), 0n)).toContain('EOF while parsing');
    const transfer = { receiver_id: 'a.b', amount: '1' };
    expect(await failure('ft_transfer', transfer, 0n)).toContain('exactly 1 yoctoNEAR');
  });

  test('a view called in a transaction keeps the deposit', async () => {
    const { node, result } = await call('ft_balance_of', { account_id: 'a.b' }, 5n * 10n ** 24n);
    expect(result.status).toHaveProperty('SuccessValue');
    const held = node.devnet.inspect().account(CHOCO_TOKEN)?.amountYocto ?? 0n;
    expect(held).toBeGreaterThanOrEqual(1_005n * 10n ** 24n);
  });

  test.each([
    ['ft_transfer', { receiver_id: FAUCET_ACCOUNT, amount: '1' }, 1n, 0.92, 0.97],
    ['storage_deposit', { account_id: FAUCET_ACCOUNT }, 125n * 10n ** 19n, 0.76, 0.78],
    ['ft_balance_of', { account_id: FAUCET_ACCOUNT }, 0n, 0.45, 0.47],
  ])(
    '%s burns about the gas of a near-sdk token',
    async (methodName, args, depositYocto, least, most) => {
      const node = new TestNode();
      const send = (method: string, given: object, deposit: bigint) =>
        node.execute({
          signerId: SERVICE_ACCOUNT,
          receiverId: CHOCO_TOKEN,
          actions: [actions.functionCall(method, given, 10n ** 13n, deposit)],
        });
      if (methodName === 'ft_transfer') {
        await send('storage_deposit', { account_id: FAUCET_ACCOUNT }, 125n * 10n ** 19n);
      }
      const { result } = await send(methodName, args, depositYocto);
      const { gas_burnt } = result.receipts_outcome[0].outcome as unknown as { gas_burnt: number };
      // Without the fees of the receipt and of its one action.
      const fees = 108_059_500_000 + 780_000_000_000;
      const perByte = 2_235_934 * (methodName.length + JSON.stringify(args).length);
      const tgas = (gas_burnt - fees - perByte) / 1e12;
      expect(tgas).toBeGreaterThanOrEqual(least);
      expect(tgas).toBeLessThanOrEqual(most);
    },
  );
});
