/** DAP's framing: a header with the length, a blank line, a JSON text. */

/** A message ready to be written. */
export function encode(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** Takes chunks of any size, hands on the parsed JSON of whole messages. */
export function decoder(onMessage: (message: unknown) => void): (chunk: Buffer) => void {
  const chunks: Buffer[] = [];
  let size = 0;
  let wanted = 0;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    // Joining only when a whole message can be there keeps a large one from being copied for each of its chunks.
    if (size < wanted) return;
    let rest = Buffer.concat(chunks);
    for (let message = take(rest); ; message = take(rest)) {
      if (message.body === undefined) {
        wanted = message.end;
        break;
      }
      onMessage(JSON.parse(message.body.toString('utf8')));
      rest = rest.subarray(message.end);
    }
    chunks.splice(0, chunks.length, rest);
    size = rest.length;
  };
}

/** The first message, or how many bytes it needs. */
function take(bytes: Buffer): { readonly body?: Buffer; readonly end: number } {
  const header = bytes.indexOf('\r\n\r\n');
  if (header < 0) return { end: 0 };
  const length = /Content-Length: *(\d+)/i.exec(bytes.toString('latin1', 0, header))?.[1];
  if (length === undefined) throw new Error('The debug adapter sent something that is no DAP message.');
  const end = header + 4 + Number(length);
  return bytes.length < end ? { end } : { body: bytes.subarray(header + 4, end), end };
}
