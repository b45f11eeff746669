/** The characters; their names, words and personas are in the catalogues. */
export const CHARACTER_IDS = ['choonsim', 'haru', 'mir', 'byeol', 'sunja', 'bolt'] as const;

export type CharacterId = (typeof CHARACTER_IDS)[number];

/** Welcomes every new user and hands over the gift. */
export const HOST_ID = 'choonsim' satisfies CharacterId;

export function isCharacterId(text: string | undefined): text is CharacterId {
  return CHARACTER_IDS.some((id) => id === text);
}
