import type { AdminOutcome } from '../../i18n/admin-words.ts';
import {
  pauseSigning,
  requeueWalletsAsOperator,
  resumeSigning,
  retryWalletAsOperator,
} from './operator.server.ts';
import type { Admin } from './require-admin.server.ts';

/** Runs the action of an admin form; every action is recorded with the admin's address. */
export async function runAdminAction(
  { email: actor }: Admin,
  { action, userIds }: { action: string; userIds: readonly string[] },
): Promise<AdminOutcome> {
  switch (action) {
    case 'retry':
      return retry(actor, userIds);
    case 'requeue':
      return { kind: 'REQUEUED', count: await requeue(actor, userIds) };
    case 'requeue-all':
      return {
        kind: 'REQUEUED',
        count: await requeueWalletsAsOperator({ actor, userId: null }),
      };
    case 'pause':
      await pauseSigning({ actor });
      return { kind: 'PAUSED', count: 0 };
    case 'resume': {
      const stillHolds = await resumeSigning({ actor });
      return { kind: stillHolds ? 'STILL_PAUSED' : 'RESUMED', count: 0 };
    }
    default:
      return { kind: 'UNKNOWN_ACTION', count: 0 };
  }
}

async function retry(actor: string, userIds: readonly string[]): Promise<AdminOutcome> {
  if (userIds.length === 0) return { kind: 'NOTHING_CHOSEN', count: 0 };
  let count = 0;
  for (const userId of userIds) {
    if (await retryWalletAsOperator({ actor, userId })) count += 1;
  }
  return { kind: count > 0 ? 'RETRIED' : 'NOTHING_TO_RETRY', count };
}

async function requeue(actor: string, userIds: readonly string[]): Promise<number> {
  let count = 0;
  for (const userId of userIds) count += await requeueWalletsAsOperator({ actor, userId });
  return count;
}
