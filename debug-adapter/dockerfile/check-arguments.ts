/** Arguments that no engine accepts, instruction by instruction. */
import { parseHeredoc } from './heredoc.js';
import type { Instruction } from './model.js';
import { healthCheck, type Command } from './split.js';
import { pairs, plainWords, quotedWords, splitAssignment } from './words.js';

/** A problem without its place. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function fault(code: string, message: string, hint = ''): Fault {
  return { code, message, hint };
}

/** What the engine's parser refuses as it reads, also behind ONBUILD. */
export function checkGrammar(command: Command, escape: string): Fault | undefined {
  if (command.trigger !== undefined) return checkGrammar(command.trigger, escape);
  if (command.json.kind === 'mixed') {
    return fault('json-not-strings', 'All items of the JSON form must be strings.', 'Put each in double quotes.');
  }
  if (command.keyword !== 'ENV' && command.keyword !== 'LABEL') return undefined;
  const result = pairs(command.args, escape);
  if (result.ok) return undefined;
  return fault('no-value', `${command.keyword} "${result.word}" has no value.`, `Write ${command.keyword} name=value.`);
}

/** What the engine refuses once the whole file is read. */
export function checkArguments(command: Command, instruction: Instruction, escape: string): Fault | undefined {
  switch (command.keyword) {
    case 'FROM':
      return checkFrom(command);
    case 'ADD':
    case 'COPY':
      return checkCopy(command);
    case 'ENV':
    case 'LABEL':
      return checkPairs(command, escape);
    case 'ARG':
      return checkArg(command, escape);
    case 'MAINTAINER':
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'EXPOSE':
      return command.args === '' ? missing(command.keyword) : undefined;
    case 'VOLUME':
      return checkVolume(command);
    case 'SHELL':
      return checkShell(command);
    case 'HEALTHCHECK':
      return checkHealth(command);
    case 'ONBUILD':
      return checkOnBuild(instruction);
    default:
      return undefined;
  }
}

function missing(keyword: string): Fault {
  return fault('no-arguments', `${keyword} needs an argument.`);
}

function checkFrom(command: Command): Fault | undefined {
  const words = plainWords(command.args);
  if (words.length === 0) return fault('no-image', 'FROM names no image.', 'Write FROM image or FROM scratch.');
  if (words.length !== 1 && !(words.length === 3 && words[1]?.toLowerCase() === 'as')) {
    return fault('from-arguments', 'FROM takes an image, or an image AS a name.', 'Write FROM image AS name.');
  }
  const name = words[2];
  if (name === undefined || /^[a-z][a-z0-9-_.]*$/.test(name.toLowerCase())) return undefined;
  const hint = 'It starts with a letter; letters, digits, "-", "_" and "." may follow.';
  return fault('stage-name', `"${name}" cannot be the name of a stage.`, hint);
}

function checkCopy(command: Command): Fault | undefined {
  const paths = command.json.kind === 'strings' ? command.json.items : plainWords(command.args);
  if (paths.length < 2) {
    const message =
      paths.length === 0
        ? `${command.keyword} needs a source and a destination.`
        : `${command.keyword} has no destination.`;
    return fault('no-destination', message, `Write ${command.keyword} source … destination.`);
  }
  const heredoc = parseHeredoc(paths.at(-1) ?? '');
  if (heredoc === undefined) return undefined;
  return fault('heredoc-destination', `${command.keyword} cannot copy to a here-document.`, 'Name a path after it.');
}

function checkPairs(command: Command, escape: string): Fault | undefined {
  const result = pairs(command.args, escape);
  if (!result.ok) return undefined;
  if (result.pairs.length === 0) return missing(command.keyword);
  if (result.pairs.every(({ name }) => name !== '')) return undefined;
  return fault('blank-name', `A name of ${command.keyword} is blank.`, 'Remove the blanks around "=".');
}

function checkArg(command: Command, escape: string): Fault | undefined {
  const words = quotedWords(command.args, escape);
  if (words.length === 0) return missing('ARG');
  if (words.every((word) => splitAssignment(word).name !== '')) return undefined;
  return fault('blank-name', 'A name of ARG is blank.', 'Remove the blanks around "=".');
}

function checkVolume(command: Command): Fault | undefined {
  const paths = command.json.kind === 'strings' ? command.json.items : plainWords(command.args);
  if (paths.length === 0) return missing('VOLUME');
  return paths.some((path) => path.trim() === '') ? fault('blank-volume', 'VOLUME holds a blank path.') : undefined;
}

function checkShell(command: Command): Fault | undefined {
  if (command.args === '' || (command.json.kind === 'strings' && command.json.items.length === 0))
    return missing('SHELL');
  if (command.json.kind === 'strings') return undefined;
  return fault('shell-not-json', 'SHELL takes a JSON array.', 'Write SHELL ["/bin/bash", "-c"].');
}

function checkHealth(command: Command): Fault | undefined {
  const { type, command: check } = healthCheck(command.args);
  if (type === '') return missing('HEALTHCHECK');
  if (type === 'NONE') {
    return check === '' ? undefined : fault('healthcheck-arguments', 'HEALTHCHECK NONE takes no arguments.');
  }
  if (type !== 'CMD')
    return fault('healthcheck-type', `HEALTHCHECK knows CMD and NONE, not "${type}".`, 'Put CMD before the command.');
  const empty = command.json.kind === 'strings' ? command.json.items.length === 0 : check === '';
  return empty ? fault('no-arguments', 'HEALTHCHECK CMD needs a command.') : undefined;
}

function checkOnBuild(instruction: Instruction): Fault | undefined {
  const word = instruction.trigger?.keyword;
  if (word === undefined) return missing('ONBUILD');
  if (word === 'ONBUILD') return fault('onbuild-chain', 'ONBUILD cannot hold another ONBUILD.');
  if (word === 'FROM' || word === 'MAINTAINER') return fault('onbuild-trigger', `ONBUILD cannot hold ${word}.`);
  return undefined;
}
