import type { Rule } from './rule.js';

/** Package managers. */
export const packageRules: readonly Rule[] = [
  {
    text: /E: Unable to locate package (\S+)/,
    command: /apt(?:-get)? (?:-\S+ )*install/,
    hint: 'apt does not know $1. Run apt-get update in the same RUN before it (an older layer has old lists), or check the name.',
    fix: {
      title: 'Run apt-get update before',
      from: /apt(?:-get)? (?=(?:-\S+ )*install)/,
      to: 'apt-get update && apt-get ',
    },
  },
  {
    text: /E: Package '(\S+)' has no installation candidate/,
    hint: 'apt has no version of $1 for this release. Run apt-get update in the same RUN, or look for its new name.',
  },
  {
    text: /E: Version '(\S+)' for '(\S+)' was not found/,
    hint: 'The pinned version $1 of $2 is gone from the archive. Pin a newer one, or only its beginning: $2=1.2.*',
  },
  {
    text: /404 {2}Not Found|Hash Sum mismatch/,
    command: /apt/,
    hint: 'The lists of apt are older than the archive: apt-get update stood in an earlier, cached layer. Join it with the install in one RUN; :force runs the step anew.',
  },
  {
    text: /Do you want to continue\? \[Y\/n\]\s*Abort/,
    hint: 'apt asked a question and nobody answers in a build.',
    fix: { title: 'Answer with -y', from: /(apt(?:-get)?) install/, to: '$1 install -y' },
  },
  {
    text: /dpkg: error|debconf: unable to initialize frontend/,
    hint: 'A package wants to ask something. Set DEBIAN_FRONTEND=noninteractive for this command.',
  },
  {
    text: /^\s*(\S+) \(no such package\)/m,
    hint: 'apk does not know $1. Check the name on pkgs.alpinelinux.org; packages of "community" or "testing" want their repository.',
  },
  {
    text: /ERROR: unable to select packages/,
    hint: 'apk cannot bring these packages together: a name or a pinned version is not in this release of Alpine.',
  },
  {
    text: /npm (?:ERR!|error) code EUSAGE|can only install with an existing package-lock|package-lock\.json.*(?:in sync|not found)/i,
    hint: 'npm ci wants a package-lock.json that fits package.json. Copy both before it, and run npm install where you develop.',
  },
  {
    text: /npm (?:ERR!|error) code ERESOLVE/i,
    hint: 'Dependencies of npm contradict each other. Mend them where you develop; --legacy-peer-deps only hides it.',
  },
  {
    text: /npm (?:ERR!|error) code (E401|E403|E404)/i,
    hint: 'The registry of npm answered $1: a name, a private registry or its token. Mount the .npmrc as a secret: --mount=type=secret,id=npmrc,target=/root/.npmrc',
  },
  {
    text: /Cannot find module '([^']+)'/,
    hint: 'Node does not find $1: it was not installed, or node_modules was not copied (or is in .dockerignore).',
  },
  {
    text: /error: externally-managed-environment/,
    hint: "pip refuses to write into the system's Python. Use a virtual environment: python3 -m venv /venv && /venv/bin/pip install …",
  },
  {
    text: /No matching distribution found for (\S+)/,
    hint: 'pip finds no $1 for this Python and this platform. Check the name and the versions; Alpine needs musllinux wheels.',
  },
  {
    text: /(?:fatal error: (\S+\.h): No such file|error: command '(?:gcc|cc)' failed|(?:gcc|g\+\+|cc|make): (?:command )?not found)/,
    hint: 'Something is compiled here and the image lacks compiler or headers: apt-get install build-essential and the -dev packages, or apk add build-base.',
  },
  {
    text: /ModuleNotFoundError: No module named '([^']+)'/,
    hint: 'Python does not find the module $1: it was not installed in this stage, or into another environment.',
  },
  {
    text: /go: (?:cannot find main module|go\.mod file not found)/,
    hint: 'There is no go.mod here. Copy it before, and check WORKDIR.',
  },
  {
    text: /missing go\.sum entry/,
    hint: 'go.sum does not fit go.mod. Run go mod tidy where you develop, and copy both.',
  },
  {
    text: /requires go >= (\S+)/,
    hint: 'The module wants Go $1 or newer. Use a newer golang image.',
  },
  {
    text: /could not find `Cargo\.toml`/,
    hint: 'There is no Cargo.toml here. Copy it before, and check WORKDIR.',
  },
  {
    text: /linker `(\S+)` not found/,
    hint: 'Rust found no linker: install $1 (apt-get install build-essential, apk add build-base).',
  },
  {
    text: /No such file or directory.*requirements\.txt|Could not open requirements file/,
    hint: 'requirements.txt is not in the image yet. COPY it before this step, and check WORKDIR and .dockerignore.',
  },
];
