import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files of a workspace by their paths. */
export type Files = Readonly<Record<string, string>>;

/** A build that fails in line 6 because line 2 says `hello`. */
export const failing: Files = {
  Dockerfile: `FROM busybox AS build
ARG GREETING=hello
WORKDIR /src
COPY greet.sh .
RUN GREETING=$GREETING sh greet.sh > out.txt
RUN grep -q world out.txt

FROM busybox
COPY --from=build /src/out.txt /
CMD ["cat", "/out.txt"]
`,
  'greet.sh': 'echo "$GREETING from the build"\n',
};

/** Line of `failing` that fails, counted from 1, and what to change to correct it. */
export const failingLine = 6;
export const wrong = 'GREETING=hello';
export const right = 'GREETING=world';

/** A build whose step adds, changes and deletes files, and then fails. */
export const touching: Files = {
  Dockerfile: `FROM busybox
WORKDIR /src
COPY notes.txt old.txt ./
COPY start.sh /usr/local/bin/start
RUN mkdir -p out/deep && echo built > out/deep/made.txt \\
 && echo second >> notes.txt && rm old.txt && ln -s notes.txt link \\
 && mkdir many && (cd many && seq -w 1500 | sed s/^/n/ | xargs touch) && test -f missing.txt
`,
  'notes.txt': 'first\n',
  'old.txt': 'old\n',
  'start.sh': 'echo started\n',
  // Tooltips lie on the rows below the mouse.
  '.vscode/settings.json': '{ "workbench.hover.delay": 60000 }\n',
};

/** A file that comes in line 2, and is changed in line 4. */
export const changing: Files = {
  Dockerfile: `FROM busybox
COPY notes.txt /src/
RUN true
RUN echo second >> /src/notes.txt
RUN echo last
`,
  'notes.txt': 'first\n',
};

/** Something for every kind of breakpoint: files that come, a variable that changes, a stage that is called. */
export const breakpoints: Files = {
  Dockerfile: `FROM busybox AS build
WORKDIR /
ENV MODE=slow
RUN echo one > /one
RUN cp /one /two
ENV MODE=fast
RUN cp /two /three

FROM busybox
COPY --from=build /three /
CMD ["cat", "/three"]
`,
};

/** A step that fails, in line 4, for a file and a build argument that do not fit. */
export const guarded: Files = {
  Dockerfile: `FROM busybox
ARG GREETING=hello
COPY word.txt /
RUN grep -q "$GREETING" /word.txt
RUN echo "$GREETING" > /out.txt
`,
  'word.txt': 'goodbye\n',
};

/** Two services in folders of their own; only the second one's Dockerfile is written for the workspace folder. */
export const monorepo: Files = {
  'services/api/Dockerfile': 'FROM busybox\nCOPY server.txt /\nRUN test -f /server.txt\n',
  'services/api/server.txt': 'api\n',
  'services/web/Dockerfile': 'FROM busybox\nCOPY services/web/page.txt /\nRUN test -f /page.txt\n',
  'services/web/page.txt': 'web\n',
};

/** What the engine would refuse or not find, told while typing. */
export const mistakes: Files = {
  Dockerfile: 'FROM busybox\nCOPY secret.txt missing.txt /\nRUNN true\n',
  'secret.txt': 's\n',
  '.dockerignore': '# nothing secret\nsecret.*\n',
  'src/main.c': 'int main(void) { return 0; }\n',
};

/** Writes a workspace into a new folder of its own. */
export async function createWorkspace(files: Files, name: string): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'dfd-editor-')), name);
  await writeFiles(files, folder);
  return folder;
}

/** Writes a workspace into a folder. */
export async function writeFiles(files: Files, folder: string): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** A step of several commands, one of which fails in line 13. */
export const scripted: Files = {
  Dockerfile: `FROM busybox
WORKDIR /srv
COPY plugins.txt .
RUN set -eu; \\
    count=0; \\
    install() { \\
      mkdir -p "lib/$1"; \\
      echo "$1 \${2:-latest}" >> lib/versions; \\
    }; \\
    while read -r name version; do \\
      install "$name" "$version"; \\
      count=$((count + 1)); \\
      test "$version" != 9.9; \\
    done < plugins.txt; \\
    echo "$count plugins"
CMD ["cat", "lib/versions"]
`,
  'plugins.txt': 'auth 1.2\ncache 2.0\nmetrics 9.9\nsearch 3.1\n',
};

/** Services of a Compose file; the one that fails takes from another one. */
export const composed: Files = {
  'compose.yaml': `services:
  api:
    build:
      context: api
      args: { GREETING: hello }
      additional_contexts: { lib: "service:lib" }
  lib:
    build: lib
  db:
    image: postgres
`,
  'api/Dockerfile': `FROM busybox
ARG GREETING
COPY --from=lib /made /
RUN grep -q world /made
`,
  'lib/Dockerfile': `FROM busybox
RUN echo "of lib" > /made
`,
  // The gutter of the Dockerfile is looked at.
  Dockerfile: 'FROM scratch\n',
};
