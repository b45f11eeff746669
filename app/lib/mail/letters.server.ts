import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { isLanguage, type Language } from '../../i18n/language.ts';
import type { MailText, MailWords } from '../../i18n/mail-words.ts';
import { db } from '../db.server.ts';
import { env } from '../env.server.ts';
import { log } from '../log.server.ts';
import { composeLetter } from './letter.server.ts';
import { mailWordsOf } from './mail-words.server.ts';
import { sendMail } from './mailer.server.ts';

interface Letter {
  readonly kind: string;
  readonly to: string;
  /** Whose choice of a language counts; null: nobody's. */
  readonly userId: string | null;
  /** Where no choice is stored: what the browser that asked prefers. */
  readonly language: Language;
  /** A path of ours; null: the mail has no link. */
  readonly path: string | null;
  readonly write: (words: MailWords) => MailText;
  readonly onLost?: () => Promise<void>;
}

/** Whether mails are sent at all: what needs one is offered only then. */
export function sendsMail(): boolean {
  return env().mail !== null;
}

/**
 * Writes a mail in its reader's language and hands it over to be sent; see {@link sendMail}. Links begin
 * with the configured address, whatever a request has said of its host.
 */
export async function sendLetter({ kind, to, userId, language, path, write, onLost }: Letter) {
  const chosen = (userId && (await languageOfUser(userId))) || language;
  const link = path === null ? null : `${env().betterAuthUrl}${path}`;
  const text = write(mailWordsOf(chosen));
  return sendMail({ kind, to, onLost, ...composeLetter(text, { language: chosen, link }) });
}

/**
 * Goes on while the request is answered, which must not tell by its time whether there was something to
 * do. What fails is logged.
 */
export function afterTheAnswer(kind: string, act: () => Promise<unknown>): void {
  setImmediate(() => {
    act().catch((error: unknown) => log().error({ err: error, kind }, 'a mail was not written'));
  });
}

async function languageOfUser(userId: string): Promise<Language | null> {
  const found = await db().query.user.findFirst({
    where: eq(user.id, userId),
    columns: { language: true },
  });
  return isLanguage(found?.language) ? found.language : null;
}
