/** An error with which a host function ends a call. */
export class HostError extends Error {
  override name = 'HostError';
  /** Rust's debug form, as nearcore's views print it. */
  readonly debugText: string;

  /** @param fields the fields of Rust's debug form, in order */
  constructor(
    variant: string,
    message: string,
    fields: Readonly<Record<string, string | number | bigint>> = {},
  ) {
    super(message);
    const shown = Object.entries(fields).map(
      ([name, value]) => `${name}: ${typeof value === 'string' ? JSON.stringify(value) : value}`,
    );
    this.debugText = shown.length === 0 ? variant : `${variant} { ${shown.join(', ')} }`;
  }
}

export const gasExceeded = () => new HostError('GasExceeded', 'Exceeded the prepaid gas.');
export const gasLimitExceeded = () =>
  new HostError(
    'GasLimitExceeded',
    'Exceeded the maximum amount of gas allowed to burn per contract.',
  );
export const balanceExceeded = () =>
  new HostError('BalanceExceeded', 'Exceeded the account balance.');
export const integerOverflow = () => new HostError('IntegerOverflow', 'Integer overflow.');
export const memoryViolation = () =>
  new HostError('MemoryAccessViolation', 'Accessed memory outside the bounds.');
export const badUtf8 = () => new HostError('BadUTF8', 'String encoding is bad UTF-8 sequence.');
export const badUtf16 = () => new HostError('BadUTF16', 'String encoding is bad UTF-16 sequence.');
export const invalidAccountId = () =>
  new HostError('InvalidAccountId', 'VM Logic returned an invalid account id');
export const invalidPublicKey = () =>
  new HostError('InvalidPublicKey', 'VM Logic provided an invalid public key');

export const guestPanic = (text: string) =>
  new HostError('GuestPanic', `Smart contract panicked: ${text}`, { panic_msg: text });

export const prohibitedInView = (methodName: string) =>
  new HostError('ProhibitedInView', `${methodName} is not allowed in view calls`, {
    method_name: methodName,
  });

export const deprecated = (methodName: string) =>
  new HostError('Deprecated', `Attempted to call deprecated host function ${methodName}`, {
    method_name: methodName,
  });

/** A length exceeds the protocol's limit. */
export const limitExceeded = (
  variant: string,
  what: string,
  { length, limit }: { length: number; limit: number },
) =>
  new HostError(variant, `The length of ${what} ${length} exceeds the limit ${limit}`, {
    length,
    limit,
  });
