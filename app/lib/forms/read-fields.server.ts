import { data } from 'react-router';
import { bodyLimitBytes, type FieldRule, type FieldRules, findDoor } from './doors.ts';

/** An error in the form of the input. */
export interface FieldError {
  readonly code: string;
  readonly field: string;
  /** A sentence for programmers, with the remedy. */
  readonly message: string;
}

/** The fields of a form: only those of its door, within their lengths. */
export class FormFields {
  readonly #fields: ReadonlyMap<string, readonly string[]>;
  /** Overlong fields, of which only the beginning is kept, to be shown again. */
  readonly tooLong: ReadonlySet<string>;

  constructor(fields: ReadonlyMap<string, readonly string[]>, tooLong: ReadonlySet<string>) {
    this.#fields = fields;
    this.tooLong = tooLong;
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** Empty if the form has no such field. */
  text(name: string): string {
    return this.#fields.get(name)?.[0] ?? '';
  }

  texts(name: string): readonly string[] {
    return this.#fields.get(name) ?? [];
  }
}

/**
 * Reads the form of a page, by the rules of its address in `doors.ts`. Overlong fields are
 * listed instead of rejected, because the page shows an error beside them.
 * @throws 400 with the field if it is no form, or has a field that the page does not have
 */
export async function readForm(request: Request): Promise<FormFields> {
  const door = findDoor(new URL(request.url).pathname);
  const type = request.headers.get('Content-Type') ?? '';
  if (!door || !/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw refuse(errorOf('FORM_INVALID', '', 'Send application/x-www-form-urlencoded.'));
  }
  const body = await textOf(request);
  if (body === null) throw refuse(bodyIncomplete());
  if (body.length > bodyLimitBytes(door)) throw refuse(bodyTooLarge());
  const fields = new Map<string, string[]>();
  const tooLong = new Set<string>();
  for (const [name, value] of new URLSearchParams(body)) {
    const rule = ownRule(door.form, name);
    if (!rule) throw refuse(unknownField(name, door.form));
    const values = fields.get(name) ?? [];
    if (rule.kind === 'boolean' || values.length >= mostOf(rule)) {
      throw refuse(
        errorOf('FIELD_REPEATED', name, `Send "${name}" at most ${mostOf(rule)} times.`),
      );
    }
    if (value.includes(NUL)) throw refuse(nulError(name));
    if (value.length > rule.greatest) tooLong.add(name);
    values.push(value.slice(0, rule.greatest));
    fields.set(name, values);
  }
  return new FormFields(fields, tooLong);
}

/** For pages without a sentence for it. @throws 400 if a field is too long */
export async function requireForm(request: Request): Promise<FormFields> {
  const form = await readForm(request);
  const [field] = form.tooLong;
  if (field !== undefined)
    throw refuse(errorOf(`FIELD_TOO_LONG`, field, `"${field}" is too long.`));
  return form;
}

export type JsonReading =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly error: FieldError };

const JSON_TYPE = /^application\/json\s*(;|$)/i;

/**
 * Reads the JSON body of an API address, by its rules in `doors.ts`. A missing field
 * is absent; an empty body is an object without fields. The Content-Type must be JSON: a body that is
 * JSON here and a form elsewhere would have two meanings, and another site's page may send a form.
 */
export async function readJson(request: Request): Promise<JsonReading> {
  const door = findDoor(new URL(request.url).pathname);
  const text = await textOf(request);
  if (text === null) return { error: bodyIncomplete() };
  if (!door) return { error: errorOf('NOT_FOUND', '', 'There is no such address.') };
  if (text.length > bodyLimitBytes(door)) return { error: bodyTooLarge() };
  if (text !== '' && !JSON_TYPE.test(request.headers.get('Content-Type') ?? '')) {
    return { error: errorOf('TYPE_UNSUPPORTED', '', 'Send Content-Type: application/json.') };
  }
  const fields = text === '' ? {} : parseObject(text);
  if (!fields) return { error: errorOf('JSON_INVALID', '', 'Send an object as JSON.') };
  for (const [name, value] of Object.entries(fields)) {
    const rule = ownRule(door.json, name);
    const error = rule ? findValueError(name, value, rule) : unknownField(name, door.json);
    if (error) return { error };
  }
  return { fields };
}

const ERROR_STATUSES: Readonly<Record<string, number | undefined>> = {
  NOT_FOUND: 404,
  BODY_TOO_LARGE: 413,
  TYPE_UNSUPPORTED: 415,
};

/** The response of an error. `code` is the field that clients of better-auth read. */
export function errorResponse({ code, field, message }: FieldError): Response {
  const status = ERROR_STATUSES[code] ?? 400;
  return Response.json({ error: code, code, ...(field && { field }), message }, { status });
}

/** Checks the query of an address. @param isStrict whether unlisted parameters are rejected */
export function findQueryError(
  query: URLSearchParams,
  { rules, isStrict }: { rules: FieldRules; isStrict: boolean },
): FieldError | null {
  const seen = new Set<string>();
  for (const [name, value] of query) {
    const rule = ownRule(rules, name);
    if (!rule) {
      if (isStrict) return unknownField(name, rules);
      continue;
    }
    if (seen.has(name)) return errorOf('FIELD_REPEATED', name, `Send "${name}" once.`);
    seen.add(name);
    const error = findValueError(name, value, rule);
    if (error) return error;
  }
  return null;
}

function findValueError(name: string, value: unknown, rule: FieldRule): FieldError | null {
  if (rule.kind === 'boolean') {
    return typeof value === 'boolean'
      ? null
      : errorOf('FIELD_INVALID', name, `"${name}" must be true or false.`);
  }
  if (typeof value !== 'string') {
    return errorOf('FIELD_INVALID', name, `"${name}" must be a text.`);
  }
  if (value.includes(NUL)) return nulError(name);
  if (value.length <= rule.greatest) return null;
  const message = `"${name}" has ${value.length} characters. It can have up to ${rule.greatest}.`;
  return errorOf(TOO_LONG_CODES[name] ?? 'FIELD_TOO_LONG', name, message);
}

/** No real text contains it, and PostgreSQL cannot store it. */
const NUL = '\0';

function nulError(name: string): FieldError {
  return errorOf('FIELD_INVALID', name, `Send "${name}" without the character U+0000.`);
}

/** Codes older than the table of lengths, which clients know. */
const TOO_LONG_CODES: Readonly<Record<string, string | undefined>> = {
  name: 'NAME_TOO_LONG',
  email: 'EMAIL_TOO_LONG',
  password: 'PASSWORD_TOO_LONG',
  newPassword: 'PASSWORD_TOO_LONG',
  message: 'MESSAGE_TOO_LONG',
};

function unknownField(name: string, rules: FieldRules): FieldError {
  const names = Object.keys(rules);
  const remedy = names.length > 0 ? `Send only: ${names.join(', ')}.` : 'Send none.';
  const shown = name.slice(0, SHOWN_NAME_LENGTH);
  return errorOf('FIELD_UNKNOWN', shown, `"${shown}" is not a field of this address. ${remedy}`);
}

const SHOWN_NAME_LENGTH = 64;

/** Null if the client has disconnected in the middle of it: a mistake of its, not a failure of ours. */
function textOf(request: Request): Promise<string | null> {
  return request.text().catch(() => null);
}

function bodyIncomplete(): FieldError {
  return errorOf('BODY_INCOMPLETE', '', 'Send the whole body.');
}

function bodyTooLarge(): FieldError {
  return errorOf('BODY_TOO_LARGE', '', 'The body is larger than all fields of this address.');
}

function errorOf(code: string, field: string, message: string): FieldError {
  return { code, field, message };
}

function refuse({ code, field, message }: FieldError) {
  return data({ error: code, field, message }, { status: code === 'BODY_TOO_LARGE' ? 413 : 400 });
}

function mostOf(rule: FieldRule): number {
  return rule.kind === 'texts' ? rule.most : 1;
}

/** Not an inherited property such as `constructor`. */
function ownRule(rules: FieldRules, name: string): FieldRule | undefined {
  return Object.hasOwn(rules, name) ? rules[name] : undefined;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
