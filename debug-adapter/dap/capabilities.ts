import type { DebugProtocol } from '@vscode/debugprotocol';

/** Only what works. Each has a scenario in the tests. */
export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsCancelRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: [':', '$', ' ', '/'],
  supportsExceptionInfoRequest: true,
  exceptionBreakpointFilters: [
    {
      filter: 'failed',
      label: 'Failed steps',
      description: 'Stop where a step fails, with the files as the failed command left them.',
      default: true,
      supportsCondition: true,
      conditionDescription: 'e.g. exitCode != 1 && stage == "build"; a number alone is an exit code',
    },
    {
      filter: 'uncached',
      label: 'Cache misses',
      description:
        'Stop before the first step of each chain that the engine does not take from its cache. After a restart: only steps that an earlier build of this session had.',
      supportsCondition: true,
      conditionDescription: 'e.g. stage == "build" && instruction == RUN',
    },
    {
      filter: 'warning',
      label: 'Warnings',
      description: 'Stop at instructions that BuildKit warns about.',
      supportsCondition: true,
      conditionDescription: 'e.g. stage == "build"',
    },
  ],
  supportsExceptionFilterOptions: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsFunctionBreakpoints: true,
  supportsDataBreakpoints: true,
  supportsStepBack: true,
  supportsStepInTargetsRequest: true,
  supportsGotoTargetsRequest: true,
  supportsRestartFrame: true,
  supportsTerminateThreadsRequest: true,
  supportsBreakpointLocationsRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsLoadedSourcesRequest: true,
  supportsANSIStyling: true,
};
