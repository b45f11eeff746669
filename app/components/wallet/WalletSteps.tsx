import { WALLET_STEPS, type WalletStep } from '../../lib/wallet/wallet-view.ts';

/** A visual of the step that the sentence beside it names. */
export function WalletSteps({ step }: { step: WalletStep }) {
  const reached = WALLET_STEPS.indexOf(step);
  return (
    <span aria-hidden="true" className="flex shrink-0 gap-1">
      {WALLET_STEPS.map((each, index) => (
        <span
          key={each}
          className={`h-1.5 w-4 rounded-full ${index < reached ? 'bg-good' : index === reached ? 'bg-wait' : 'bg-line'}`}
        />
      ))}
    </span>
  );
}
