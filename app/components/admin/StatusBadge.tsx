import { useAdminWords } from '../../i18n/use-admin-words.ts';
import type { ListedWallet } from '../../lib/admin/wallet-list.server.ts';

const COLOURS = {
  PENDING: 'bg-wait-soft text-wait',
  CREATING: 'bg-wait-soft text-wait',
  READY: 'bg-good-soft text-good',
  FAILED: 'bg-danger-soft text-danger',
  NONE: 'bg-sunken text-muted',
} as const;

export function StatusBadge({ status }: { status: ListedWallet['status'] }) {
  const words = useAdminWords().list.filters;
  const key = status ?? 'NONE';
  return (
    <span
      className={`inline-block whitespace-nowrap rounded-lg px-2 py-0.5 font-medium text-xs ${COLOURS[key]}`}
    >
      {words[key]}
    </span>
  );
}
