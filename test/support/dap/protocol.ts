/** The requests a client may send, by name: arguments and body of the answer. */
import type { DebugProtocol as P } from '@vscode/debugprotocol';
import type { CustomEvents, CustomRequests, LaunchArguments } from '../../../debug-adapter/contract.js';

type Custom = { [K in keyof CustomRequests]: [CustomRequests[K]['arguments'], CustomRequests[K]['body']] };

export interface Requests extends Custom {
  initialize: [P.InitializeRequestArguments, P.Capabilities];
  launch: [LaunchArguments & { restart?: unknown }, undefined];
  attach: [Record<string, unknown>, undefined];
  configurationDone: [undefined, undefined];
  restart: [{ arguments?: LaunchArguments } | undefined, undefined];
  disconnect: [P.DisconnectArguments | undefined, undefined];
  terminate: [P.TerminateArguments | undefined, undefined];
  cancel: [P.CancelArguments, undefined];
  breakpointLocations: [P.BreakpointLocationsArguments, P.BreakpointLocationsResponse['body']];
  setBreakpoints: [P.SetBreakpointsArguments, P.SetBreakpointsResponse['body']];
  setFunctionBreakpoints: [P.SetFunctionBreakpointsArguments, P.SetFunctionBreakpointsResponse['body']];
  setExceptionBreakpoints: [P.SetExceptionBreakpointsArguments, P.SetExceptionBreakpointsResponse['body']];
  dataBreakpointInfo: [P.DataBreakpointInfoArguments, P.DataBreakpointInfoResponse['body']];
  setDataBreakpoints: [P.SetDataBreakpointsArguments, P.SetDataBreakpointsResponse['body']];
  setInstructionBreakpoints: [P.SetInstructionBreakpointsArguments, P.SetInstructionBreakpointsResponse['body']];
  continue: [P.ContinueArguments, P.ContinueResponse['body']];
  next: [P.NextArguments, undefined];
  stepIn: [P.StepInArguments, undefined];
  stepOut: [P.StepOutArguments, undefined];
  stepBack: [P.StepBackArguments, undefined];
  reverseContinue: [P.ReverseContinueArguments, undefined];
  restartFrame: [P.RestartFrameArguments, undefined];
  goto: [P.GotoArguments, undefined];
  pause: [P.PauseArguments, undefined];
  stackTrace: [P.StackTraceArguments, P.StackTraceResponse['body']];
  scopes: [P.ScopesArguments, P.ScopesResponse['body']];
  variables: [P.VariablesArguments, P.VariablesResponse['body']];
  setVariable: [P.SetVariableArguments, P.SetVariableResponse['body']];
  setExpression: [P.SetExpressionArguments, P.SetExpressionResponse['body']];
  source: [P.SourceArguments, P.SourceResponse['body']];
  threads: [undefined, P.ThreadsResponse['body']];
  terminateThreads: [P.TerminateThreadsArguments, undefined];
  modules: [P.ModulesArguments, P.ModulesResponse['body']];
  loadedSources: [P.LoadedSourcesArguments | undefined, P.LoadedSourcesResponse['body']];
  evaluate: [P.EvaluateArguments, P.EvaluateResponse['body']];
  stepInTargets: [P.StepInTargetsArguments, P.StepInTargetsResponse['body']];
  gotoTargets: [P.GotoTargetsArguments, P.GotoTargetsResponse['body']];
  completions: [P.CompletionsArguments, P.CompletionsResponse['body']];
  exceptionInfo: [P.ExceptionInfoArguments, P.ExceptionInfoResponse['body']];
  readMemory: [P.ReadMemoryArguments, P.ReadMemoryResponse['body']];
  writeMemory: [P.WriteMemoryArguments, P.WriteMemoryResponse['body']];
  disassemble: [P.DisassembleArguments, P.DisassembleResponse['body']];
  locations: [P.LocationsArguments, P.LocationsResponse['body']];
}

/** Bodies of events by name. */
export interface Events extends CustomEvents {
  initialized: undefined;
  stopped: P.StoppedEvent['body'];
  continued: P.ContinuedEvent['body'];
  exited: P.ExitedEvent['body'];
  terminated: P.TerminatedEvent['body'];
  thread: P.ThreadEvent['body'];
  output: P.OutputEvent['body'];
  breakpoint: P.BreakpointEvent['body'];
  module: P.ModuleEvent['body'];
  loadedSource: P.LoadedSourceEvent['body'];
  process: P.ProcessEvent['body'];
  capabilities: P.CapabilitiesEvent['body'];
  progressStart: P.ProgressStartEvent['body'];
  progressUpdate: P.ProgressUpdateEvent['body'];
  progressEnd: P.ProgressEndEvent['body'];
  invalidated: P.InvalidatedEvent['body'];
  memory: P.MemoryEvent['body'];
}

export type Command = keyof Requests;
export type EventName = keyof Events;
export type Arguments<C extends Command> = Requests[C][0];
export type Body<C extends Command> = Requests[C][1];

/** Requests after which a stopped thread is no longer where it was; `continued` tells when a restart has left it. */
export const resuming: ReadonlySet<string> = new Set<Command>([
  'continue',
  'next',
  'stepIn',
  'stepOut',
  'stepBack',
  'reverseContinue',
  'restartFrame',
  'goto',
]);

/** One message as it went by. */
export interface Entry {
  readonly from: 'client' | 'adapter';
  readonly message: Message;
}

export interface Message {
  readonly seq: number;
  readonly type: string;
  readonly command?: string;
  readonly event?: string;
  readonly arguments?: unknown;
  readonly body?: unknown;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
}
