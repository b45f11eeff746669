import type { ErrorJson } from './receipt.ts';

/** What can go wrong between a caller and a node. `accept: true` lets the node take the request nevertheless. */
export type Fault =
  /** The node takes the request; the connection breaks before the answer. */
  | { readonly kind: 'drop-answer' }
  /** The connection breaks before the node has read the request. */
  | { readonly kind: 'drop-request' }
  /** The node answers later; it reads the request at once or, by default, only then. */
  | { readonly kind: 'delay'; readonly delayMs: number; readonly accept?: boolean }
  /** A bare HTTP answer: 408, 429, 500, 502, 503, with this text. */
  | {
      readonly kind: 'http-status';
      readonly status: number;
      readonly text?: string;
      readonly accept?: boolean;
    }
  /** HTTP 200 with something that is not JSON, as proxies do. */
  | { readonly kind: 'plain-text'; readonly text?: string; readonly accept?: boolean }
  /** The node gives up waiting at once. */
  | { readonly kind: 'timeout'; readonly accept?: boolean }
  /** A node behind the others says the nonce is used. */
  | { readonly kind: 'invalid-nonce'; readonly accept?: boolean }
  /** A node behind the others does not know the reference block. */
  | { readonly kind: 'expired'; readonly accept?: boolean }
  /** Any other `InvalidTxError`. */
  | { readonly kind: 'invalid-transaction'; readonly error: ErrorJson; readonly accept?: boolean }
  /** A node that has not heard of the transaction. */
  | { readonly kind: 'unknown-transaction' }
  /** The transaction gets into a block although it is invalid: an outcome, but no effect, and it can still execute later. */
  | { readonly kind: 'include-invalid'; readonly error: ErrorJson };

/** Which requests a fault strikes. */
interface FaultAddress {
  /** The RPC method; any when absent. */
  readonly method?: string;
  /** An account the request is about: signer, receiver, or the account asked for; any when absent. */
  readonly accountId?: string;
  /** Matching requests to let pass first; default 0. */
  readonly skip?: number;
  /** Matching requests to strike; default 1, null for all until it is removed. */
  readonly count?: number | null;
}

export type FaultRule = Fault & FaultAddress;

interface ActiveRule {
  readonly id: number;
  readonly rule: FaultRule;
  toSkip: number;
  /** Infinity for all. */
  remaining: number;
}

/** Faults on request, struck in the order they were added: the same requests meet the same faults. */
export class Faults {
  readonly #rules: ActiveRule[] = [];
  #nextId = 1;

  /** Adds a fault; answers its number. */
  add(rule: FaultRule): number {
    const id = this.#nextId++;
    const remaining = rule.count === null ? Number.POSITIVE_INFINITY : (rule.count ?? 1);
    this.#rules.push({ id, rule, toSkip: rule.skip ?? 0, remaining });
    return id;
  }

  /** Removes one fault, or all. */
  clear(id?: number): void {
    const kept = id === undefined ? [] : this.#rules.filter((active) => active.id !== id);
    this.#rules.splice(0, this.#rules.length, ...kept);
  }

  /** Faults that will still strike. */
  list(): { id: number; rule: FaultRule }[] {
    return this.#rules.map(({ id, rule }) => ({ id, rule }));
  }

  /** The fault that strikes this request, counted; null when none does. */
  strikeRequest(method: string, accountIds: readonly string[]): Fault | null {
    return this.#strike((rule) => {
      if (rule.kind === 'include-invalid') return false;
      return rule.method === undefined || rule.method === method;
    }, accountIds);
  }

  /** The error with which a transaction of these accounts is to be included although it is invalid, or null. */
  strikeInclusion(accountIds: readonly string[]): ErrorJson | null {
    const fault = this.#strike((rule) => rule.kind === 'include-invalid', accountIds);
    return fault?.kind === 'include-invalid' ? fault.error : null;
  }

  #strike(matches: (rule: FaultRule) => boolean, accountIds: readonly string[]): Fault | null {
    for (const [index, active] of this.#rules.entries()) {
      const { accountId } = active.rule;
      if (accountId !== undefined && !accountIds.includes(accountId)) continue;
      if (!matches(active.rule)) continue;
      if (active.toSkip > 0) {
        active.toSkip--;
        continue;
      }
      active.remaining--;
      if (active.remaining <= 0) this.#rules.splice(index, 1);
      return active.rule;
    }
    return null;
  }
}

/** The connection broke: there is no answer, and the caller cannot know whether the request was taken. */
export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError';

  constructor() {
    super('The connection was lost before an answer');
  }
}
