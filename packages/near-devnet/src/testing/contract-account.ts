import { actions } from 'near-api-js';
import { FAUCET_ACCOUNT } from '../rules/genesis.ts';
import type { JsonRpcBody, TestNode } from './test-node.ts';

const TGAS = 10n ** 12n;

/** An account with 100 NEAR and a contract whose methods take plain text. */
export class ContractAccount {
  readonly id: string;
  readonly #node: TestNode;

  private constructor(node: TestNode, id: string) {
    this.#node = node;
    this.id = id;
  }

  /** Creates the account below the faucet and deploys the code to it. */
  static async create(node: TestNode, name: string, code: Uint8Array): Promise<ContractAccount> {
    const id = `${name}.${FAUCET_ACCOUNT}`;
    await node.execute({
      signerId: FAUCET_ACCOUNT,
      receiverId: id,
      actions: [
        actions.createAccount(),
        actions.transfer(100n * 10n ** 24n),
        actions.addFullAccessKey(node.publicKeyOf(id)),
        actions.deployContract(code),
      ],
    });
    return new ContractAccount(node, id);
  }

  /** Calls a method as the faucet; returns the whole answer at FINAL. */
  async answer(
    method: string,
    input: string | Uint8Array = '',
    { gas = 100n * TGAS, deposit = 0n, blocks = 8 } = {},
  ): Promise<JsonRpcBody> {
    const call = actions.functionCall(method, Buffer.from(input), gas, deposit);
    const signed = this.#node.sign({
      signerId: FAUCET_ACCOUNT,
      receiverId: this.id,
      actions: [call],
    });
    const answer = this.#node.send(signed);
    this.#node.blocks(blocks);
    return answer;
  }

  /** Calls a method as the faucet; returns its result as text, throws its failure. */
  async call(...parameters: Parameters<ContractAccount['answer']>): Promise<string> {
    return (await this.bytes(...parameters)).toString('utf8');
  }

  async bytes(...parameters: Parameters<ContractAccount['answer']>): Promise<Buffer> {
    const { result } = await this.answer(...parameters);
    const { SuccessValue: value, Failure: failure } = result.status;
    if (value === undefined) throw new Error(JSON.stringify(failure));
    return Buffer.from(value, 'base64');
  }

  /** Gas that the receipt of a call burnt. */
  async gasOf(...parameters: Parameters<ContractAccount['answer']>): Promise<number> {
    const { result } = await this.answer(...parameters);
    return result.receipts_outcome[0].outcome.gas_burnt;
  }

  async view(method: string, input = ''): Promise<string> {
    const { result } = await this.#node.query('call_function', {
      account_id: this.id,
      method_name: method,
      args_base64: Buffer.from(input).toString('base64'),
    });
    if (result.error !== undefined) throw new Error(result.error);
    return Buffer.from(result.result).toString('utf8');
  }
}
