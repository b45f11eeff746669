import { createTransport } from 'nodemailer';
import { env } from '../env.server.ts';
import type { MailConfig } from '../env-mail.server.ts';
import { log } from '../log.server.ts';
import { remember } from '../remember.server.ts';

export interface Mail {
  /** What it is for, as the log names it. */
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Done once, when it is certain that the mail does not come. */
  readonly onLost?: (() => Promise<void>) | undefined;
}

/** A server that answers nothing is given up after this; a mail that is still wanted is asked for again. */
const PATIENCE_MS = 10_000;
const CONNECTIONS = 3;
/** Beyond it the server is too slow for what is asked of it, and memory must not fill up. */
const MOST_WAITING = 500;
/** A server that is restarted, or busy for a moment. */
const RETRY_AFTER_MS = [2_000, 15_000] as const;

/**
 * Hands a mail over to be sent and returns at once: no request waits for a mail server, and none tells
 * by its time whether a mail was sent. What cannot be sent is logged, without the address.
 * @returns false when it is not even tried: no server is configured, or too many mails are waiting
 */
export function sendMail(mail: Mail): boolean {
  const sending = mailer();
  if (!sending) {
    void lose(mail);
    return false;
  }
  if (sending.waiting.size >= MOST_WAITING) {
    log().error(
      { kind: mail.kind },
      'a mail was dropped: too many are waiting for the mail server',
    );
    void lose(mail);
    return false;
  }
  const done = deliver(sending, mail).finally(() => sending.waiting.delete(done));
  sending.waiting.add(done);
  return true;
}

/** Waits for the mails that are on their way, and no longer than this. Closes the connections. */
export async function closeMailer(patienceMs = 3_000): Promise<void> {
  const sending = mailer();
  if (!sending) return;
  sending.isClosing = true;
  const { promise: tooLong, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  await Promise.race([Promise.all(sending.waiting), tooLong]);
  clearTimeout(timer);
  sending.transport.close({ force: true });
}

interface Mailer {
  readonly transport: ReturnType<typeof openTransport>;
  readonly from: string;
  readonly waiting: Set<Promise<void>>;
  isClosing: boolean;
}

function mailer(): Mailer | null {
  const { mail } = env();
  if (!mail) return null;
  return remember('mailer', () => ({
    transport: openTransport(mail),
    from: mail.from,
    waiting: new Set<Promise<void>>(),
    isClosing: false,
  }));
}

function openTransport({ host, port, isImplicitTls, mayBeClearText, credentials }: MailConfig) {
  return createTransport({
    pool: true,
    host,
    port,
    secure: isImplicitTls,
    requireTLS: !isImplicitTls && !mayBeClearText,
    ...(credentials && { auth: { user: credentials.user, pass: credentials.password } }),
    maxConnections: CONNECTIONS,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    dnsTimeout: PATIENCE_MS,
    // What is written into a mail is ours: no file and no address is ever fetched for one.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Never throws. */
async function deliver(sending: Mailer, mail: Mail): Promise<void> {
  const { kind, to, subject, text, html } = mail;
  for (let tries = 0; ; tries += 1) {
    try {
      await sending.transport.sendMail({
        from: sending.from,
        // As an object: a comma in an address must not make two of it.
        to: { name: '', address: to },
        // No holiday notice answers it.
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...{ subject, text, html },
      });
      log().info({ kind }, 'a mail was sent');
      return;
    } catch (error) {
      const retryAfterMs = RETRY_AFTER_MS[tries];
      if (retryAfterMs === undefined || sending.isClosing || isFinal(error)) {
        log().error({ kind, ...factsOf(error) }, 'a mail could not be sent');
        return lose(mail);
      }
      await new Promise<void>((resolve) => setTimeout(resolve, retryAfterMs).unref());
    }
  }
}

/** Never throws. */
async function lose({ kind, onLost }: Mail): Promise<void> {
  try {
    await onLost?.();
  } catch (error) {
    log().error({ err: error, kind }, 'what a lost mail had used up was not given back');
  }
}

/** A reply from 500 on says that the same mail will be refused again. */
function isFinal(error: unknown): boolean {
  const { responseCode } = Object(error) as { responseCode?: unknown };
  return typeof responseCode === 'number' && responseCode >= 500;
}

/** Without the server's sentence, which quotes the address. */
function factsOf(error: unknown) {
  const { code, responseCode, command } = Object(error) as Record<string, unknown>;
  return { code, responseCode, command };
}
