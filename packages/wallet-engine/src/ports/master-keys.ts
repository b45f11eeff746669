/** A key that encrypts wallets' keys. */
export interface MasterKey {
  /** From 1 up; 0 opens what was stored before ciphertexts carried a version. */
  version: number;
  /** 32 bytes. */
  key: Uint8Array;
}

/** Where master keys come from. Called once, when a process starts: no sign-up waits for it. */
export interface MasterKeyProvider {
  /**
   * The first encrypts, all of them decrypt; kept in memory by the caller, nowhere else.
   * @throws MasterKeysUnavailableError with what to do; its text holds no key and no token
   */
  readMasterKeys(): Promise<MasterKey[]>;
}

export class MasterKeysUnavailableError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'MasterKeysUnavailableError';
  }
}
