/** Who can be talked to; names, words and personas are in the catalogues. */
export const CHARACTER_IDS = ['choonsim', 'haru', 'mir', 'byeol', 'sunja', 'bolt'] as const;

export type CharacterId = (typeof CHARACTER_IDS)[number];

/** Receives every new user, and hands over the welcome gift. */
export const HOST_ID = 'choonsim' satisfies CharacterId;

export function isCharacterId(text: string | undefined): text is CharacterId {
  return CHARACTER_IDS.some((id) => id === text);
}
