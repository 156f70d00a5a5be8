/** Our messages against the descriptors that an engine gives of its own (gRPC server reflection). */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { resolveEndpoint } from '../../../debug-adapter/buildkit/connect/resolve.js';
import { converse } from '../../../debug-adapter/buildkit/rpc/converse.js';
import { DuplexChannel } from '../../../debug-adapter/buildkit/rpc/channel.js';
import { engineAddress } from '../../support/environment/engines.js';

const same = (bytes: Buffer) => bytes;
const reflection = {
  path: '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  requestStream: true,
  responseStream: true,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
} as const;

/** Field of the question: 3 a file by name, 4 the file that has a symbol. */
type Question = readonly [3 | 4, string];

/** Everything that the engine knows below the given symbols. */
async function engineFiles(symbols: readonly string[]): Promise<Map<string, FileDescriptorProto>> {
  const endpoint = await resolveEndpoint(engineAddress('buildkitd'));
  const channel = new DuplexChannel(await endpoint.dial({}), endpoint.authority);
  const call = converse(channel, reflection);
  const files = new Map<string, FileDescriptorProto>();
  const questions: Question[] = symbols.map((symbol) => [4, symbol]);
  for (let question = questions.shift(); question !== undefined; question = questions.shift()) {
    const [field, name] = question;
    if (files.has(name)) continue;
    await call.send(
      Buffer.from(
        new BinaryWriter()
          .uint32(field * 8 + 2)
          .string(name)
          .finish(),
      ),
    );
    const answer = await call.answers.next();
    if (answer.done === true) break;
    for (const bytes of fieldsOf(answer.value, 4).flatMap((found) => fieldsOf(found, 1))) {
      const file = fromBinary(FileDescriptorProtoSchema, bytes);
      files.set(file.name, file);
      questions.push(...file.dependency.map((dependency): Question => [3, dependency]));
    }
  }
  channel.close();
  return files;
}

function fieldsOf(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === wanted) found.push(reader.bytes());
    else reader.skip(wire);
  }
  return found;
}

/** Lines such as `pb.Op.inputs = 1 repeated message .pb.Input`, without the case and underscores of names. */
function facts(files: Iterable<FileDescriptorProto>): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of files) {
    for (const message of file.messageType) addMessage(found, file.package, message);
    for (const values of file.enumType) addEnum(found, file.package, values);
    for (const service of file.service) {
      for (const method of service.method) {
        const streams = `${method.clientStreaming} ${method.serverStreaming}`;
        found.set(
          `/${file.package}.${service.name}/${method.name}`,
          `${method.inputType} ${method.outputType} ${streams}`,
        );
      }
    }
  }
  return found;
}

function addMessage(found: Map<string, string>, scope: string, message: DescriptorProto): void {
  const name = `${scope}.${message.name}`;
  for (const field of message.field) {
    const repeated = field.label === FieldDescriptorProto_Label.REPEATED ? 'repeated' : 'one';
    const oneof = field.oneofIndex !== undefined && !field.proto3Optional ? 'in a oneof' : '';
    const type = [FieldDescriptorProto_Type.MESSAGE, FieldDescriptorProto_Type.ENUM].includes(field.type)
      ? 'message or enum'
      : String(field.type);
    found.set(`${name} ${field.number}`, `${plain(field.name)} ${repeated} ${type} ${oneof}`);
  }
  for (const inner of message.nestedType) addMessage(found, name, inner);
  for (const inner of message.enumType) addEnum(found, name, inner);
}

function addEnum(found: Map<string, string>, scope: string, values: EnumDescriptorProto): void {
  // Names of nested enums are ours; their values are what is sent.
  for (const value of values.value) found.set(`${scope} enum ${value.name}`, String(value.number));
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

describe('our messages', () => {
  it('have the names, numbers and types of the engine', async () => {
    const { stdout } = await promisify(execFile)('npx', ['buf', 'build', 'protos', '-o', '-#format=binpb'], {
      encoding: 'buffer',
      maxBuffer: 16 * 1024 * 1024,
    });
    const ours = fromBinary(FileDescriptorSetSchema, stdout).file;
    const symbols = [
      'moby.buildkit.v1.Control',
      'moby.buildkit.v1.frontend.LLBBridge',
      'moby.filesync.v1.FileSync',
      'moby.filesync.v1.FileSend',
      'moby.filesync.v1.Auth',
      'moby.buildkit.secrets.v1.Secrets',
      'moby.sshforward.v1.SSH',
      'grpc.health.v1.Health',
      'containerd.services.content.v1.Content',
    ];
    const theirs = facts((await engineFiles(symbols)).values());
    const wrong: string[] = [];
    let compared = 0;
    for (const [name, fact] of facts(ours.filter((file) => !file.name.startsWith('google/')))) {
      const real = theirs.get(name);
      if (real === undefined || real !== fact) wrong.push(`${name}: ${fact}; the engine has ${real ?? 'nothing'}`);
      compared += 1;
    }
    assert.deepEqual(wrong, []);
    assert.ok(compared > 450, `only ${compared} facts`);
  });
});
