/** On a grid of 20 by 20. */
const paths = {
  lock: 'M6 9V6.5a4 4 0 0 1 8 0V9m-8.5 0h9A1.5 1.5 0 0 1 16 10.5v5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 4 15.5v-5A1.5 1.5 0 0 1 5.5 9Z',
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  stop: 'M6 6h8v8H6Z',
  back: 'm12 4-6 6 6 6',
  down: 'M10 4v11.5M5 10.5l5 5 5-5',
  retry: 'M15.5 10a5.5 5.5 0 1 1-1.7-4M14 2.5V6h-3.5',
  check: 'm4.5 10.5 3.6 3.6 7.4-8',
  copy: 'M8 7.5h7.5V16H8zM12.5 7V4H5v8.5h2.5',
  home: 'M3.5 9.2 10 3.5l6.5 5.7v6.3a1 1 0 0 1-1 1h-3.7v-4.2H8.2v4.2H4.5a1 1 0 0 1-1-1Z',
  wallet:
    'M3.5 6.2v8.3a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5V8.7a1.5 1.5 0 0 0-1.5-1.5H4.6a1.1 1.1 0 0 1-1.1-1.1c0-1 .7-1.6 1.6-1.6H14v2.7m-.6 4.4h.1',
  person:
    'M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Zm-6.2 6.4c.6-2.7 3-4.1 6.2-4.1s5.6 1.4 6.2 4.1',
  bell: 'M10 3.2a4.6 4.6 0 0 0-4.6 4.6c0 4.2-1.7 5.2-1.7 5.9h12.6c0-.7-1.7-1.7-1.7-5.9A4.6 4.6 0 0 0 10 3.2Zm-1.7 13.3a1.8 1.8 0 0 0 3.4 0',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Zm4-1.5 3.5 3.5',
  more: 'M10 5h.01M10 10h.01M10 15h.01',
  trash: 'M4 5.5h12M8 5.5V3.8h4v1.7m-6.5 0 .7 10.7h7.6l.7-10.7M8.5 8.5v5m3-5v5',
  logOut:
    'M8 16.5H5A1.5 1.5 0 0 1 3.5 15V5A1.5 1.5 0 0 1 5 3.5h3m4.5 9.7L15.7 10l-3.2-3.2M15.4 10H8',
} as const;

export type IconName = keyof typeof paths;

interface IconProps {
  readonly name: IconName;
  /** Size classes; 20 px by default. */
  readonly className?: string;
}

/** Drawn in the text's colour. Decorative: the words beside it carry the meaning. */
export function Icon({ name, className = 'size-5' }: IconProps) {
  return (
    <svg viewBox="0 0 20 20" className={`${className} shrink-0`} aria-hidden="true">
      <path
        d={paths[name]}
        className="fill-none stroke-current"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
