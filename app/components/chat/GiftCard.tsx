import { Link } from 'react-router';
import { useText } from '../../i18n/use-language.ts';

interface GiftCardProps {
  /** Whole CHOCO as a decimal. */
  readonly choco: string;
  readonly userName: string;
  readonly state: 'wrapping' | 'waiting' | 'given';
}

/** The welcome gift in the conversation: wrapped, then opened. */
export function GiftCard({ choco, userName, state }: GiftCardProps) {
  const text = useText();
  if (state !== 'given') {
    return (
      <div
        data-gift="wrapped"
        className="flex flex-wrap items-center gap-4 rounded-3xl border-2 border-accent/40 border-dashed bg-accent-soft p-4"
      >
        <GiftBox
          className={`size-[min(4rem,18vw)] shrink-0 ${state === 'wrapping' ? 'animate-breathe' : ''}`}
        />
        <div className="min-w-0 flex-1 basis-28">
          <p className="font-semibold">
            {state === 'wrapping' ? text.scene.wrapping : text.scene.notYet}
          </p>
          <p className="text-muted text-sm">{text.scene.giftTo(userName)}</p>
        </div>
      </div>
    );
  }
  return (
    <div
      data-gift="given"
      className="relative animate-gift overflow-hidden rounded-3xl bg-gradient-to-br from-[#a3213f] via-[#b8324c] to-[#8a2c5e] p-[min(1.25rem,5vw)] text-white shadow-float"
    >
      <Petals />
      <div className="relative flex flex-wrap items-center gap-4">
        <Coin className="size-[min(5rem,18vw)] shrink-0 animate-coin drop-shadow-lg" />
        <div className="min-w-0 flex-1 basis-32">
          <p className="text-sm">{text.scene.giftTitle}</p>
          <p className="wrap-anywhere font-bold text-[min(1.875rem,7.5vw)] tabular-nums tracking-tight">
            {text.wallet.balance(choco)}
          </p>
          <p className="mt-0.5 text-sm">{text.scene.giftTo(userName)}</p>
        </div>
      </div>
      <Link
        to="/wallet"
        prefetch="intent"
        className="relative mt-4 flex min-h-11 items-center justify-center rounded-xl bg-white/15 font-semibold text-sm outline-white transition-colors hover:bg-white/25"
      >
        {text.scene.toWallet}
      </Link>
    </div>
  );
}

function GiftBox({ className }: { readonly className: string }) {
  return (
    <svg viewBox="0 0 64 64" className={className} aria-hidden="true">
      <rect x="10" y="26" width="44" height="30" rx="5" fill="#e0576f" />
      <rect x="6" y="18" width="52" height="12" rx="4" fill="#f08a9b" />
      <path d="M28 18h8v38h-8Z" fill="#ffe9b8" />
      <path
        d="M32 18c-3-9-16-11-16-4 0 5 9 5 16 4Zm0 0c3-9 16-11 16-4 0 5-9 5-16 4Z"
        fill="none"
        stroke="#ffe9b8"
        strokeWidth="4"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** A chocolate coin with the app's sprout. */
function Coin({ className }: { readonly className: string }) {
  return (
    <svg viewBox="0 0 80 80" className={className} aria-hidden="true">
      <circle cx="40" cy="40" r="38" fill="#f2c14e" />
      <circle cx="40" cy="40" r="31" fill="#ffdf8a" />
      <circle
        cx="40"
        cy="40"
        r="31"
        fill="none"
        stroke="#d99b2b"
        strokeWidth="2"
        strokeDasharray="1 5"
        strokeLinecap="round"
      />
      <path d="M40 58V38" stroke="#7a4a1f" strokeWidth="4.5" strokeLinecap="round" />
      <path d="M40 38c0-10 7-16 18-16 0 10-7 16-18 16Z" fill="#7cb65c" />
      <path d="M40 45c-9 0-16-5-16-14 9 0 16 5 16 14Z" fill="#5b9641" />
      <path
        d="M16 26c4-8 10-12 18-14"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        opacity="0.8"
      />
    </svg>
  );
}

function Petals() {
  return (
    <svg
      viewBox="0 0 320 160"
      preserveAspectRatio="xMaxYMin meet"
      className="absolute inset-0 size-full"
      aria-hidden="true"
    >
      <g fill="#ffd9dc" className="*:animate-petal *:[transform-box:fill-box]">
        <path d="M268 20c8-6 16-4 18 2s-6 12-14 12-9-10-4-14Z" opacity="0.5" />
        <path
          d="M300 66c7-2 12 2 11 7s-9 7-14 4-3-10 3-11Z"
          opacity="0.35"
          className="[animation-delay:0.15s]"
        />
        <path
          d="M226 12c5-3 9-1 9 3s-5 6-9 5-4-6 0-8Z"
          opacity="0.45"
          className="[animation-delay:0.3s]"
        />
        <path
          d="M284 118c6-4 12-3 13 2s-5 9-10 9-8-8-3-11Z"
          opacity="0.3"
          className="[animation-delay:0.45s]"
        />
      </g>
      <g fill="#fff">
        <circle cx="250" cy="48" r="2" opacity="0.7" />
        <circle cx="212" cy="36" r="1.5" opacity="0.6" />
        <circle cx="306" cy="28" r="1.5" opacity="0.7" />
        <circle cx="270" cy="92" r="1.5" opacity="0.6" />
      </g>
    </svg>
  );
}
