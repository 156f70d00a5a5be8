import { createConnection, type Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import type { SessionOptions } from '../../api.js';
import { BytesMessage, CheckAgentRequest, CheckAgentResponse } from '../../gen/ssh.js';
import { type Call, type Method, RpcError, unaryMethod } from '../rpc-server.js';
import { type Agents, openAgents } from './agents.js';
import { AgentFrames, failure, isHarmless } from './protocol.js';

const defaultId = 'default';

/** The methods of `SSH`, and what has to be ended with the session. */
export function sshMethods(options: SessionOptions): {
  readonly check: Method;
  readonly forward: Method;
  close(): Promise<void>;
} {
  const agents = openAgents(options.ssh);
  return {
    check: unaryMethod(CheckAgentRequest, CheckAgentResponse, async ({ ID }) => {
      await socketOf(agents, ID);
      return {};
    }),
    forward: async (call) =>
      forward(call, await connect(await socketOf(agents, call.header('buildkit.ssh.id')[0] ?? ''))),
    close: () => agents.close(),
  };
}

async function socketOf(agents: Agents, id: string): Promise<string> {
  const name = id === '' ? defaultId : id;
  const socket = await agents.socket(name);
  if (socket === undefined) throw new RpcError(status.NOT_FOUND, `unset ssh forward key ${name}`);
  return socket;
}

function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', (error) => reject(new Error(`The SSH agent at ${path} does not answer: ${error.message}`)));
    socket.once('connect', () => resolve(socket));
  });
}

/**
 * Asks the agent one question after the other. A build may list keys and have things signed; it may not add, remove
 * or lock keys.
 */
async function forward(call: Call, socket: Socket): Promise<void> {
  const stop = (): void => void socket.destroy();
  call.signal.addEventListener('abort', stop);
  // The loop over the answers tells of a lost agent.
  socket.on('error', () => undefined);
  try {
    const answers = framesOf(socket);
    const questions = new AgentFrames();
    for await (const message of call.messages) {
      for (const question of questions.push(BytesMessage.decode(message).data)) {
        await send(call, isHarmless(question) ? await ask(socket, answers, question) : failure);
      }
    }
  } finally {
    call.signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

async function ask(socket: Socket, answers: AsyncIterator<Buffer>, question: Buffer): Promise<Buffer> {
  socket.write(question);
  const answer = await answers.next();
  if (answer.done === true) throw new Error('The SSH agent closed the connection.');
  return answer.value;
}

async function* framesOf(socket: Socket): AsyncGenerator<Buffer, void, undefined> {
  const frames = new AgentFrames();
  for await (const chunk of socket) if (chunk instanceof Buffer) yield* frames.push(chunk);
}

function send(call: Call, data: Buffer): Promise<void> {
  return call.send(BytesMessage.encode({ data }).finish());
}
