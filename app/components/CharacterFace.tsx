import type { ReactNode } from 'react';
import type { CharacterId } from '../lib/chat/characters.ts';

interface CharacterFaceProps {
  readonly id: CharacterId;
  readonly className: string;
  /** Animates to its place on the next page; at most one face per page may. */
  readonly hasTransition?: boolean;
}

/** A drawn portrait. Decorative: the name is always beside it. */
export function CharacterFace({ id, className, hasTransition = false }: CharacterFaceProps) {
  return (
    <svg
      viewBox="0 0 96 96"
      className={className}
      aria-hidden="true"
      style={hasTransition ? { viewTransitionName: `face-${id}` } : undefined}
    >
      {faces[id]}
    </svg>
  );
}

const ink = '#3b2a2a';

function Smile({ d }: { d: string }) {
  return <path d={d} fill="none" stroke={ink} strokeWidth="2.6" strokeLinecap="round" />;
}

function Cheeks({ fill, y = 58 }: { fill: string; y?: number }) {
  return (
    <g fill={fill} opacity="0.75">
      <ellipse cx="32" cy={y} rx="5.5" ry="3.5" />
      <ellipse cx="64" cy={y} rx="5.5" ry="3.5" />
    </g>
  );
}

/** A girl with a bob and a spring sprout in her hair. */
const choonsim = (
  <>
    <rect width="96" height="96" fill="#ffd9dc" />
    <circle cx="76" cy="20" r="5" fill="#fff" opacity="0.7" />
    <circle cx="18" cy="30" r="3.5" fill="#fff" opacity="0.7" />
    <path d="M20 96c2-14 13-20 28-20s26 6 28 20Z" fill="#e0576f" />
    <path
      d="M21 52c0-19 11-31 27-31s27 12 27 31c0 10-2 17-5 22H26c-3-5-5-12-5-22Z"
      fill="#4a2f2b"
    />
    <path d="M28 52c0-13 8-19 20-19s20 6 20 19-8 24-20 24-20-11-20-24Z" fill="#ffe7d6" />
    <path d="M27 50c2-12 9-19 21-19 13 0 20 8 21 19-6-1-10-4-13-9-6 6-17 9-29 9Z" fill="#4a2f2b" />
    <path
      d="M48 22c0-6-1-9-4-12m4 6c1-5 5-8 11-8-1 6-5 9-11 8Z"
      fill="#7cb65c"
      stroke="#5b9641"
      strokeWidth="2"
      strokeLinecap="round"
    />
    <circle cx="39" cy="54" r="2.8" fill={ink} />
    <circle cx="57" cy="54" r="2.8" fill={ink} />
    <Cheeks fill="#ff9da3" y={61} />
    <Smile d="M43 63c2 3.5 8 3.5 10 0" />
  </>
);

/** A barista with glasses, a cap and an apron. */
const haru = (
  <>
    <rect width="96" height="96" fill="#e9dcc7" />
    <path d="M18 96c2-15 14-21 30-21s28 6 30 21Z" fill="#f7f3ec" />
    <path d="M32 78h32l4 18H28Z" fill="#5d7a68" />
    <path d="M27 50c0-16 9-24 21-24s21 8 21 24-9 26-21 26-21-10-21-26Z" fill="#f6d6bb" />
    <path d="M26 46c0-6 2-11 5-15h34c3 4 5 9 5 15-3-3-5-6-6-9H32c-1 3-3 6-6 9Z" fill="#6b4a35" />
    <path d="M28 34c1-11 9-17 20-17s19 6 20 17c-13-3-27-3-40 0Z" fill="#5d7a68" />
    <path d="M28 34c13-3 27-3 40 0 3 .7 6 2 8 4-18-2-36-2-50-2Z" fill="#4b6455" />
    <g fill="none" stroke={ink} strokeWidth="2.2">
      <circle cx="39" cy="52" r="7" />
      <circle cx="57" cy="52" r="7" />
      <path d="M46 52h4" />
    </g>
    <path
      d="M36.5 52.5c1.5-1.5 3.5-1.5 5 0M54.5 52.5c1.5-1.5 3.5-1.5 5 0"
      fill="none"
      stroke={ink}
      strokeWidth="2.4"
      strokeLinecap="round"
    />
    <Smile d="M42 65c3 2.5 9 2.5 12 0" />
  </>
);

/** A small round dragon with horns and one tooth. */
const mir = (
  <>
    <rect width="96" height="96" fill="#d5ecdc" />
    <path d="M20 96c1-14 12-21 28-21s27 7 28 21Z" fill="#3f9b78" />
    <path d="M38 80h20l3 16H35Z" fill="#f4e7a8" />
    <path
      d="M33 32c-5-4-7-10-5-17 6 2 10 6 12 13ZM63 32c5-4 7-10 5-17-6 2-10 6-12 13Z"
      fill="#f2c14e"
    />
    <path
      d="M22 52c-6-2-10-7-10-13 6-1 11 1 15 6ZM74 52c6-2 10-7 10-13-6-1-11 1-15 6Z"
      fill="#3f9b78"
    />
    <path d="M22 54c0-17 11-27 26-27s26 10 26 27-11 25-26 25-26-8-26-25Z" fill="#54b88f" />
    <path d="M30 64c0-8 8-12 18-12s18 4 18 12-8 13-18 13-18-5-18-13Z" fill="#a9e2c3" />
    <path d="m48 24 4 6h-8Z" fill="#f2c14e" />
    <circle cx="38" cy="46" r="6" fill="#fff" />
    <circle cx="58" cy="46" r="6" fill="#fff" />
    <circle cx="39.5" cy="46.5" r="3.2" fill={ink} />
    <circle cx="56.5" cy="46.5" r="3.2" fill={ink} />
    <circle cx="44" cy="58" r="1.6" fill="#3f9b78" />
    <circle cx="52" cy="58" r="1.6" fill="#3f9b78" />
    <Smile d="M39 65c4 5 14 5 18 0" />
    <path d="m51 68 4-1.2-1 4Z" fill="#fff" />
  </>
);

/** A cat against the night sky, eyes half closed. */
const byeol = (
  <>
    <rect width="96" height="96" fill="#2f3660" />
    <g fill="#ffe9a8">
      <path d="m74 14 2 5 5 .4-4 3.3 1.3 5-4.3-2.8-4.3 2.8 1.3-5-4-3.3 5-.4Z" />
      <circle cx="20" cy="20" r="1.8" />
      <circle cx="34" cy="11" r="1.2" />
      <circle cx="86" cy="42" r="1.5" />
      <circle cx="12" cy="46" r="1.3" />
    </g>
    <path d="M22 96c1-13 11-20 26-20s25 7 26 20Z" fill="#8b8fc7" />
    <path d="M25 50 27 24l15 11ZM71 50 69 24 54 35Z" fill="#a9add9" />
    <path d="m30 40 .8-9 6 5ZM66 40l-.8-9-6 5Z" fill="#f3b6c2" />
    <path d="M22 56c0-15 11-24 26-24s26 9 26 24-11 23-26 23-26-8-26-23Z" fill="#a9add9" />
    <path d="M36 68c0-6 5-9 12-9s12 3 12 9-5 10-12 10-12-4-12-10Z" fill="#e6e7f7" />
    <path
      d="M34 54c2.5 2.5 6.5 2.5 9 0M53 54c2.5 2.5 6.5 2.5 9 0"
      fill="none"
      stroke={ink}
      strokeWidth="2.8"
      strokeLinecap="round"
    />
    <path d="M45.5 61.5h5l-2.5 3Z" fill="#d97c92" />
    <Smile d="M43.5 67.5c1.5 1.8 4 1.5 4.5-1 .5 2.5 3 2.8 4.5 1" />
    <path
      d="M18 58l12 2M18 66l12-1M78 58l-12 2M78 66l-12-1"
      stroke="#e6e7f7"
      strokeWidth="1.8"
      strokeLinecap="round"
    />
  </>
);

/** A grandmother with a bun, a hairpin and a warm shawl. */
const sunja = (
  <>
    <rect width="96" height="96" fill="#f6dfae" />
    <circle cx="48" cy="17" r="10" fill="#d9d6d2" />
    <path d="m34 13 29 7" stroke="#c2593f" strokeWidth="3" strokeLinecap="round" />
    <path d="M16 96c2-16 14-22 32-22s30 6 32 22Z" fill="#c2593f" />
    <path d="M34 76 48 92l14-16Z" fill="#fbf3e4" />
    <path d="M25 52c0-18 9-29 23-29s23 11 23 29c0 6-1 10-3 14H28c-2-4-3-8-3-14Z" fill="#e6e3df" />
    <path d="M29 54c0-14 8-20 19-20s19 6 19 20-8 24-19 24-19-10-19-24Z" fill="#f8d9bf" />
    <path d="M28 50c3-10 9-15 20-15s17 5 20 15c-7-2-13-5-20-11-7 6-13 9-20 11Z" fill="#e6e3df" />
    <path
      d="M35 55c2-2.5 6-2.5 8 0M53 55c2-2.5 6-2.5 8 0M37 60.5c1.5 1 3 1 4.5 0M54.5 60.5c1.5 1 3 1 4.5 0"
      fill="none"
      stroke={ink}
      strokeWidth="2.2"
      strokeLinecap="round"
    />
    <Cheeks fill="#f0a08c" y={64} />
    <Smile d="M42 67c3 4 9 4 12 0" />
  </>
);

/** A small robot whose eyes are a display, a bolt for an antenna. */
const bolt = (
  <>
    <rect width="96" height="96" fill="#cfe3f2" />
    <path d="M48 26V15" stroke="#5b7a94" strokeWidth="3.5" strokeLinecap="round" />
    <path d="m43 8 5-3 5 3v6l-5 3-5-3Z" fill="#f2a541" />
    <path d="M24 96c1-13 10-18 24-18s23 5 24 18Z" fill="#7fa3bd" />
    <path d="M42 84h12v12H42Z" fill="#f2a541" />
    <path d="M14 46h8v16h-8ZM74 46h8v16h-8Z" fill="#5b7a94" />
    <rect x="20" y="26" width="56" height="50" rx="15" fill="#f4f8fb" />
    <rect x="27" y="36" width="42" height="28" rx="10" fill="#22384a" />
    <path
      d="M36 51c1.5-4 6-4 7.5 0M52.5 51c1.5-4 6-4 7.5 0"
      fill="none"
      stroke="#7be0d0"
      strokeWidth="3"
      strokeLinecap="round"
    />
    <path
      d="M44 57.5c2 2.5 6 2.5 8 0"
      fill="none"
      stroke="#7be0d0"
      strokeWidth="2.4"
      strokeLinecap="round"
    />
    <circle cx="28" cy="70" r="1.8" fill="#9db4c5" />
    <circle cx="68" cy="70" r="1.8" fill="#9db4c5" />
  </>
);

const faces: Record<CharacterId, ReactNode> = { choonsim, haru, mir, byeol, sunja, bolt };
