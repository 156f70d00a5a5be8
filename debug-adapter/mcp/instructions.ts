/** What every agent is told of this server. */
export const instructions = `Debugs container image builds (Dockerfile, BuildKit) like programs. Use it instead of "docker build" when a build fails or does something unexpected: the build stops at the failing step with its container kept, and you look around inside it instead of guessing from a log.

How a failing build is solved:
1. build_start with the Dockerfile (absolute paths are safest). At a failed step it answers STOPPED with the line, the last output and a hint.
2. Find the cause there: run_in_step runs shell commands in that very container (same user, directory, environment, mounts); debugger_command ":diff" says what the step changed, ":blame /path" which instruction wrote a file, ":since COMMAND" since which instruction a command answers as it does, ":why" why a step was not cached; read_path with tree "context" shows what the builder got of the build context; go "stepIn" goes through a RUN command by command.
3. Mend the Dockerfile or the source files on the disk with your own tools, then go "retry" (runs the failed step for real with fresh files, and goes on) or go "restart" (from the beginning; unchanged steps come from the cache).
4. BUILT means that the whole build went through. build_end when you are done and still at a stop.

There is one build at a time; build_start replaces it. Breakpoints stop before an instruction, so that you can look at the state there; stepping back and jumping back costs nothing. What run_in_step changes is no part of the image. Calls answer STILL RUNNING after timeoutSeconds; call build_status with waitSeconds then.`;
