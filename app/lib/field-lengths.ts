/**
 * The greatest length of every text that people and programs may send us, in UTF-16 code units, as
 * `length` counts them. `doors.ts` says which door takes which of them.
 */
export const GREATEST_LENGTH = {
  email: 254,
  name: 50,
  password: 128,
  message: 2_000,
  messageId: 64,
  /** A message's id, or that of the reply to it. */
  messageOrReplyId: 70,
  userId: 64,
  accountIntent: 32,
  /** What must be typed before something that cannot be taken back. */
  word: 32,
  adminAction: 32,
  language: 8,
  /** What a guest chose on the first page. */
  guestTalk: 8,
  theme: 16,
  /** What a ticked box or a switch in an address says. */
  mark: 8,
  walletFilter: 16,
  search: 200,
  rowNumber: 15,
  /** JSON of what a passkey has signed: the longest, of RSA keys, have some 2,000. */
  credential: 4_096,
  /** Of a passkey, or another site's account. */
  wayInId: 64,
  /** By which another site's sign-in ends; its own code, or ours. */
  errorCode: 64,
  code: 2_048,
  /** JSON of a first and a last name. */
  otherName: 256,
  /** Of a session, a one-time link, or a signed link in a mail. */
  token: 1_024,
  /** A path of our own to come back to, or where a link in a mail leads. */
  path: 1_024,
  /** React Router's own parameter: the ids of the routes whose data a page wants. */
  routeIds: 512,
} as const;

/** Of an address after the host, with its query. */
export const ADDRESS_MAX_LENGTH = 4_096;

/** Of one part of a path: nothing of ours is longer. */
export const SEGMENT_MAX_LENGTH = 128;

/** Of the headers that anything of ours reads; Node refuses more than 16 KiB in all. */
export const HEADER_MAX_LENGTHS = {
  accept: 1_024,
  'accept-language': 512,
  authorization: 1_024,
  'content-type': 256,
  cookie: 12_288,
  host: 255,
  origin: 512,
  'sec-fetch-site': 32,
  'user-agent': 1_024,
  // Providers of captchas differ; theirs are the longest.
  'x-captcha-response': 8_192,
  'x-forwarded-for': 2_048,
  'x-forwarded-host': 512,
  'x-forwarded-proto': 64,
} as const;
