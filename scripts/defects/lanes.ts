import type { ProtocolDefect } from './protocol-defect.ts';

const settle = 'signing/settle-transaction.ts';
const step = 'signing/settle-step.ts';

/** Stuck lanes and noops. */
export const lanesDefects: ProtocolDefect[] = [
  {
    name: 'no noop for a stuck lane',
    reportedAs: /a lane is busy|ended (PENDING|CREATING)/,
    event: 'transaction no node takes',
    file: 'signing/lane-pool.ts',
    find: '        events.stuck(lane);\n',
    replace: '',
  },
  {
    name: 'send noops while the chain stands still',
    reportedAs: /while the chain stands still|noops open/,
    file: step,
    find: 'const isHalted = (height ?? 0) < state.absentSinceHeight + stuckAfterBlocks;',
    replace: 'const isHalted = false;',
    also: [
      {
        file: step,
        find: 'if (height < state.absentSinceHeight + stuckAfterBlocks) return pause(state);',
        replace: '',
      },
      {
        file: 'signing/lane-decisions.ts',
        find: `return transaction.purpose !== 'TOMBSTONE' || isRejected;`,
        replace: 'return transaction.purpose.length > 0 || isRejected;',
      },
    ],
  },
  {
    name: 'send a noop by the height of a single node',
    reportedAs: /while the chain stands still/,
    lie: 'runs ahead',
    event: 'long halt',
    file: settle,
    find: 'height: await this.#agreedHeight.read()',
    replace: 'height: await this.#finalHeight.read()',
  },
  {
    name: 'keep a lane whose transaction cannot be settled',
    reportedAs: /a lane is busy|ended (PENDING|CREATING)/,
    unseen:
      'settling ends by itself only when an older database is put back, and then all workers end',
    file: 'signing/lane-pool.ts',
    find: 'if (!(error instanceof StoppedError)) this.forget(lane);',
    replace: 'void error;',
  },
  {
    name: 'use lanes whose keys have no full access',
    reportedAs: /a lane is busy|ended (PENDING|CREATING)/,
    event: 'lane keys removed',
    file: 'signing/lane-pool.ts',
    find: 'return fullAccess;',
    replace: 'return true;',
    also: [
      {
        file: 'signing/add-lanes.ts',
        find: 'keys.filter((key) => !key.fullAccess)',
        replace: 'keys.filter(() => false)',
      },
    ],
  },
];
