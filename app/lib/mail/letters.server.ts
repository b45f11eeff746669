import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { isLanguage, type Language } from '../../i18n/language.ts';
import type { MailText, MailWords } from '../../i18n/mail-words.ts';
import { logFailure } from '../database/log-failure.server.ts';
import { db } from '../db.server.ts';
import { env } from '../settings/env.server.ts';
import { composeLetter } from './letter.server.ts';
import { mailWordsOf } from './mail-words.server.ts';
import { sendMail } from './mailer.server.ts';

interface Letter {
  readonly kind: string;
  readonly to: string;
  /** Whose stored language applies; null: none. */
  readonly userId: string | null;
  /** If no choice is stored: the requesting browser's preference. */
  readonly language: Language;
  /** A path of this site; null: no link. */
  readonly path: string | null;
  readonly write: (words: MailWords) => MailText;
  readonly onLost?: () => Promise<void>;
}

/** Whether mail is sent: features that need it are offered only then. */
export function sendsMail(): boolean {
  return env().mail !== null;
}

/**
 * Writes a mail in its reader's language and queues it; see {@link sendMail}. Links begin
 * with the configured address, whatever the request's Host.
 */
export async function sendLetter({ kind, to, userId, language, path, write, onLost }: Letter) {
  const chosen = (userId && (await languageOfUser(userId))) || language;
  const link = path === null ? null : `${env().betterAuthUrl}${path}`;
  const text = write(mailWordsOf(chosen));
  return sendMail({ kind, to, onLost, ...composeLetter(text, { language: chosen, link }) });
}

/**
 * Runs after the response, whose time must not reveal whether there was something to
 * do. Errors are logged.
 */
export function afterTheAnswer(kind: string, act: () => Promise<unknown>): void {
  setImmediate(() => {
    act().catch((error: unknown) =>
      logFailure({ error, message: 'a mail could not be composed and is given up', kind }),
    );
  });
}

async function languageOfUser(userId: string): Promise<Language | null> {
  const found = await db().query.user.findFirst({
    where: eq(user.id, userId),
    columns: { language: true },
  });
  return isLanguage(found?.language) ? found.language : null;
}
