/** Messages of the SSH agent protocol: a 32 bit length, a byte that tells the kind, content. */

const lengthBytes = 4;
const longestMessage = 256 * 1024;
const kinds = { listKeys: 11, sign: 13 } as const;

/** SSH_AGENT_FAILURE. */
export const failure = Buffer.from([0, 0, 0, 1, 5]);

/** A question that changes nothing in the agent. */
export function isHarmless(message: Buffer): boolean {
  const kind = message[lengthBytes];
  return kind === kinds.listKeys || kind === kinds.sign;
}

/** Cuts a byte stream into messages, length included. */
export class AgentFrames {
  private rest: Buffer = Buffer.alloc(0);

  /** @throws RangeError when it is no such stream */
  push(chunk: Uint8Array): Buffer[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const messages: Buffer[] = [];
    while (this.rest.length >= lengthBytes) {
      const end = lengthBytes + this.rest.readUInt32BE(0);
      if (end > longestMessage) throw new RangeError('This is not the SSH agent protocol.');
      if (end > this.rest.length) break;
      messages.push(this.rest.subarray(0, end));
      this.rest = this.rest.subarray(end);
    }
    return messages;
  }
}
