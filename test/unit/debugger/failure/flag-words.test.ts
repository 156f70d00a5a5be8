import assert from 'node:assert/strict';
import { inFlags } from '../../../../debug-adapter/debugger/failure/flag-words.js';

describe('advice for people who type flags', () => {
  for (const [said, typed] of [
    ['Start buildkitd, or set "builder" to another engine.', 'Start buildkitd, or set --builder to another engine.'],
    ['or say where it is with "builder" or BUILDKIT_HOST.', 'or say where it is with --builder or BUILDKIT_HOST.'],
    ['/a has x.Dockerfile: set "dockerfile" to the one you mean.', '/a has x.Dockerfile: set -f to the one you mean.'],
    [
      'Set "dockerfile" (-f) to the path of one; relative paths start at "cwd".',
      'Set -f to the path of one; relative paths start at the current folder.',
    ],
    ['Set "dockerfile" to it and "context" to /a.', 'Set -f to it and the build context to /a.'],
    ['"context" wants a folder or a URL.', 'The build context wants a folder or a URL.'],
    [
      'or leave "load" out and set "outputs", e.g. ["type=docker,dest=image.tar"].',
      'or leave --load out and set --output, e.g. type=docker,dest=image.tar.',
    ],
    ['Set "tags", for example ["r.example.com/app:1"].', 'Set --tag, for example r.example.com/app:1.'],
    ['e.g. with "outputs": ["type=oci,tar=false,dest=F"], and', 'e.g. with --output type=oci,tar=false,dest=F, and'],
    ['Leave "attests", "provenance" and "sbom" out.', 'Leave --attest, --provenance and --sbom out.'],
    ['Provide it: --ssh default, in launch.json "ssh": ["default"]; more', 'Provide it: --ssh default; more'],
    [
      'Give X one: --build-arg X=…, in launch.json "buildArgs": { "X": "…" }; or a default',
      'Give X one: --build-arg X=…; or a default',
    ],
    ['a build could be given ("allow", --allow).', 'a build could be given (--allow).'],
    ['Make the folder, or set "iidFile" (--iidfile) to a file.', 'Make the folder, or set --iidfile to a file.'],
    ['in the RUN, "ssh": ["default"] in the launch, and', 'in the RUN, --ssh default, and'],
    ['"network": "host" lets the step see it.', '--network host lets the step see it.'],
    ['Set "toolbox" (launch argument or setting) to an image', 'Set --toolbox to an image'],
    ['no toolbox is wanted ("toolbox" is "none")', 'no toolbox is wanted (--toolbox is "none")'],
    ['There is no stage "target". Did you mean "load"?', 'There is no stage "target". Did you mean "load"?'],
  ] as const) {
    it(`is: ${typed}`, () => assert.equal(inFlags(said), typed));
  }
});
