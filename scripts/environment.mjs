// The door to the environment: `node scripts/environment.mjs up [part …] | down | env [--shell]`. See README.md.
import { devFolder } from './environment/paths.mjs';
import { down, names, up } from './environment/index.mjs';
import { readState, variables } from './environment/state.mjs';

const [command, ...words] = process.argv.slice(2);
const wanted = words.filter((word) => word !== '--shell');
const say = (text) => process.stderr.write(`${text}\n`);

/** JSON, or with `--shell` lines for `eval`. */
function print(values) {
  const lines = Object.entries(values).map(([name, value]) => `export ${name}='${value}'\n`);
  process.stdout.write(words.includes('--shell') ? lines.join('') : `${JSON.stringify(values, null, 2)}\n`);
}

switch (command) {
  case 'up': {
    const result = await up(devFolder, wanted.length === 0 ? ['buildkitd'] : wanted, say);
    print(result.variables);
    for (const [name, reason] of Object.entries(result.missing)) say(`missing: ${name}: ${reason}`);
    process.exitCode = Object.keys(result.missing).length === 0 ? 0 : 1;
    break;
  }
  case 'down':
    await down(devFolder);
    break;
  case 'env':
    print(variables(devFolder, await readState(devFolder)));
    break;
  default:
    say(`usage: node scripts/environment.mjs up [${names.join('|')}] … | down | env [--shell]`);
    process.exitCode = 2;
}
