import { createTransport } from 'nodemailer';
import { logFailure } from '../database/log-failure.server.ts';
import { log } from '../log.server.ts';
import { remember } from '../remember.server.ts';
import { env } from '../settings/env.server.ts';
import type { MailConfig } from '../settings/env-mail.server.ts';

export interface Mail {
  /** The kind of mail in the log. */
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Called once if the mail is definitely not sent. */
  readonly onLost?: (() => Promise<void>) | undefined;
}

/** Timeout of a server that does not respond; the user can request a mail again. */
const PATIENCE_MS = 10_000;
const CONNECTIONS = 3;
/** Beyond it the server is too slow, and memory must not fill up. */
const MOST_WAITING = 500;
/** For a server that restarts or is briefly busy. */
const RETRY_AFTER_MS = [2_000, 15_000] as const;

/**
 * Queues a mail and returns at once: no request waits for a mail server, and response times do not
 * reveal whether a mail was sent. Failures are logged, without the address.
 * @returns false if it is not attempted: no server is configured, or too many mails are queued
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

/** Waits for mails being sent, up to this time. Closes the connections. */
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
    // Our mails embed nothing: no file and no URL is ever fetched.
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
        // Prevents automatic replies.
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...{ subject, text, html },
      });
      log().info({ kind }, 'a mail was sent');
      return;
    } catch (error) {
      const retryAfterMs = RETRY_AFTER_MS[tries];
      if (retryAfterMs === undefined || sending.isClosing || isFinal(error)) {
        log().error({ kind, ...factsOf(error) }, 'a mail could not be sent and is given up');
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
    logFailure({
      error,
      message: 'an unsent mail still counts against the limits of its kind',
      kind,
    });
  }
}

/** A reply of 500 or more: the same mail would be rejected again. */
function isFinal(error: unknown): boolean {
  const { responseCode } = Object(error) as { responseCode?: unknown };
  return typeof responseCode === 'number' && responseCode >= 500;
}

/** Without the server's message, which quotes the address. */
function factsOf(error: unknown) {
  const { code, responseCode, command } = Object(error) as Record<string, unknown>;
  return { code, responseCode, command };
}
