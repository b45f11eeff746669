import type { HostCall, HostFunctionTable } from './host-call.ts';
import { badUtf16, guestPanic, limitExceeded } from './host-error.ts';

/** Host functions for results, logs and panics. */
export function addOutputFunctions(table: HostFunctionTable, call: HostCall): void {
  const { memory } = call;
  table.priced('value_return', 'jj>', (length = 0n, pointer = 0n) => {
    const value = memory.read(pointer, length);
    const limit = call.limits.maxReturnedLength;
    if (value.length > limit) {
      const lengths = { length: value.length, limit };
      throw limitExceeded('ReturnedValueLengthExceeded', 'a returned value', lengths);
    }
    payForReceivers(call, value.length);
    call.value = value;
    call.promises.returned = null;
  });
  table.priced('panic', '>', () => {
    throw guestPanic('explicit guest panic');
  });
  table.priced('panic_utf8', 'jj>', (length = 0n, pointer = 0n) => {
    throw guestPanic(memory.utf8Text(length, pointer, 0));
  });
  table.priced('log_utf8', 'jj>', (length = 0n, pointer = 0n) => {
    call.requireRoomForLog();
    call.log(memory.utf8Text(length, pointer, call.logLength));
  });
  table.priced('log_utf16', 'jj>', (length = 0n, pointer = 0n) => {
    call.requireRoomForLog();
    call.log(memory.utf16Text(length, pointer, call.logLength));
  });
  table.priced('abort', 'iiii>', (message = 0n, file = 0n, line = 0n, column = 0n) => {
    if (message < 4n || file < 4n) throw badUtf16();
    call.requireRoomForLog();
    // AssemblyScript stores the length of a string in front of it.
    const messageLength = memory.readU32(Number(message) - 4);
    const fileLength = memory.readU32(Number(file) - 4);
    const what = memory.utf16Text(BigInt(messageLength), message, call.logLength);
    const where = memory.utf16Text(BigInt(fileLength), file, call.logLength);
    const text = `${what}, filename: "${where}" line: ${line} col: ${column}`;
    call.log(text, `ABORT: ${text}`);
    throw guestPanic(text);
  });
  // Contracts that their compiler metered call this; they are metered again, as in nearcore.
  table.free('gas', 'i>', (instructions = 0n) => {
    call.gas.burn(Number(instructions) * call.limits.instructionGas);
  });
  table.free('sandbox_debug_log', 'jj>', (length = 0n, pointer = 0n) => {
    console.log(memory.utf8Text(length, pointer, 0));
  });
}

/** The bytes of a result are paid for once for each receipt that waits for it. */
function payForReceivers({ environment, gas }: HostCall, bytes: number): void {
  const { dataReceiptPerByte } = environment.config.fees;
  for (const receiverId of environment.outputReceiverIds) {
    const isSelf = receiverId === environment.contractId;
    const send = isSelf ? dataReceiptPerByte.sendSir : dataReceiptPerByte.sendNotSir;
    const perByte = Number(send + dataReceiptPerByte.execution);
    gas.pass({ sent: [{ fee: 'dataReceiptPerByte', gas: perByte * bytes }], promised: 0 });
  }
}
