import { z } from 'zod';
import type { ErrorJson } from '../state/receipt.ts';

/** The requests that a fault strikes. */
const address = {
  /** The RPC method; any when absent. */
  method: z.string().optional(),
  /** An account the request is about: signer, receiver, or the account asked for; any when absent. */
  accountId: z.string().optional(),
  /** Matching requests to skip first; default 0. */
  skip: z.int().nonnegative().optional(),
  /** Matching requests to strike; default 1, null for all until it is removed. */
  count: z.int().positive().nullable().optional(),
};
/** Whether the node also handles the request; default false. */
const accept = z.boolean().optional();
const errorJson: z.ZodType<ErrorJson> = z.union([z.string(), z.record(z.string(), z.unknown())]);

function fault<Kind extends string, Fields extends z.ZodRawShape>(kind: Kind, fields: Fields) {
  return z.strictObject({ kind: z.literal(kind), ...fields, ...address });
}

/** The faults between a caller and a node; the README describes each. */
export const requestFault = z.discriminatedUnion('kind', [
  // No answer, or one that is not from a node.
  fault('drop-answer', {}),
  fault('drop-request', {}),
  fault('delay', { delayMs: z.int().nonnegative().max(600_000), accept }),
  fault('http-status', {
    status: z.int().min(400).max(599),
    text: z.string().optional(),
    accept,
  }),
  fault('plain-text', { text: z.string().optional(), accept }),
  fault('rpc-error', { code: z.int(), message: z.string().optional(), accept }),
  // Errors of a node.
  fault('node-error', { name: z.string(), info: z.unknown().optional(), accept }),
  fault('timeout', { accept }),
  fault('invalid-nonce', { accept }),
  fault('expired', { accept }),
  fault('invalid-transaction', { error: errorJson, accept }),
  fault('unknown-transaction', {}),
  fault('view-error', { error: z.string() }),
  // True answers to another request.
  fault('crossed-reply', { id: z.enum(['own', 'asked']).optional(), accept }),
  fault('other-transaction', { hash: z.string().optional(), accept }),
  // Changed answers.
  fault('frozen', { atHeight: z.int().nonnegative() }),
  fault('foreign-chain', {
    chainId: z.string().optional(),
    aheadBlocks: z.int().nonnegative().optional(),
  }),
  fault('future-block', {
    aheadMs: z.int().nonnegative().optional(),
    aheadBlocks: z.int().nonnegative().optional(),
  }),
  fault('misshapen', { path: z.string(), value: z.unknown().optional() }),
  fault('huge-reply', {
    bytes: z
      .int()
      .positive()
      .max(256 * 1024 * 1024),
  }),
  // In the chain: an outcome without an effect; the bytes can still execute later.
  fault('include-invalid', { error: errorJson }),
]);

export type FaultRule = Readonly<z.infer<typeof requestFault>>;
export type FaultOf<Kind extends FaultRule['kind']> = Extract<FaultRule, { kind: Kind }>;

interface ActiveRule {
  readonly id: number;
  readonly rule: FaultRule;
  toSkip: number;
  /** Infinity for all. */
  remaining: number;
}

/** Faults to inject, struck in the order they were added: the same requests meet the same faults. */
export class Faults {
  readonly #rules: ActiveRule[] = [];
  #nextId = 1;

  /** Adds a fault; returns its id. */
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
  strikeRequest(method: string, accountIds: readonly string[]): FaultRule | null {
    return this.#strike((rule) => {
      if (rule.kind === 'include-invalid') return false;
      return rule.method === undefined || rule.method === method;
    }, accountIds);
  }

  /** The error with which a transaction of these accounts is to be included although it is invalid, or null. */
  strikeInclusion(accountIds: readonly string[]): ErrorJson | null {
    const struck = this.#strike((rule) => rule.kind === 'include-invalid', accountIds);
    return struck?.kind === 'include-invalid' ? struck.error : null;
  }

  #strike(matches: (rule: FaultRule) => boolean, accountIds: readonly string[]): FaultRule | null {
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

/** The connection broke without an answer: the caller cannot know whether the request was handled. */
export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError';

  constructor() {
    super('The connection was lost before an answer');
  }
}
