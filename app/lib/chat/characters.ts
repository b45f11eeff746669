/** Who can be talked to; names, words and personas are in the catalogues. */
export const CHARACTER_IDS = ['choonsim', 'haru', 'mir', 'byeol'] as const;

export type CharacterId = (typeof CHARACTER_IDS)[number];

export function isCharacterId(text: string | undefined): text is CharacterId {
  return CHARACTER_IDS.some((id) => id === text);
}
