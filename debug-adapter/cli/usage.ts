/** Texts of `--help`. */

/** What `dockerfile-debug --help` prints. */
export const usage = `Usage:  dockerfile-debug build [OPTIONS] PATH | URL | -
        dockerfile-debug compose [-f FILE] [OPTIONS] [SERVICE]
        dockerfile-debug bake [-f FILE] [OPTIONS] [TARGET]
        dockerfile-debug record [OPTIONS] FILE [PATH]
        dockerfile-debug mcp [OPTIONS]

Builds like "docker buildx build" and takes all of its options. When a step fails, or where you
say, the build stands still and you can look around inside it. "compose" and "bake" take what a
service of a Compose file or a target of a Bake file says of its build; "record" runs a recorded
build again, e.g. one that failed in CI (FILE.dockerbuild). Options win over what files say.
"mcp" serves a coding agent, by the Model Context Protocol on standard input and output.

Options of its own:
      --break LINE | STAGE | WORD   Stop there; may be repeated. Also STAGE:WORD, e.g. build:RUN
      --stop-on-entry               Stop before the first instruction
      --no-debug                    Only build
      --no-pin-images               Of a record: take the base images of today
      --rescue GLOB                 Copy these files out of a step that fails; may be repeated
      --rescue-to DIR               There (default: rescued)
      --report FILE                 Add a report in Markdown to a file, e.g. "$GITHUB_STEP_SUMMARY"
      --toolbox IMAGE | none        Tools for images without a shell (default: busybox:musl)
      --progress auto|tty|plain|quiet
      -q, --quiet                   Print nothing but the id of the image, and errors
      --trace FILE                  Write what editor, adapter and engine say to a file
      --help, --version

At the prompt, plain text runs as a shell command in the step; ":help" lists the other commands.
Ctrl-C pauses a running build or cancels a command; pressed twice it quits.
`;
