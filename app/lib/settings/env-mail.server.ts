import { z } from 'zod';
import { isDecodable } from './env-fields.server.ts';
import type { SettingError } from './env-names.server.ts';

/** How mail is sent, and its sender. */
export interface MailConfig {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. Otherwise STARTTLS is required. */
  readonly isImplicitTls: boolean;
  /** The server is on this machine or in a network listed by the operator. */
  readonly mayBeClearText: boolean;
  /** Null: the server needs none. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
  /** An address, or a name and an address: `초춘심 <hello@example.org>`. */
  readonly from: string;
}

const SUBMISSION_PORT = 587;
const IMPLICIT_TLS_PORT = 465;
const ADDRESS = /^[^\s@<>",;]+@[^\s@<>",;]+$/;
/** An address, or a name before an address in angle brackets; a line end would begin another header. */
const SENDER = /^(?:[^<>\r\n"]{1,64} <([^<>\s]{3,254})>|([^<>\s]{3,254}))$/;

export const mailVariables = {
  SMTP_URL: z
    .string()
    .refine(
      isSmtpUrl,
      'use smtps://USER:PASSWORD@smtp.example.org, or smtp:// for a server with STARTTLS; special characters of user and password percent-encoded.',
    )
    .optional(),
  MAIL_FROM: z
    .string()
    .refine(isSender, 'use an address such as Choonsim <hello@chat.example.org>.')
    .optional(),
  SIGNUP_VERIFICATION: z
    .enum(
      ['off', 'mail'],
      'use off, or mail to make wallets only for confirmed addresses; mail needs SMTP_URL.',
    )
    .default('off'),
};

type Source = Readonly<Record<string, string | undefined>>;

/** Rules between the mail variables. */
export function findMailErrors(given: Source): SettingError[] {
  const { SMTP_URL, MAIL_FROM, BETTER_AUTH_URL, SIGNUP_VERIFICATION } = given;
  const errors: SettingError[] = [];
  const add = (name: string, remedy: string) => errors.push({ name, remedy });
  if (!SMTP_URL) {
    if (MAIL_FROM) add('MAIL_FROM', 'has no effect without SMTP_URL. Set both, or remove it.');
    if (SIGNUP_VERIFICATION === 'mail') {
      add('SIGNUP_VERIFICATION', 'mail needs SMTP_URL and MAIL_FROM. Set them, or use off.');
    }
    return errors;
  }
  if (!MAIL_FROM) {
    add(
      'MAIL_FROM',
      'missing. Set the sender of mails, such as Choonsim <hello@chat.example.org>.',
    );
  }
  // Links in mails begin with it: a request's Host must never get into one.
  if (!BETTER_AUTH_URL) {
    add('BETTER_AUTH_URL', 'missing. Mails hold links to it: set the public address.');
  }
  return errors;
}

/** @returns null if no mail is sent */
export function mailConfig(values: {
  SMTP_URL?: string | undefined;
  MAIL_FROM?: string | undefined;
  CLEAR_TEXT_HOSTS?: string | undefined;
}): MailConfig | null {
  if (!values.SMTP_URL || !values.MAIL_FROM) return null;
  const url = new URL(values.SMTP_URL);
  const isImplicitTls = url.protocol === 'smtps:';
  const host = url.hostname.toLowerCase();
  const clearTextHosts = (values.CLEAR_TEXT_HOSTS ?? '').toLowerCase().split(',');
  const user = decodeURIComponent(url.username);
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isImplicitTls ? IMPLICIT_TLS_PORT : SUBMISSION_PORT),
    isImplicitTls,
    mayBeClearText:
      /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host) ||
      clearTextHosts.some((each) => each.trim() === host),
    credentials: user === '' ? null : { user, password: decodeURIComponent(url.password) },
    from: values.MAIL_FROM,
  };
}

function isSmtpUrl(text: string): boolean {
  if (!/^smtps?:\/\/./.test(text) || !URL.canParse(text)) return false;
  const { hostname, port, username, password, pathname, search } = new URL(text);
  const isBare = hostname !== '' && port !== '0' && ['', '/'].includes(pathname) && search === '';
  return isBare && (username !== '') === (password !== '') && isDecodable(username + password);
}

function isSender(text: string): boolean {
  const [, named, bare] = SENDER.exec(text) ?? [];
  return ADDRESS.test(named ?? bare ?? '');
}
