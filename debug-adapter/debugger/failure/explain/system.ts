import { type Rule, toLf } from './rule.js';

/** Programs, interpreters, permissions, disk and memory. */
export const systemRules: readonly Rule[] = [
  {
    text: /(network\.host|security\.insecure) is not allowed/,
    hint: 'The build was not given that right: --allow $1, in launch.json "allow": ["$1"]. The engine has to be set up to give it, too.',
  },
  {
    text: /failed to calculate checksum of ref \S+: "(\/[^"]*)":? not found/,
    command: /^RUN\s+(?:--\S+\s+)*--mount/i,
    hint: 'There is no $1 for a --mount of this step to show: without from= its source is a path from the root of the build context, with it one in that stage or image.',
  },
  {
    text: /exec format error/i,
    hint: 'The program is for another processor, or a script lacks its "#!" line. Check the platform of the image and of what was copied.',
  },
  {
    text: /exec: "(\/bin\/(?:ba|da|a|z)?sh)": stat \S+: no such file|exec (\/bin\/sh): no such file|starting container process.*"(\/bin\/sh)"/i,
    // The JSON form names its program itself.
    command: /^(?!RUN\s+(?:--\S+\s+)*\[)/i,
    hint: 'The image has no shell to run the command with. Use the JSON form, RUN ["program", "argument"], or run it in a stage that has a shell.',
  },
  {
    text: /exec (\/\S+): no such file or directory/i,
    hint: '$1 is in the image, and what is to load it is not: the program that its "#!" line names, or the dynamic loader of a program made for another image (musl, glibc).',
  },
  {
    command: /^(?:COPY|ADD)\s.*--chown=/i,
    text: /invalid (?:user|group) index:? -1/,
    hint: 'The --chown of this step names a user or group, and the image has neither /etc/passwd nor /etc/group to look it up in. Write numbers: --chown=1000:1000.',
  },
  {
    text: /exec: "(\/[^"]*)": stat \S+: no such file/i,
    hint: 'The image has no $1. Check the path, and that an earlier step or COPY puts it there.',
  },
  {
    text: /exec: "([^"]*\s[^"]*)": executable file not found/i,
    hint: 'The JSON form runs one program and takes "$1" for its name. Give each word quotes of its own, or leave the brackets out: then a shell runs it.',
  },
  {
    text: /exec: "([^"]+)": executable file not found/i,
    hint: 'The image has no $1 in its PATH. Install it in an earlier step, or check the spelling.',
  },
  {
    text: /set: (?:illegal option -|-?: invalid option|invalid option name: \S*)\s*$/i,
    hint: `A script seems to have Windows line endings. ${toLf('FILE')}`,
  },
  {
    text: /\^M|\\r: (?:command )?not found|\r: not found|(\S+): not found\r/i,
    hint: `A script has Windows line endings. ${toLf('FILE')}`,
  },
  {
    text: /(\S+): bad interpreter/i,
    hint: 'The "#!" line of $1 names a program that is not in the image, or ends in a carriage return (Windows line endings).',
  },
  {
    text: /no space left on device|disk quota exceeded/i,
    hint: "The engine's disk is full. Free room with `docker builder prune` or `buildctl prune`, then restart the build.",
  },
  {
    text: /(\/.*) has no blob sha256:/,
    hint: 'The image or cache in $1 is incomplete. Write it again, or take it from elsewhere.',
  },
  {
    text: /\bsecret ([\w.-]+):? not found/i,
    hint: 'The step needs the secret $1. Provide it: --secret id=$1,src=FILE, in launch.json "secrets": ["id=$1,src=FILE"].',
  },
  {
    text: /\/run\/secrets\/([\w.-]+)'?:? no such file/i,
    hint: 'No secret was provided for /run/secrets/$1, and the mount does not require one. Provide it: --secret id=$1,src=FILE, in launch.json "secrets": ["id=$1,src=FILE"]; with ",required" the engine says so at once.',
  },
  {
    text: /no SSH key "(?:default)?" forwarded/i,
    hint: 'The step needs an ssh agent. Provide it: --ssh default, in launch.json "ssh": ["default"]; ssh-add -l lists its keys.',
  },
  {
    text: /no SSH key "([^"]+)" forwarded/i,
    hint: 'The step needs the ssh agent $1. Provide it: --ssh $1=SOCKET or a key file, in launch.json "ssh": ["$1=SOCKET"].',
  },
  {
    text: /\/run\/secrets\/(\S+?):? permission denied|(?:can't open|cannot open) '?\/run\/secrets\/([^':]+)'?: permission denied/i,
    hint: 'Secrets belong to root with mode 0400. For the user of this step give the mount its uid: --mount=type=secret,id=…,uid=1000 (or mode=0444).',
  },
  {
    text: /(?:out of memory|cannot allocate memory|std::bad_alloc|JavaScript heap out of memory|OutOfMemoryError)/i,
    hint: 'Memory ran out. Give the engine more, or run less in parallel (make -j2, NODE_OPTIONS=--max-old-space-size=…).',
  },
  {
    text: /permission denied/i,
    hint: 'Check the user of this step (USER) and the owner and mode of the file; COPY has --chown and --chmod.',
  },
  {
    text: /(\/etc\/(?:hosts|resolv\.conf)).*read-only file system/i,
    hint: 'The engine mounts $1 for each step: it cannot be changed, nor kept in the image. Names for a build: --add-host.',
  },
  {
    text: /read-only file system/i,
    hint: 'It writes to a mount that is read-only. Bind mounts want ",rw"; what is written there is not kept in the image.',
  },
  {
    text: /not a directory/i,
    hint: 'A file stands where the path has a folder.',
  },
  {
    text: /digest mismatch|checksum mismatch/i,
    hint: 'What was fetched is not what --checksum says: the file has changed there, or the sum is that of another one.',
  },
  {
    codes: [126],
    hint: 'Exit code 126: the program was found and could not be executed. Check its mode and its "#!" line.',
  },
  {
    codes: [127],
    text: /(?:^|[\s:])(source|\[\[|shopt|pushd|popd|declare|let): (?:command )?not found/im,
    hint: '$1 is a word of bash, and another shell runs this step. For "source" write ".", or choose bash where the image has it: SHELL ["/bin/bash", "-c"].',
  },
  {
    codes: [127],
    text: /(?:^|[\s:])([\w.+-]*\/[\w./+-]+): (?:command )?not found/im,
    hint: 'Exit code 127: $1 is not in the image, or the program that its "#!" line names is not. Look with: ls -l $1.',
  },
  {
    codes: [127],
    text: /(?:^|[\s:])([\w./+-]+): (?:command )?not found/im,
    hint: 'Exit code 127: $1 is not in the image, or not in PATH. Install it in an earlier step, or check the spelling.',
  },
  { codes: [127], hint: 'Exit code 127: a program or its interpreter was not found in the image.' },
  {
    codes: [137],
    hint: 'Exit code 137: the process was killed, most often because memory ran out. Give the engine more memory or run less in parallel.',
  },
  {
    codes: [139],
    hint: 'Exit code 139: the program crashed (segmentation fault); emulated platforms are a common cause.',
  },
  { codes: [255], hint: 'Exit code 255: the process did not start or was ended from outside.' },
];
