/** The number of choices at each step of the conversation on the first page. */
export const TALK_CHOICES = 3;
export const TALK_STEPS = 3;
/** Prefix of the ids of the messages they become. */
export const GUEST_PREFIX = 'guest-talk-';

const TALK = new RegExp(`^[0-${TALK_CHOICES - 1}]{1,${TALK_STEPS}}$`);

/** The index of the chosen line at each step. */
export type GuestTalk = readonly number[];

/** Reads it from an address or a cookie; empty for anything invalid. */
export function readTalk(text: unknown): GuestTalk {
  return typeof text === 'string' && TALK.test(text) ? [...text].map(Number) : [];
}

export function writeTalk(talk: GuestTalk): string {
  return talk.join('');
}
