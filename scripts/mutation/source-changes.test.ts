import { expect, it } from 'vitest';
import { mutantsOf } from './source-changes.ts';

const changesOf = (source: string) =>
  mutantsOf('a.ts', source).map(({ operator, original, replacement }) => [
    operator,
    original,
    replacement,
  ]);

it('finds changes in the properties of an object', () => {
  const source = "export const queries = { due: 'SELECT 1 FROM a WHERE b <= 2', isOn: true };";
  expect(changesOf(source)).toEqual([
    ['SQL WHERE clause removed', 'WHERE b <= 2', 'WHERE 1 '],
    ['SQL <= to <', '<=', '<'],
    ['boolean flipped', 'true', 'false'],
  ]);
});

it('finds changes in functions of an object, in every notation', () => {
  const source = 'const f = { a: () => b(), async c(d: 1 | true) { throw d; }, e: { f: !g } };';
  expect(changesOf(source)).toEqual([
    ['function emptied', 'b()', 'undefined'],
    ['throw removed', 'throw d;', ';'],
    ['negation removed', '!g', 'g'],
  ]);
});

it('finds changes in a class', () => {
  const source = `class A extends B<true> {
    #isOpen = true;
    constructor() { super(); }
    async run(): Promise<void> { await this.go(); }
    static { open(); }
  }`;
  expect(changesOf(source)).toEqual([
    ['boolean flipped', 'true', 'false'],
    ['statement removed', 'super();', ';'],
    ['statement removed', 'await this.go();', ';'],
    ['await removed', 'await this.go()', 'this.go()'],
    ['statement removed', 'open();', ';'],
  ]);
});

it('ignores types, imports and log messages', () => {
  const source = `import { a } from 'WHERE b = 1';
    type B = { c: true };
    log.info({ d: true }, 'SELECT');
    class Lost extends Error { constructor() { this.name = 'Lost'; } }`;
  expect(changesOf(source)).toEqual([]);
});

it('names the place of each, also after multi-byte characters', () => {
  const [mutant] = mutantsOf('a.ts', "const name = '초춘심';\nthrow name;");
  expect(mutant).toMatchObject({ id: 'a.ts:2:1 throw removed', line: 2, original: 'throw name;' });
});

it('makes no equivalent change', () => {
  expect(changesOf('function f() { return false; }')).toEqual([
    ['boolean flipped', 'false', 'true'],
  ]);
});
