import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly to: readonly string[];
  /** All of the mail's headers, as they came. */
  readonly head: string;
  readonly text: string;
  readonly html: string;
}

export interface MailServer {
  /** For `SMTP_URL`. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** The newest mail to an address, as soon as there are so many. */
  waitFor(to: string, count?: number): Promise<ReceivedMail>;
  /** Answers each mail so, until one was. */
  refuseNext(code: number): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 10_000;

/** A mail server that keeps what it is given. */
export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const arrivals = new EventTarget();
  let refusal: { readonly code: number; readonly onRefused: () => void } | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username }),
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusal) {
          const { code, onRefused } = refusal;
          refusal = null;
          onRefused();
          return callback(Object.assign(new Error('not now'), { responseCode: code }));
        }
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, ...readMail(Buffer.concat(chunks).toString('latin1')) });
        arrivals.dispatchEvent(new Event('mail'));
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const found = (to: string) => mails.filter((mail) => mail.to.includes(to));
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    async waitFor(to, count = 1) {
      const deadline = AbortSignal.timeout(PATIENCE_MS);
      while (found(to).length < count) {
        await new Promise<void>((resolve, reject) => {
          arrivals.addEventListener('mail', () => resolve(), { once: true });
          const late = () => reject(new Error(`${found(to).length} of ${count} mails to ${to}`));
          deadline.addEventListener('abort', late, { once: true });
        });
      }
      return found(to).at(-1) as ReceivedMail;
    },
    refuseNext(code) {
      return new Promise((onRefused) => {
        refusal = { code, onRefused };
      });
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The address of the mail's link. */
export function linkIn({ text }: ReceivedMail): string {
  const [link] = /https?:\S+/.exec(text) ?? [];
  if (!link) throw new Error(`no link in: ${text}`);
  return link;
}

/** Of a mail in two parts, as ours are. */
function readMail(raw: string): Omit<ReceivedMail, 'to'> {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const boundary = /boundary="([^"]+)"/.exec(head)?.[1] ?? '';
  const parts = raw.split(`--${boundary}`).slice(1, -1);
  const partOf = (type: string) => parts.find((part) => part.includes(`Content-Type: ${type}`));
  return { head, text: bodyOf(partOf('text/plain')), html: bodyOf(partOf('text/html')) };
}

function bodyOf(part = ''): string {
  const start = part.indexOf('\r\n\r\n');
  const body = part.slice(start + 4);
  if (/^content-transfer-encoding: base64/im.test(part)) {
    return Buffer.from(body, 'base64').toString('utf8');
  }
  if (!/^content-transfer-encoding: quoted-printable/im.test(part)) return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
