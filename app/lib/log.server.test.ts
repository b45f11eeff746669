import { describe, expect, it } from 'vitest';
import { authLogOver, createLog, engineLogOver } from './log.server.ts';

function recorder() {
  const lines: string[] = [];
  const log = createLog({ level: 'trace' }, { write: (line) => void lines.push(line) });
  return { lines, log };
}

const secret = 'ed25519:4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw1ZcBBgbYUb6nG4b3R';

describe('the log', () => {
  it('states the remedy of the engine’s codes', () => {
    const { lines, log } = recorder();
    engineLogOver(log).warn({ code: 'NODE_UNREACHABLE', breakMs: 1 }, 'work is interrupted');
    engineLogOver(log).error({ reason: 'TREASURY_NEAR_LOW' }, 'signing is paused');
    engineLogOver(log).error({ code: 'ALL_REFUSED' }, 'the chain refuses one wallet after another');
    engineLogOver(log).info({ userId: 'ann' }, 'wallet requested');
    const remedies = lines.map((line) => JSON.parse(line).remedy);
    expect(remedies).toEqual([
      expect.stringContaining('NEAR_NODE_URL'),
      expect.stringContaining('NEAR_RESERVE'),
      expect.stringContaining('CHOCO_TOKEN_CONTRACT'),
      undefined,
    ]);
  });

  it('warns of a client’s mistake in the auth library, without the client’s text', () => {
    const { lines, log } = recorder();
    const authLog = authLogOver(log, ({ error, message, level, ...fields }) =>
      log[level]({ ...fields, err: error }, message),
    );
    authLog('error', 'Invalid callbackURL: https://evil.example/?password=hunter2');
    authLog('error', 'State not found', undefined);
    authLog('error', 'Failed to create user', new Error('no answer'));
    const mismatch = Object.assign(new Error('State mismatch: hunter2'), {
      code: 'state_mismatch',
    });
    authLog('error', 'Failed to parse state', mismatch);
    authLog('error', new Error('no row'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, component: 'auth', msg: 'Invalid callbackURL' },
      { level: 40, msg: 'State not found' },
      { level: 50, msg: 'Failed to create user', err: { message: 'no answer' } },
      { level: 40, msg: 'Failed to parse state' },
      { level: 50, msg: 'the auth library reports an error', err: { message: 'no row' } },
    ]);
    expect(lines.join('')).not.toContain('hunter2');
  });

  it('contains no secret of the deployment, wherever a text quotes it', () => {
    const lines: string[] = [];
    const secrets = ['a "quoted" key', 'plain-key-9'];
    const log = createLog({ level: 'info', secrets }, { write: (line) => void lines.push(line) });
    log.error({ err: new Error('Incorrect API key provided: plain-key-9.') }, 'plain-key-9');
    log.info({ why: ['not a "quoted" key?'] }, 'refused');
    expect(lines.join('')).not.toMatch(/plain-key-9|quoted/);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ why: ['not [removed]?'], msg: 'refused' });
  });

  it.each([
    { nearPrivateKey: secret },
    { user: { encryptedPrivateKey: secret } },
    { body: { user: { password: secret } } },
    { request: { headers: { cookie: secret, authorization: secret } } },
    { settings: { servicePrivateKey: secret, betterAuthSecret: secret } },
    { token: secret, signedBytes: secret },
    { masterKeys: [secret] },
    { err: new Error(`refused: ${secret}`) },
    { cause: { why: [new Error(secret)] } },
  ])('writes no secret by mistake: %o', (fields) => {
    const { lines, log } = recorder();
    log.warn(fields, 'something');
    engineLogOver(log).error({ ...fields, error: new Error('broken') }, 'something else');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).not.toContain(secret);
    expect(lines[0]).toContain('[removed]');
  });

  it('keeps the fields an operator follows a wallet by, and an error’s message', () => {
    const { lines, log } = recorder();
    const fields = { userId: 'u1', accountId: 'a.choonsim.devnet', hash: 'H', attempt: 2 };
    engineLogOver(log).error({ ...fields, error: new Error('no answer') }, 'wallet failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...fields,
      part: 'wallets',
      msg: 'wallet failed',
      err: { message: 'no answer' },
    });
  });
});
