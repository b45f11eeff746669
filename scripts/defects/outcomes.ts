import type { ProtocolDefect, SourcePatch } from './protocol-defect.ts';

const reply = 'adapters/near-rpc/near-transaction-reply.ts';

const ignoredHashes: [SourcePatch, SourcePatch] = [
  {
    file: reply,
    find: `    requireSame(transaction.hash, hash, 'the transaction');`.trimStart(),
    replace: '',
  },
  {
    file: reply,
    find: `if (isRecord(outcome)) requireSameIfSaid(outcome.id, hash, 'the outcome of a transaction');`,
    replace: '',
  },
];

/** What counts as the outcome of a transaction. */
export const outcomesDefects: ProtocolDefect[] = [
  {
    name: 'settle before FINAL',
    reportedAs: /is (SUCCEEDED|FAILED), on chain it is pending/,
    file: reply,
    find: `if (levels[level] !== 'FINAL') return`,
    replace: `if (level < 1) return`,
  },
  {
    name: "treat an invalid transaction's outcome as a failure",
    reportedAs: /is FAILED, on chain it is/,
    file: reply,
    find: `return { kind: 'rejected', reason: requireInvalidReason(failure) };`,
    replace: `return { kind: 'final', outcome: { succeeded: false, failure: '{}', gasBurnt: 0n, burntYocto: 0n } };`,
  },
  {
    name: "treat a node's rejection as a failure",
    reportedAs: /is FAILED, on chain it is/,
    file: reply,
    find: `return {
        kind: 'rejected',
        reason: requireInvalidReason(isRecord(data) ? data.TxExecutionError : undefined),
      };`,
    replace: `return { kind: 'final', outcome: { succeeded: false, failure: '{}', gasBurnt: 0n, burntYocto: 0n } };`,
  },
  {
    name: 'treat every outcome as a success',
    reportedAs: /is SUCCEEDED, on chain it is failed/,
    file: reply,
    find: 'succeeded: false, failure: failureText(failure)',
    replace: 'succeeded: true, failure: null',
  },
  {
    name: 'accept the reply to another request',
    reportedAs: /on chain it is/,
    event: 'node crosses replies',
    file: 'adapters/near-rpc/rpc-reply.ts',
    find: 'if (reply.id !== id) {',
    replace: 'if (typeof reply.id !== typeof id) {',
    // Either check alone refuses such a reply.
    also: ignoredHashes,
  },
  {
    name: "accept another transaction's outcome",
    reportedAs: /on chain it is/,
    event: 'node mixes up outcomes',
    ...ignoredHashes[0],
    also: [ignoredHashes[1]],
  },
  {
    name: 'infer success from the absence of a failure',
    reportedAs: /is SUCCEEDED, on chain it is/,
    event: 'node garbles outcomes',
    file: reply,
    find: `if (typeof status.SuccessValue === 'string') return`,
    replace: `if (!isRecord(status.Failure)) return`,
    also: [
      {
        file: reply,
        find: 'if (!isRecord(status) || Object.keys(status).length !== 1) {',
        replace: 'if (!isRecord(status)) {',
      },
    ],
  },
  {
    name: 'trust an endpoint of another chain',
    reportedAs: /on chain it is|ended /,
    event: 'node is replaced by one of another chain',
    file: 'adapters/near-rpc/near-endpoints.ts',
    find: 'if (isRight) return status;',
    replace: 'if (isRight || status) return status;',
    also: [
      {
        file: 'adapters/near-rpc/near-endpoints.ts',
        find: 'const other = said.find((status) => status.genesisHash !== first.genesisHash);',
        replace: 'const other = said.find((status) => !status.genesisHash);',
      },
    ],
  },
  {
    name: 'settle a failure that only one node reports',
    reportedAs: /is FAILED, on chain it is/,
    file: 'adapters/near-rpc/near-transactions.ts',
    find: 'return succeeded || isAlone || finals.length > 1 ? first.answer : null;',
    replace: 'return succeeded || finals.length > 0 ? first.answer : null;',
    lie: 'makes up failures',
  },
];
