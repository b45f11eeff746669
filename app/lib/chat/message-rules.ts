export const MESSAGE_MAX_LENGTH = 2_000;

/** Messages shown at a time. */
export const MESSAGE_PAGE = 40;

export type MessageFault = 'MESSAGE_EMPTY' | 'MESSAGE_TOO_LONG';

/** The same rule before sending and on the server. */
export function findMessageFault(text: string): MessageFault | null {
  if (text.trim() === '') return 'MESSAGE_EMPTY';
  return text.length > MESSAGE_MAX_LENGTH ? 'MESSAGE_TOO_LONG' : null;
}
