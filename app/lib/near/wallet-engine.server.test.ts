import { developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import { devnetServiceKey } from '../settings/development-keys.ts';

describe('the key for development', () => {
  it("is the devnet's own, which the app may not import", () => {
    expect(SERVICE_ACCOUNT).toBe('choonsim.devnet');
    expect(devnetServiceKey).toBe(developmentKey('choonsim.devnet').secretKey);
  });
});
