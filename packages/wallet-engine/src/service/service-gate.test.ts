import { describe, expect, it } from 'vitest';
import { yoctoPerNear } from '../core/amounts.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import { silentObserver } from '../ports/engine-observer.ts';
import type { Deployment, TreasuryReading } from '../ports/transaction-ledger.ts';
import { World } from '../testing/simulator/world/world.ts';
import { createServiceGate } from './service-gate.ts';
import { mostRegistrationYocto, usualRegistrationYocto } from './transaction-plan.ts';

const config: EngineConfig = {
  networkId: 'devnet',
  serviceAccountId: 'service.near',
  tokenContract: 'token.near',
  tokenDecimals: 18,
  signupReward: '100',
  initialBalanceYocto: yoctoPerNear / 10n,
  reserveYocto: yoctoPerNear,
  spendLimitHourYocto: null,
  spendLimitDayYocto: null,
  spendLimitHourTokens: null,
  spendLimitDayTokens: null,
  runwayWarningWallets: 5,
  batchSize: 10,
  maxAttempts: 3,
  lanes: 4,
  stock: 0,
};
/** 0.1 and the holds 0.01, 0.02375, 0.00125 and 0.002 NEAR. */
const walletYocto = 137n * 10n ** 21n;
const leastYocto = config.reserveYocto + walletYocto;
const leastTokens = 100n * 10n ** 18n;

/** A gate over the database and chain of the scene. */
function gateOf(changes: Partial<EngineConfig> = {}) {
  const world = new World();
  const { clock } = world;
  const startedAtMs = clock.now();
  const scene = {
    row: null as Deployment | null,
    genesisHash: 'genesis',
    accountYocto: (10n * yoctoPerNear) as bigint | null,
    tokens: 10_000n * 10n ** 18n,
    decimals: 18,
    registrationYocto: usualRegistrationYocto,
    key: { fullAccess: true } as { fullAccess: boolean } | null,
    chainError: null as Error | null,
    databaseError: null as Error | null,
    readingError: null as Error | null,
    mayResume: true,
    spentMicroNear: 0,
    /** 0: no second node answers. */
    agreedHeight: 0,
  };
  const asked: string[] = [];
  const confirmations: unknown[] = [];
  const readings: object[] = [];
  const faults: string[] = [];
  const ask = <T>(name: string, answer: () => T) => {
    return async (question?: object) => {
      asked.push(name);
      if (question) confirmations.push({ name, ...question });
      if (scene.chainError) throw scene.chainError;
      return answer();
    };
  };
  const readDeployment = async () => {
    if (scene.databaseError) throw scene.databaseError;
    return scene.row;
  };
  const changeRow = (some: Partial<Deployment>) => {
    if (scene.row) scene.row = { ...scene.row, ...some };
  };
  const gate = createServiceGate({
    config: { ...config, ...changes },
    ledger: {
      readDeployment,
      openDeployment: async (opened: Partial<Deployment>) => {
        asked.push('openDeployment');
        scene.row ??= {
          ...opened,
          pauseReason: null,
          pausedAtMs: null,
          reconciledAtMs: null,
          epoch: 0,
          treasury: null,
          newestHash: null,
        } as Deployment;
        return scene.row;
      },
      pause: async ({ reason, nowMs }: { reason: 'OPERATOR'; nowMs: number }) =>
        changeRow({ pauseReason: reason, pausedAtMs: nowMs }),
      holdPause: async () => {
        const pausedAtMs = (scene.row?.pausedAtMs ?? 0) + 1;
        changeRow({ pausedAtMs });
        return pausedAtMs;
      },
      resume: async () => {
        if (scene.mayResume) changeRow({ pauseReason: null, pausedAtMs: null });
        return scene.mayResume;
      },
      recordTreasury: async (reading: TreasuryReading) => {
        if (scene.readingError) throw scene.readingError;
        readings.push(reading);
        changeRow({ treasury: reading });
      },
      readSpending: async () => ({
        hourMicroNear: scene.spentMicroNear,
        dayMicroNear: 0,
        hourMicroToken: 0,
        dayMicroToken: 0,
      }),
    } as never,
    memory: {
      compare: async () => {
        const row = await readDeployment();
        if (!row) throw new ServiceError('DATABASE_BEHIND_CHAIN', 'no row');
        return row;
      },
    } as never,
    chain: {
      requireChain: async ({ genesisHash }: { genesisHash: string | null }) => {
        asked.push('requireChain');
        if (scene.chainError) throw scene.chainError;
        if (genesisHash !== null && genesisHash !== scene.genesisHash) {
          throw new ServiceError('WRONG_CHAIN', 'of another genesis');
        }
        return { genesisHash: scene.genesisHash };
      },
      readFinalBlock: ask('readFinalBlock', () => ({ height: 77, hash: 'block', timestampMs: 0 })),
      readAgreedHeight: async () => scene.agreedHeight,
      viewAccount: ask('viewAccount', () =>
        scene.accountYocto === null ? null : { spendableYocto: scene.accountYocto },
      ),
      viewAccessKey: ask('viewAccessKey', () => scene.key),
      viewTokenDecimals: ask('viewTokenDecimals', () => scene.decimals),
      viewTokenBalance: ask('viewTokenBalance', () => scene.tokens),
      viewRegistrationDeposit: ask('viewRegistration', () => scene.registrationYocto),
    } as never,
    vault: { lanePublicKey: () => 'ed25519:own' } as never,
    clock,
    log: world.log(),
    observer: { ...silentObserver, serviceError: ({ code }) => faults.push(code) },
    newDeploymentId: async () => 'deployment',
  });
  const said = (message: string) => world.logged.filter((each) => each.message === message);
  return {
    gate,
    scene,
    asked,
    confirmations,
    readings,
    faults,
    clock,
    startedAtMs,
    said,
    changeRow,
  };
}

describe('connected: nodes, service account, token and database belong together', () => {
  it('and the deployment is stored, with the reward in base units', async () => {
    const { gate, asked, scene, startedAtMs } = gateOf();
    expect(gate.reason()).toBe('CHAIN_NOT_MET');
    expect(() => gate.service()).toThrow(expect.objectContaining({ code: 'CHAIN_NOT_MET' }));
    expect(await gate.check()).toBe('open');
    expect(gate.reason()).toBeNull();
    expect(scene.row).toMatchObject({
      deploymentId: 'deployment',
      genesisHash: 'genesis',
      networkId: 'devnet',
      serviceAccountId: 'service.near',
      tokenContract: 'token.near',
      createdAtMs: startedAtMs,
    });
    expect(gate.service().reward).toEqual({
      tokenContract: 'token.near',
      baseUnits: leastTokens,
      decimals: 18,
      registrationYocto: usualRegistrationYocto,
    });
    const requests = asked.filter((name) => name === 'requireChain').length;
    expect(await gate.check()).toBe('open');
    expect(asked.filter((name) => name === 'requireChain')).toHaveLength(requests);
  });

  it.each([
    ['SERVICE_ACCOUNT_MISSING', { accountYocto: null }],
    ['SERVICE_KEY_INVALID', { key: null }],
    ['SERVICE_KEY_INVALID', { key: { fullAccess: false } }],
    ['TOKEN_DECIMALS', { decimals: 6 }],
    ['REGISTRATION_TOO_DEAR', { registrationYocto: mostRegistrationYocto + 1n }],
    ['NODE_UNREACHABLE', { chainError: new ServiceError('NODE_UNREACHABLE', 'gone') }],
  ])('and nothing begins and no row is left with %s', async (code, state) => {
    const { gate, scene, faults } = gateOf();
    Object.assign(scene, state);
    expect(await gate.check()).toBe('closed');
    expect(gate.reason()).toBe(code);
    expect(scene.row).toBeNull();
    expect(() => gate.service()).toThrow(expect.objectContaining({ code }));
    expect(faults).toEqual([code]);
    expect(gate.refusal()?.code ?? null).toBe(code === 'TOKEN_DECIMALS' ? code : null);
  });

  it('with a token that asks for exactly the maximum', async () => {
    const { gate, scene } = gateOf();
    scene.registrationYocto = mostRegistrationYocto;
    expect(await gate.check()).toBe('open');
  });

  it.each([
    ['SERVICE_ACCOUNT_CHANGED', { serviceAccountId: 'other.near' }],
    ['NETWORK_CHANGED', { networkId: 'other' }],
    ['TOKEN_CONTRACT_CHANGED', { tokenContract: 'other.near' }],
  ])(
    'but not with settings that a database with signatures contradicts: %s',
    async (code, other) => {
      for (const newestHash of ['hash', null]) {
        const { gate, scene, asked, changeRow } = gateOf();
        await gate.check();
        const { row } = scene;
        const next = gateOf(other);
        next.scene.row = row && { ...row, newestHash };
        expect(await next.gate.check()).toBe('closed');
        expect(next.gate.refusal()).toMatchObject({ code });
        expect(next.asked.includes('requireChain')).toBe(newestHash === null);
        // Changed while the process runs.
        changeRow({ ...other, newestHash });
        asked.length = 0;
        expect(await gate.check()).not.toBe('open');
        expect(gate.reason()).toBe(code);
      }
    },
  );

  it('only when its genesis is that of the database', async () => {
    const { gate, scene } = gateOf();
    await gate.check();
    const next = gateOf();
    next.scene.row = scene.row && { ...scene.row, genesisHash: 'another' };
    expect(await next.gate.check()).toBe('closed');
    expect(next.gate.reason()).toBe('WRONG_CHAIN');
    // The settings of this process are in doubt, not those of the others.
    expect(next.scene.row).toMatchObject({ pauseReason: null });
  });
});

describe('a break', () => {
  it('doubles from a second up to 15, and ends when a node answers', async () => {
    const { gate, scene, clock, asked, faults } = gateOf();
    await gate.check();
    scene.databaseError = new ServiceError('DATABASE_BUSY', 'gone');
    for (const breakMs of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      expect(await gate.check()).toBe('closed');
      expect(gate.reason()).toBe('DATABASE_BUSY');
      const reported = faults.length;
      await gate.report(new ServiceError('NODE_UNREACHABLE', 'at the same time'));
      await clock.advance(breakMs - 1);
      expect(await gate.check()).toBe('closed');
      expect(faults).toHaveLength(reported);
      await clock.advance(1);
    }
    scene.databaseError = null;
    asked.length = 0;
    expect(await gate.check()).toBe('open');
    expect(asked[0]).toBe('readFinalBlock');
    expect(gate.databaseSinceMs()).toBe(clock.now());
    expect(gate.lossesHiddenForMs()).toBe(10_000);
    scene.databaseError = new ServiceError('DATABASE_BUSY', 'gone again');
    await gate.check();
    scene.databaseError = null;
    await clock.advance(1_000);
    expect(await gate.check()).toBe('open');
  });

  it('caused by nodes does not restart the time of the database', async () => {
    const { gate, clock, startedAtMs } = gateOf();
    await gate.check();
    await gate.report(new ServiceError('NODE_UNREACHABLE', 'gone'));
    expect(await gate.check()).toBe('closed');
    await clock.advance(1_000);
    expect(await gate.check()).toBe('open');
    expect(gate.databaseSinceMs()).toBe(startedAtMs);
    expect(gate.lossesHiddenForMs()).toBe(0);
  });

  it('of the database restarts its time, and so does a suspended process', async () => {
    const { gate, clock, startedAtMs } = gateOf();
    await gate.check();
    await clock.advance(5_000);
    await gate.check();
    expect(gate.databaseSinceMs()).toBe(startedAtMs);
    expect(gate.lossesHiddenForMs()).toBe(0);
    await clock.advance(5_001);
    await gate.check();
    expect(gate.databaseSinceMs()).toBe(clock.now());
    expect(gate.lossesHiddenForMs()).toBe(10_000);
  });

  it('of the database counts although nodes are away when it comes back', async () => {
    const { gate, scene, clock } = gateOf();
    await gate.check();
    scene.databaseError = new ServiceError('DATABASE_BUSY', 'gone');
    await gate.check();
    scene.databaseError = null;
    scene.chainError = new ServiceError('NODE_UNREACHABLE', 'gone, too');
    await clock.advance(1_000);
    await gate.check();
    expect(gate.reason()).toBe('NODE_UNREACHABLE');
    scene.chainError = null;
    await clock.advance(2_000);
    expect(await gate.check()).toBe('open');
    expect(gate.lossesHiddenForMs()).toBe(8_000);
  });

  it('caused by nodes does not hide that the database was away meanwhile', async () => {
    const { gate, clock } = gateOf();
    await gate.check();
    await gate.report(new ServiceError('NODE_UNREACHABLE', 'gone'));
    await gate.report(new ServiceError('DATABASE_BUSY', 'gone, too'));
    await clock.advance(1_000);
    expect(await gate.check()).toBe('open');
    expect(gate.databaseSinceMs()).toBe(clock.now());
    expect(gate.lossesHiddenForMs()).toBe(10_000);
  });

  it('however long leaves the database watched', async () => {
    const { gate, clock, startedAtMs } = gateOf();
    await gate.watchDatabase();
    await gate.check();
    for (let times = 0; times < 5; times += 1) {
      await clock.advance(4_000);
      await gate.watchDatabase();
    }
    await gate.check();
    expect(gate.databaseSinceMs()).toBe(startedAtMs);
    expect(gate.lossesHiddenForMs()).toBe(0);
  });

  it('for a missing master key always takes five seconds', async () => {
    const { gate, clock } = gateOf();
    await gate.check();
    await gate.report(new ServiceError('MASTER_KEY_MISSING', 'version 2'));
    await clock.advance(4_999);
    expect(await gate.check()).toBe('closed');
    await clock.advance(1);
    expect(await gate.check()).toBe('open');
  });

  it('is not made for errors that the database itself shows', async () => {
    const { gate, faults } = gateOf();
    await gate.check();
    await gate.report(new ServiceError('SIGNING_PAUSED', 'meanwhile'));
    expect(await gate.check()).toBe('open');
    expect(faults).toEqual([]);
  });

  it('is not made for an error that is not a service error', async () => {
    const { gate, scene } = gateOf();
    scene.chainError = new TypeError('a bug');
    await expect(gate.check()).rejects.toBe(scene.chainError);
  });
});

describe('the treasury', () => {
  it.each([
    ['open', leastYocto, leastTokens, null],
    ['settling-only', leastYocto - 1n, leastTokens, 'TREASURY_NEAR_LOW'],
    ['settling-only', leastYocto, leastTokens - 1n, 'TREASURY_TOKEN_LOW'],
  ])('%s with %i yocto and %i tokens', async (state, accountYocto, tokens, reason) => {
    const { gate, scene, readings, confirmations, clock } = gateOf();
    Object.assign(scene, { accountYocto, tokens });
    expect(await gate.check()).toBe(state);
    expect(gate.reason()).toBe(reason);
    expect(scene.row?.pauseReason ?? null).toBe(reason);
    expect(readings[0]).toMatchObject({ height: 77, readAtMs: clock.now() });
    // What would stop everybody needs a second node's word.
    expect(confirmations).toContainEqual({
      name: 'viewTokenDecimals',
      tokenContract: 'token.near',
      expected: 18,
    });
    expect(confirmations).toContainEqual({
      name: 'viewAccount',
      accountId: 'service.near',
      confirmAbsence: true,
    });
    expect(confirmations).toContainEqual({
      name: 'viewAccessKey',
      accountId: 'service.near',
      publicKey: 'ed25519:own',
      confirmAbsence: true,
    });
    expect(confirmations).toContainEqual({
      name: 'viewAccount',
      accountId: 'service.near',
      atHeight: 77,
      confirmAbsence: true,
      confirmBelowYocto: leastYocto,
    });
    expect(confirmations).toContainEqual({
      name: 'viewTokenBalance',
      tokenContract: 'token.near',
      accountId: 'service.near',
      atHeight: 77,
      confirmBelow: leastTokens,
    });
  });

  it('is stored in millionths, with the number of wallets it covers beside the reserve', async () => {
    const { gate, scene, readings } = gateOf();
    scene.accountYocto = config.reserveYocto + yoctoPerNear;
    await gate.check();
    expect(readings).toMatchObject([
      { microNear: 2_000_000, microToken: 10_000_000_000, runwayWallets: 9 },
    ]);
  });

  it('is read at a height that both nodes have reached', async () => {
    const { gate, scene, readings } = gateOf();
    scene.agreedHeight = 75;
    await gate.check();
    expect(readings).toMatchObject([{ height: 75 }]);
  });

  // One node that shows riches must not end a pause, or have the reserve spent.
  it('needs a second node’s word for more than was read last', async () => {
    const { gate, confirmations, clock } = gateOf();
    await gate.check();
    const asked = { accountId: 'service.near', atHeight: 77 };
    const above = (key: string) => confirmations.filter((each) => Object(each)[key] !== undefined);
    expect(above('confirmAboveYocto')).toEqual([]);
    await clock.advance(7_001);
    await gate.check();
    const micro = 10n ** 18n;
    expect(above('confirmAboveYocto')).toMatchObject([
      { name: 'viewAccount', ...asked, confirmAboveYocto: 10n * yoctoPerNear + micro },
    ]);
    expect(above('confirmAbove')).toMatchObject([
      { name: 'viewTokenBalance', ...asked, confirmAbove: 10_000n * micro + micro / 10n ** 6n },
    ]);
  });

  it('pauses everyone when another wallet exceeds the limits', async () => {
    const { gate, scene } = gateOf({ spendLimitHourYocto: yoctoPerNear });
    scene.spentMicroNear = 1_000_000;
    expect(await gate.check()).toBe('settling-only');
    expect(gate.reason()).toBe('SPEND_LIMIT_REACHED');
  });

  it('is read again after seven seconds, or when its last reading is in the future', async () => {
    const { gate, readings, clock, changeRow } = gateOf();
    const readingAt = (readAtMs: number) => ({ microNear: 1, microToken: 1, readAtMs });
    await gate.check();
    await clock.advance(7_000);
    await gate.check();
    expect(readings).toHaveLength(1);
    await clock.advance(1);
    await gate.check();
    expect(readings).toHaveLength(2);
    // Another process has read it meanwhile.
    await clock.advance(7_001);
    changeRow({ treasury: readingAt(clock.now()) });
    await gate.check();
    expect(readings).toHaveLength(2);
    changeRow({ treasury: readingAt(clock.now() + 7_001) });
    await gate.check();
    expect(readings).toHaveLength(3);
  });

  it('counts by an older reading while no node answers, but not without one', async () => {
    const { gate, scene, clock, changeRow } = gateOf();
    await gate.check();
    scene.chainError = new ServiceError('NODE_UNREACHABLE', 'gone');
    await clock.advance(7_001);
    expect(await gate.check()).toBe('open');
    await clock.advance(7_001);
    changeRow({ treasury: null });
    expect(await gate.check()).toBe('closed');
  });

  it('is logged as unread once an hour', async () => {
    const { gate, scene, clock, said } = gateOf();
    await gate.check();
    scene.readingError = new ServiceError('UNCONFIRMED', 'by one node only');
    const checkAfter = async (ms: number) => {
      await clock.advance(ms);
      await gate.check();
      return said(
        'the balances of the service account could not be read; the last ones read stay in use',
      ).length;
    };
    expect(await checkAfter(7_001)).toBe(1);
    expect(await checkAfter(7_001)).toBe(1);
    expect(await checkAfter(3_600_000)).toBe(2);
    scene.readingError = null;
    expect(await checkAfter(7_001)).toBe(2);
    scene.readingError = new ServiceError('UNCONFIRMED', 'by one node only');
    expect(await checkAfter(7_001)).toBe(3);
  });

  // What was signed before the pause is settled meanwhile.
  it.each(['UNCONFIRMED', 'NODES_DISAGREE'] as const)(
    'filled again by one node’s word (%s), leaves the pause as it is',
    async (code) => {
      const { gate, scene, clock, said } = gateOf();
      scene.accountYocto = leastYocto - 1n;
      expect(await gate.check()).toBe('settling-only');
      scene.accountYocto = leastYocto;
      scene.readingError = new ServiceError(code, 'by one node only');
      for (let checks = 0; checks < 5; checks += 1) {
        await clock.advance(8_000);
        expect(await gate.check()).toBe('settling-only');
      }
      expect(gate.reason()).toBe('TREASURY_NEAR_LOW');
      expect(
        said(
          'the balances of the service account could not be read; the last ones read stay in use',
        ),
      ).toHaveLength(1);
      scene.readingError = null;
      await clock.advance(8_000);
      expect(await gate.check()).toBe('open');
    },
  );

  it('is logged as short once an hour, and as refilled once', async () => {
    const { gate, scene, clock, said } = gateOf({ runwayWarningWallets: 100 });
    const warnings = () => said('the treasury runs low').length;
    await gate.check();
    await clock.advance(3_599_999);
    await gate.refreshTreasury();
    expect(warnings()).toBe(1);
    await clock.advance(1);
    await gate.refreshTreasury();
    expect(warnings()).toBe(2);
    scene.accountYocto = 1_000n * yoctoPerNear;
    await gate.refreshTreasury();
    await gate.refreshTreasury();
    expect(said('the treasury is filled again')).toHaveLength(1);
    scene.accountYocto = 10n * yoctoPerNear;
    await gate.refreshTreasury();
    expect(warnings()).toBe(3);
  });
});

describe('a pause', () => {
  const paused = async (reason: Deployment['pauseReason'], pausedAtMs: number) => {
    const parts = gateOf();
    await parts.gate.check();
    parts.changeRow({ pauseReason: reason, pausedAtMs });
    return parts;
  };

  it('ends when its reason is gone, probed every two seconds', async () => {
    const { gate, scene, clock } = gateOf();
    scene.accountYocto = leastYocto - 1n;
    expect(await gate.check()).toBe('settling-only');
    scene.accountYocto = leastYocto;
    await clock.advance(1_999);
    expect(await gate.check()).toBe('settling-only');
    await clock.advance(1);
    expect(await gate.check()).toBe('open');
    expect(scene.row?.pauseReason).toBeNull();
  });

  it.each<[what: string, reason: 'SERVICE_KEY_INVALID' | 'SERVICE_ACCOUNT_MISSING', still: object]>(
    [
      ['key', 'SERVICE_KEY_INVALID', { key: null }],
      ['account', 'SERVICE_ACCOUNT_MISSING', { accountYocto: null }],
    ],
  )('for the sake of the %s lasts until the chain shows it', async (_what, reason, still) => {
    const { gate, scene, clock } = await paused(reason, 1);
    const right = { ...scene };
    Object.assign(scene, still);
    for (let probes = 0; probes < 20; probes += 1) {
      expect(await gate.check()).toBe('settling-only');
      await clock.advance(2_000);
    }
    expect(gate.reason()).toBe(reason);
    Object.assign(scene, { key: right.key, accountYocto: right.accountYocto });
    expect(await gate.check()).toBe('open');
  });

  it.each(['OPERATOR', 'DATABASE_BEHIND_CHAIN'] as const)('of %s nobody ends', async (reason) => {
    const { gate, scene, clock, asked } = await paused(reason, 0);
    await gate.check();
    await clock.advance(60_000);
    asked.length = 0;
    expect(await gate.check()).toBe('settling-only');
    expect(scene.row?.pauseReason).toBe(reason);
    // And no query is made: nothing on chain shows it.
    expect(asked).not.toContain('viewAccessKey');
  });

  it('of another process ends ten seconds after the last process confirmed it', async () => {
    const { gate, clock, changeRow } = await paused('SPEND_LIMIT_REACHED', 1);
    expect(await gate.check()).toBe('settling-only');
    await clock.advance(8_000);
    changeRow({ pausedAtMs: 2 });
    expect(await gate.check()).toBe('settling-only');
    await clock.advance(9_999);
    expect(await gate.check()).toBe('settling-only');
    await clock.advance(2_000);
    expect(await gate.check()).toBe('open');
  });

  it('that others keep for long is logged once', async () => {
    const { gate, clock, said, changeRow } = await paused('SPEND_LIMIT_REACHED', 0);
    const told = () =>
      said(
        'another process keeps signing paused, which the settings of this process do not call for',
      ).length;
    for (let probes = 1; probes <= 20; probes += 1) {
      changeRow({ pausedAtMs: probes });
      expect(await gate.check()).toBe('settling-only');
      expect(told()).toBe(probes < 10 ? 0 : 1);
      await clock.advance(2_000);
    }
  });

  it('is confirmed while its reason applies, and ended by the same process', async () => {
    const { gate, scene, clock } = await paused('TREASURY_NEAR_LOW', 5);
    scene.accountYocto = leastYocto - 1n;
    await clock.advance(2_000);
    expect(await gate.check()).toBe('settling-only');
    expect(scene.row?.pausedAtMs).toBeGreaterThan(5);
    scene.accountYocto = leastYocto;
    await clock.advance(2_000);
    expect(await gate.check()).toBe('open');
  });

  it('stays when another process has changed it meanwhile', async () => {
    const { gate, scene, clock } = gateOf();
    scene.accountYocto = leastYocto - 1n;
    await gate.check();
    Object.assign(scene, { accountYocto: leastYocto, mayResume: false });
    await clock.advance(2_000);
    expect(await gate.check()).toBe('settling-only');
  });

  it('is logged once, however often its error is reported', async () => {
    const { gate, faults, said } = gateOf();
    await gate.check();
    await gate.report(new ServiceError('TREASURY_NEAR_LOW', 'little'));
    await gate.report(new ServiceError('TREASURY_NEAR_LOW', 'little'));
    expect(faults).toEqual(['TREASURY_NEAR_LOW']);
    expect(said('signing is paused')).toHaveLength(1);
  });

  it('for a token that raised its price ends with the new price', async () => {
    const { gate, scene, clock, confirmations } = await paused('TREASURY_NEAR_LOW', 5);
    await clock.advance(2_000);
    scene.registrationYocto = 2n * usualRegistrationYocto;
    await gate.check();
    expect(gate.service().reward.registrationYocto).toBe(2n * usualRegistrationYocto);
    // Another price than the one known needs a second node's word.
    expect(confirmations).toContainEqual({
      name: 'viewRegistration',
      tokenContract: 'token.near',
      expected: usualRegistrationYocto,
    });
  });
});

describe('a rejection by a node', () => {
  it('pauses when the chain confirms it, asked at most every two seconds', async () => {
    const { gate, scene, clock, asked } = gateOf();
    await gate.recheck();
    expect(asked).toEqual([]);
    await gate.check();
    await gate.recheck();
    asked.length = 0;
    scene.key = null;
    await clock.advance(1_999);
    await gate.recheck();
    expect(asked).toEqual([]);
    expect(gate.reason()).toBeNull();
    await clock.advance(1);
    await gate.recheck();
    expect(gate.reason()).toBe('SERVICE_KEY_INVALID');
  });

  it('also pauses for the treasury, and not when no node answers', async () => {
    const { gate, scene, clock, faults } = gateOf();
    await gate.check();
    scene.chainError = new ServiceError('NODE_UNREACHABLE', 'gone');
    await gate.recheck();
    expect(faults).toEqual([]);
    scene.chainError = null;
    scene.tokens = 0n;
    await clock.advance(2_000);
    await gate.recheck();
    expect(gate.reason()).toBe('TREASURY_TOKEN_LOW');
    scene.chainError = new TypeError('a bug');
    await clock.advance(2_000);
    await expect(gate.recheck()).rejects.toBe(scene.chainError);
  });
});

it('a treasury that cannot be stored does not count as read', async () => {
  const { gate, scene } = gateOf();
  await gate.check();
  scene.readingError = new ServiceError('DATABASE_BUSY', 'the disk is full');
  await expect(gate.refreshTreasury()).rejects.toBe(scene.readingError);
});

it('while nodes do not answer, no other chain than the stored one is accepted', async () => {
  const { gate, scene } = gateOf();
  await gate.check();
  const next = gateOf();
  next.scene.row = scene.row;
  next.scene.chainError = new ServiceError('NODE_UNREACHABLE', 'gone');
  expect(await next.gate.check()).toBe('closed');
  expect(next.asked).toEqual(['requireChain']);
});

it('a reference block is a second old at most', async () => {
  const { gate, asked, clock } = gateOf();
  await gate.reference();
  await clock.advance(999);
  await gate.reference();
  expect(asked).toHaveLength(1);
  await clock.advance(1);
  expect(await gate.reference()).toMatchObject({ height: 77 });
  expect(asked).toHaveLength(2);
});
