// Child processes: run to the end with their words kept, or start in the background and end by pid.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Runs a command to its end and resolves to its standard output; an error carries the end of what it said. */
export function run(command, args, { cwd, env, input, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      signal,
    });
    let output = '';
    let all = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      all += chunk;
    });
    child.stderr.on('data', (chunk) => (all += chunk));
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`, { cause: error })));
    child.on('close', (code, killed) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(`${[command, ...args].join(' ')} ended with ${code ?? killed}:\n${all.slice(-4000).trimEnd()}`),
        );
    });
    if (input !== undefined) child.stdin.end(input);
  });
}

/** The path of a program on PATH or in one of the folders that root has and others may lack; undefined if there is none. */
export async function which(name) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/local/go/bin',
  ];
  for (const folder of folders.filter(Boolean)) {
    const file = join(folder, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** When a process was born, in ticks since boot: a pid alone may name another process later. Undefined: it does not live. */
export async function birth(pid) {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether the process that a record of `start` describes still lives. */
export async function lives(record) {
  return record !== undefined && (await birth(record.pid)) === record.birth;
}

/** Starts a process that outlives its starter; what it says goes to a log file. */
export async function start(command, args, { log, env, cwd }) {
  const out = openSync(log, 'a');
  try {
    const child = spawn(command, args, {
      cwd,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', out, out],
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return { pid: child.pid, birth: await birth(child.pid), log };
  } finally {
    closeSync(out);
  }
}

/** Waits until `check` gives something; fails early, with the log's end, when the process dies. */
export async function ready(record, check, { seconds = 60, what }) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const result = await check().catch(() => undefined);
    if (result) return result;
    const dead = !(await lives(record));
    if (dead || Date.now() > end) {
      const text = await readFile(record.log, 'utf8');
      throw new Error(
        `${what} ${dead ? 'ended' : `was not ready after ${seconds} s`}. Its log ends:\n${text.slice(-2000).trimEnd()}`,
      );
    }
    await delay(50);
  }
}

/** Ends a started process and what it left in its process group, and waits for it. */
export async function stop(record, { seconds = 15 } = {}) {
  if (!(await lives(record))) return;
  process.kill(record.pid, 'SIGTERM');
  const end = Date.now() + seconds * 1000;
  while ((await lives(record)) && Date.now() < end) await delay(50);
  if (await lives(record)) process.kill(-record.pid, 'SIGKILL');
}
