import { MAGIC } from '../wasm/module-content.ts';
import { I32 } from '../wasm/operators.ts';
import { WasmWriter } from '../wasm/wasm-writer.ts';

/** A contract in a few bytes: what its one method `main` does, and what else the module holds. */
export interface WasmSketch {
  /** The instructions of `main`, without the last `end`. */
  readonly body: readonly number[] | Uint8Array;
  /** Local variables of type i32. */
  readonly locals?: number;
  /** Functions imported from `env`, with their types. */
  readonly imports?: readonly { readonly name: string; readonly type: readonly number[] }[];
  /** Whole sections by their id, beside those for the rest. */
  readonly sections?: Readonly<Record<number, Uint8Array>>;
  /** Names under which `main` is exported; default `main`. */
  readonly names?: readonly string[];
}

const NO_VALUES = [0x60, 0, 0];

/** The module of a sketch. It need not be valid. */
export function wasmOf(sketch: WasmSketch): Uint8Array {
  const { body, locals = 0, imports = [], sections = {}, names = ['main'] } = sketch;
  const types = new WasmWriter().u32(imports.length + 1).u8(...NO_VALUES);
  const imported = new WasmWriter().u32(imports.length);
  for (const [index, { name, type }] of imports.entries()) {
    types.u8(...type);
    imported
      .name('env')
      .name(name)
      .u8(0)
      .u32(index + 1);
  }
  const exported = new WasmWriter().u32(names.length);
  for (const name of names) exported.name(name).u8(0).u32(imports.length);
  const main = new WasmWriter();
  if (locals === 0) main.u8(0);
  else main.u8(1).u32(locals).u8(I32);
  main.raw(Uint8Array.from(body)).u8(0x0b);
  const own: Record<number, Uint8Array> = {
    1: types.bytes(),
    3: Uint8Array.of(1, 0),
    7: exported.bytes(),
    10: new WasmWriter().u8(1).sized(main).bytes(),
  };
  if (imports.length > 0) own[2] = imported.bytes();
  const module = new WasmWriter().u8(...MAGIC);
  // Integer keys are in ascending order, as sections are.
  for (const [id, content] of Object.entries({ ...own, ...sections })) {
    module.u8(Number(id)).u32(content.length).raw(content);
  }
  return module.bytes().slice();
}
