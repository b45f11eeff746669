// Receives tokens and handles them as the sender's message requests. AssemblyScript.
import { textField } from "./json";
import { input, panic, returnText } from "./near";

/** `keep`, `return`, `return AMOUNT` or `panic`; anything else is answered as it is. */
export function ft_on_transfer(): void {
  const args = input();
  const message = textField(args, "msg")!;
  if (message == "keep") returnText('"0"');
  else if (message == "return") returnText('"' + textField(args, "amount")! + '"');
  else if (message.startsWith("return ")) returnText('"' + message.substring(7) + '"');
  else if (message == "panic") panic("I want no tokens");
  else returnText(message);
}
