import type { HostCall, HostFunctionTable } from './host-call.ts';
import { deprecated, limitExceeded } from './host-error.ts';

// Values up to this length are stored with their key; longer ones cost extra to read.
const INLINE_VALUE_BYTES = 4_000;

/** Host functions for storage. Reads pay for no trie nodes; writes and removals do. */
export function addStorageFunctions(table: HostFunctionTable, call: HostCall): void {
  addWrites(table, call);
  addReads(table, call);
  for (const [name, signature] of [
    ['storage_iter_prefix', 'jj>j'],
    ['storage_iter_range', 'jjjj>j'],
    ['storage_iter_next', 'jjj>j'],
  ] as const) {
    table.free(name, signature, () => {
      throw deprecated(name);
    });
  }
}

function addWrites(table: HostFunctionTable, call: HostCall): void {
  const { memory, gas } = call;
  const { storage } = call.environment;
  table.changing(
    'storage_write',
    'jjjjj>j',
    (keyLength = 0n, keyPointer = 0n, length = 0n, pointer = 0n, register = 0n) => {
      gas.pay('storage_write_base');
      const key = readKey(call, keyLength, keyPointer);
      const value = memory.read(pointer, length).slice();
      const limit = call.limits.maxStorageValueLength;
      if (value.length > limit) {
        const lengths = { length: value.length, limit };
        throw limitExceeded('ValueLengthExceeded', 'a storage value', lengths);
      }
      gas.pay('storage_write_key_byte', key.length);
      gas.pay('storage_write_value_byte', value.length);
      const replaced = storage.get(key);
      if (replaced !== undefined) {
        gas.pay('storage_write_evicted_byte', replaced.length);
      }
      gas.pay('touching_trie_node', storage.visitedNodes(key));
      storage.set(key, value);
      if (replaced === undefined) {
        call.storageUsage += value.length + recordBytes(call, key);
        return 0;
      }
      call.storageUsage += value.length - replaced.length;
      memory.setRegister(register, replaced);
      return 1;
    },
  );
  table.changing('storage_remove', 'jjj>j', (keyLength = 0n, keyPointer = 0n, register = 0n) => {
    gas.pay('storage_remove_base');
    const key = readKey(call, keyLength, keyPointer);
    gas.pay('storage_remove_key_byte', key.length);
    const removed = storage.get(key);
    if (removed !== undefined) {
      gas.pay('storage_remove_ret_value_byte', removed.length);
    }
    gas.pay('touching_trie_node', storage.visitedNodes(key));
    storage.remove(key);
    if (removed === undefined) return 0;
    call.storageUsage -= removed.length + recordBytes(call, key);
    memory.setRegister(register, removed);
    return 1;
  });
}

function addReads(table: HostFunctionTable, call: HostCall): void {
  const { memory, gas } = call;
  const { storage } = call.environment;
  table.priced('storage_read', 'jjj>j', (keyLength = 0n, keyPointer = 0n, register = 0n) => {
    gas.pay('storage_read_base');
    const key = readKey(call, keyLength, keyPointer);
    gas.pay('storage_read_key_byte', key.length);
    const value = storage.get(key);
    if (value === undefined) return 0;
    gas.pay('storage_read_value_byte', value.length);
    if (value.length > INLINE_VALUE_BYTES) {
      gas.pay('storage_large_read_overhead_base');
      gas.pay('storage_large_read_overhead_byte', value.length);
    }
    memory.setRegister(register, value);
    return 1;
  });
  table.priced('storage_has_key', 'jj>j', (keyLength = 0n, keyPointer = 0n) => {
    gas.pay('storage_has_key_base');
    const key = readKey(call, keyLength, keyPointer);
    gas.pay('storage_has_key_byte', key.length);
    return storage.get(key) === undefined ? 0 : 1;
  });
}

/** A key as latin1 text: one character per byte. */
function readKey({ memory, limits }: HostCall, length: bigint, pointer: bigint): string {
  const key = memory.read(pointer, length);
  const limit = limits.maxStorageKeyLength;
  if (key.length > limit) {
    throw limitExceeded('KeyLengthExceeded', 'a storage key', { length: key.length, limit });
  }
  return Buffer.from(key).toString('latin1');
}

function recordBytes({ environment }: HostCall, key: string): number {
  return key.length + environment.config.recordStorageBytes;
}
