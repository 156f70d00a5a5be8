/** What a user sees and asks at a failed step, on the newest engine, on one without container file requests, on Docker 20.10. */
import { goldens, Session } from '../../support/dap/index.js';
import { engineAddress, type EngineKind } from '../../support/environment/engines.js';

const files = {
  Dockerfile: `ARG BEFORE=1
FROM busybox AS app
ARG TOOL=hammer
ENV COLOUR=red
WORKDIR /src
COPY --chmod=755 run.sh /src/
USER 1000
RUN --mount=type=cache,target=/cache --mount=type=secret,id=token \\
    echo "$COLOUR" > /tmp/left; /src/run.sh
`,
  'run.sh': '#!/bin/sh\r\nexit 0\r\n',
  'token.txt': 'hush-4711',
};

const asked = [
  ...['id -u; pwd; echo $COLOUR', 'cat /tmp/left', 'cat /nowhere', '$TOOL', '$BEFORE', '$NOWHERE', '${COLOUR:-x}'],
  ...[':args', ':state initial', 'cat /tmp/left', ':diff', ':blame /tmp/left', ':blame /src/run.sh', ':find run.sh'],
  ...[':find nothing.txt', ':save /src/run.sh kept', ':save /nowhere'],
];

describe('a failed step', () => {
  const golden = goldens(new URL('./transcripts/every-engine/', import.meta.url));
  for (const kind of ['buildkitd', 'buildkitd-0.26', 'docker20'] as const satisfies readonly EngineKind[])
    it(`shows and answers the same, or says what is missing, on ${kind}`, async () => {
      const launch = { builder: engineAddress(kind), secrets: ['id=token,src=token.txt'], toolbox: 'busybox' };
      await using session = await Session.open({ files, launch });
      await session.start();
      const { exceptionId, description, details } = await session.client.request('exceptionInfo', { threadId: 1 });
      const told = session.output().slice(session.output().indexOf('ERROR:'));
      let text = `${exceptionId}\n${description ?? ''}\n${details?.message ?? ''}\n\n${told}`;
      for (const command of asked) {
        const answer = await session.evaluate(command).catch((error: unknown) => String(error));
        text += `\n> ${command}\n${answer}\n`;
      }
      golden(kind, text.replaceAll(session.workspace.root, '/project'));
    });
});
