import { describe, expect, it } from 'vitest';
import { ServiceError } from '../core/errors.ts';
import type { NearChain } from '../ports/near-chain.ts';
import { World } from '../testing/simulator/world/world.ts';
import { type AgreedView, askUntilAgreed } from './ask-until-agreed.ts';

/** The query meets these errors, one after another, and then gets an answer. */
function asking(
  codes: ('UNCONFIRMED' | 'NODES_DISAGREE' | 'NODE_UNREACHABLE')[],
  mayStandAlone: boolean,
) {
  const world = new World();
  const views: AgreedView[] = [];
  const stopping = new AbortController();
  const chain: Pick<NearChain, 'readFinalBlock'> = {
    readFinalBlock: async () => ({ height: views.length + 1, hash: 'h', timestampMs: 0 }),
  };
  const answer = askUntilAgreed(
    {
      chain: chain as NearChain,
      clock: world.clock,
      log: world.log(),
      signal: stopping.signal,
    },
    {
      about: 'ann',
      mayStandAlone,
      ask: async (view) => {
        views.push(view);
        const code = view.agreed ? codes.shift() : undefined;
        if (code) throw new ServiceError(code, 'one node only');
        return 'there';
      },
    },
  );
  answer.catch(() => undefined);
  return { answer, views, clock: world.clock, logged: world.logged, stop: () => stopping.abort() };
}

const times = <T>(count: number, of: T): T[] => Array.from({ length: count }, () => of);

describe('a question that two nodes must answer alike', () => {
  it('is asked at one final block, and again at a newer one', async () => {
    const { answer, views, clock, logged } = asking(times(2, 'UNCONFIRMED'), false);
    await clock.advance(3_000);
    await expect(answer).resolves.toBe('there');
    expect(views).toEqual([1, 2, 3].map((atHeight) => ({ atHeight, agreed: true })));
    expect(logged).toEqual([]);
  });

  it('waits as long as no other node answers, and is logged once', async () => {
    const { answer, views, clock, logged } = asking(times(100, 'UNCONFIRMED'), false);
    await clock.advance(3_600_000);
    await expect(answer).resolves.toBe('there');
    expect(views.every(({ agreed }) => agreed)).toBe(true);
    expect(logged).toMatchObject([{ level: 'warn', fields: { about: 'ann' } }]);
  });

  it('may be answered by a single node where allowed, but not against another', async () => {
    const alone = asking(times(100, 'UNCONFIRMED'), true);
    await alone.clock.advance(3_000);
    await expect(alone.answer).resolves.toBe('there');
    expect(alone.views.at(-1)).toMatchObject({ agreed: false });
    const against = asking(times(50, 'NODES_DISAGREE'), true);
    await against.clock.advance(3_600_000);
    await expect(against.answer).resolves.toBe('there');
    expect(against.views.every(({ agreed }) => agreed)).toBe(true);
  });

  it('has no answer while no node answers, or when the process stops', async () => {
    await expect(asking(['NODE_UNREACHABLE'], true).answer).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
    });
    const stopped = asking(times(100, 'UNCONFIRMED'), false);
    await stopped.clock.advance(10_000);
    stopped.stop();
    await expect(stopped.answer).rejects.toThrow('stopping');
  });
});
