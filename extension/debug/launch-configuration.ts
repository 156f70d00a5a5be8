import { isAbsolute, join } from 'node:path';
import type * as vscode from 'vscode';
import type { Settings } from '../settings.js';
import { field } from './shape.js';
import { debugType } from './debug-type.js';

/** A complete configuration for one Dockerfile. */
export function configurationFor(dockerfile: string, name: string, target?: string): vscode.DebugConfiguration {
  return { type: debugType, request: 'launch', name, dockerfile, ...(target !== undefined && { target }) };
}

/** Whether VS Code made the configuration up: there is no launch.json. */
export function isEmpty(configuration: vscode.DebugConfiguration): boolean {
  const { type, request, name }: Record<string, unknown> = configuration;
  return !type && !request && !name;
}

/** What a launch configuration leaves out and a setting gives. */
export function withSettings(
  configuration: vscode.DebugConfiguration,
  settings: Settings,
  traceFile: string,
): vscode.DebugConfiguration {
  return {
    ...(settings.builder !== '' && { builder: settings.builder }),
    ...(settings.toolbox !== '' && { toolbox: settings.toolbox }),
    ...(settings.trace && { trace: traceFile }),
    ...configuration,
  };
}

/** A text of a configuration; `undefined` when it is missing, empty or no text. */
export function textOf(configuration: vscode.DebugConfiguration, name: string): string | undefined {
  const value = field(configuration, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A path of a configuration, made absolute. */
export function pathOf(configuration: vscode.DebugConfiguration, name: string, cwd: string): string | undefined {
  const path = textOf(configuration, name);
  return path === undefined || isAbsolute(path) ? path : join(cwd, path);
}

/** Whether a context is a folder on this machine: neither a git or tar URL nor a named context nor standard input. */
export function isFolder(context: string): boolean {
  return context !== '-' && !/^[\w+.-]{2,}:\/\/|^git@|^github\.com\//.test(context);
}

/** Flags whose value looks like a path. */
const pathFlags = ['-f', '--file', '-o', '--output', '--iidfile', '--metadata-file', '--cgroup-parent'];

/** Whether `args` of a configuration name the Dockerfile, as flags of the build do. */
export function argsNameDockerfile(configuration: vscode.DebugConfiguration): boolean {
  return argsOf(configuration).some((word) => /^(?:--file(?:=|$)|-f)/.test(word));
}

/** Whether `args` of a configuration end with the build context. */
export function argsNameContext(configuration: vscode.DebugConfiguration): boolean {
  const words = argsOf(configuration);
  const last = words.at(-1) ?? '';
  const isPath = /^(?:-$|\.{1,2}$|\.{0,2}\/|git@|[\w+.-]{2,}:\/\/)/.test(last);
  return isPath && !pathFlags.includes(words.at(-2) ?? '');
}

function argsOf(configuration: vscode.DebugConfiguration): readonly string[] {
  const args = field(configuration, 'args');
  return Array.isArray(args) ? args.filter((word: unknown) => typeof word === 'string') : [];
}
