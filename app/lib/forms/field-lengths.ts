/**
 * The maximum length of every text input, in UTF-16 code units as counted by
 * `length`. `doors.ts` lists which door accepts which field.
 */
export const GREATEST_LENGTH = {
  email: 254,
  name: 50,
  password: 128,
  message: 2_000,
  messageId: 64,
  /** The id of a message or of the reply to it. */
  messageOrReplyId: 70,
  userId: 64,
  accountIntent: 32,
  /** Typed to confirm an irreversible action. */
  word: 32,
  adminAction: 32,
  language: 8,
  /** A guest's choices on the first page. */
  guestTalk: 8,
  theme: 16,
  /** A ticked box or a switch in an address. */
  mark: 8,
  walletFilter: 16,
  search: 200,
  rowNumber: 15,
  /** JSON signed by a passkey: the longest, with RSA keys, are some 2,000. */
  credential: 4_096,
  /** The id of a passkey or of another site's account. */
  wayInId: 64,
  /** The error code of another site's sign-in; its own or ours. */
  errorCode: 64,
  code: 2_048,
  /** JSON of a first and a last name. */
  otherName: 256,
  /** Of a session, a one-time link, or a signed link in a mail. */
  token: 1_024,
  /** A path of this site, to return to or to open from a mail. */
  path: 1_024,
  /** React Router's own parameter: the ids of the routes whose data is requested. */
  routeIds: 512,
} as const;

/** Path and query. */
export const ADDRESS_MAX_LENGTH = 4_096;

/** One segment of a path. */
export const SEGMENT_MAX_LENGTH = 128;

/** For the headers that the app reads; Node rejects more than 16 KiB in total. */
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
  // Captcha providers differ; theirs are the longest.
  'x-captcha-response': 8_192,
  'x-forwarded-for': 2_048,
  'x-forwarded-host': 512,
  'x-forwarded-proto': 64,
} as const;
