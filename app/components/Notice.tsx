import type { ReactNode } from 'react';

const COLOURS = {
  neutral: 'bg-sunken',
  good: 'bg-good-soft',
  wait: 'bg-wait-soft',
  danger: 'bg-danger-soft',
} as const;

interface NoticeProps {
  readonly kind: keyof typeof COLOURS;
  readonly title?: string;
  readonly children: ReactNode;
}

/** A coloured box with a sentence or two. Not a live region: the caller knows whether it appears. */
export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div className={`rounded-xl px-4 py-3 text-sm ${COLOURS[kind]}`}>
      {title ? <p className="font-semibold">{title}</p> : null}
      <div>{children}</div>
    </div>
  );
}
