/** Reads the arguments of a call, and says in words what is wrong with them. */
import type * as z from 'zod/v4';
import { nearest } from '../patterns/nearest.js';
import { ToolError } from './tool-error.js';

/** The arguments as the schema has them; throws `ToolError` where they do not keep to it. */
export function readArguments<Schema extends z.ZodObject>(
  tool: string,
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const known = Object.keys(schema.shape);
  const wrong = result.error.issues.map((issue) => `- ${issueWords(issue, known)}`);
  throw new ToolError(
    `${tool} was not called: its arguments are not right.\n${wrong.join('\n')}\nIt takes: ${known.length === 0 ? 'nothing' : known.join(', ')}.`,
  );
}

function issueWords(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => `there is no argument "${key}"${where(place)}.${place === '' ? suggestion(key, known) : ''}`)
      .join(' ');
  }
  return `${place === '' ? 'arguments' : place}: ${issue.message}`;
}

function where(place: string): string {
  return place === '' ? '' : ` in ${place}`;
}

function suggestion(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}
