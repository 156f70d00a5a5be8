/** Errors carry the whole Dockerfile and the whole command, in headers longer than most HTTP/2 clients take. */
import assert from 'node:assert/strict';
import { failureOf, type Kind, stage, vertexAt } from './engine-support.js';

const padding = Array.from(
  { length: 4000 },
  (_, at) => `# padding of line ${at}, so that the file is long: äöü €\n`,
).join('');
const lines = padding.split('\n').length - 1;

for (const kind of ['buildkitd', 'buildkitd-old', 'docker29'] satisfies Kind[]) {
  describe(`errors of a long Dockerfile on ${kind}`, () => {
    it('of the parser', async () => {
      await using it = await stage(kind, `FROM busybox\n${padding}RUNN x\n`);
      const error = await failureOf(it.frontend());
      assert.match(error.message, /unknown instruction: RUNN/);
      assert.deepEqual(error.details.sources, [{ filename: 'Dockerfile', startLine: lines + 2, endLine: lines + 2 }]);
    });

    it('of a step that three stages share', async () => {
      const stages = ['a', 'b', 'c'].map((name) => `FROM busybox AS ${name}\nRUN exit 3\n`).join('');
      const last = 'FROM scratch\nCOPY --from=a / /a\nCOPY --from=b / /b\nCOPY --from=c / /c\n';
      await using it = await stage(kind, `${padding}${stages}${last}`);
      const { result, llb } = await it.frontend();
      const failing = vertexAt(llb, lines + 2);
      assert.equal(failing.locations.length, 3);
      // Once without the text of the Dockerfile, as we solve; once with it, as the frontend did.
      const { gateway } = it.build;
      for (const ask of [() => gateway.solve(llb.definition), () => gateway.evaluate(result.refs.get('')?.id ?? '')]) {
        const error = await failureOf(ask());
        assert.equal(error.details.vertex, failing.digest);
        assert.equal(error.details.exitCode, 3);
        assert.equal(error.details.sources.length, 3);
        assert.equal(error.details.failure?.subject.kind, 'exec');
      }
      const lost = await Promise.race([it.engine.closed.then(() => true), Promise.resolve(false)]);
      assert.equal(lost, false, 'the connection stands');
    });

    it('of the export, which end the build', async () => {
      await using it = await stage(kind, `FROM busybox\n${padding}RUN exit 6\n`);
      const { result } = await it.frontend();
      const error = await failureOf(it.build.finish(result));
      assert.match(error.message, /exit code: 6/);
      assert.equal(error.details.exitCode, 6);
    });

    it('of a long command', async () => {
      const script = Array.from({ length: 2500 }, (_, at) => `: "ünïcode % of line ${at}"`).join('\n');
      await using it = await stage(kind, `FROM busybox\nRUN <<EOF\n${script}\nexit 8\nEOF\n`);
      const { llb } = await it.frontend();
      const error = await failureOf(it.build.gateway.solve(llb.definition));
      assert.equal(error.details.exitCode, 8);
      assert.match(error.message, /^process ".*ünïcode % of line 10\\".* \[\.\.\.\] .*exit code: 8$/s);
      assert.deepEqual(error.details.sources, [{ filename: 'Dockerfile', startLine: 2, endLine: 2504 }]);
    });
  });
}
