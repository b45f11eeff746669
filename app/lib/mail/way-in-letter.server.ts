import type { Language } from '../../i18n/language.ts';
import type { WayIn } from '../../i18n/mail-words.ts';
import { sendLetter } from './letters.server.ts';

interface ChangedWayIn {
  readonly userId: string;
  readonly email: string;
  readonly language: Language;
  readonly change: 'added' | 'removed';
  readonly way: WayIn;
}

/** Tells a user that there is one more way into the account, or one less: it may not have been them. */
export function tellOfWayIn({ userId, email, language, change, way }: ChangedWayIn) {
  return sendLetter({
    kind: `way-in-${change}`,
    to: email,
    userId,
    language,
    path: null,
    write: (words) => words.wayIn({ change, way }),
  });
}
