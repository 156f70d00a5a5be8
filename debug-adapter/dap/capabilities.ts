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
    },
  ],
  supportsBreakpointLocationsRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsLoadedSourcesRequest: true,
  supportsANSIStyling: true,
};
