/** What a tool is: its description as data, and what it does. */
import type { ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod/v4';
import { readArguments } from './arguments.js';
import type { Desk } from './desk.js';

/** What a call brings beside its arguments. */
export interface Call {
  readonly desk: Desk;
  /** Aborted when the client cancels the call. */
  readonly signal: AbortSignal;
  /** Tells a client that asked for it what goes on. */
  readonly progress: (message: string) => void;
}

/** The answer: text for the model. A build that failed is no failed call. */
export interface Answer {
  readonly text: string;
  /** The call did not do what it was asked for. */
  readonly failed?: boolean;
}

/** A tool as the server lists and calls it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly inputSchema: {
    readonly type: 'object';
    readonly properties?: Record<string, object>;
    readonly required?: string[];
    readonly additionalProperties: false;
  };
  /** Throws `ToolError` with words, or the adapter's `Refusal`. */
  readonly call: (given: unknown, call: Call) => Promise<Answer>;
}

interface Definition<Input extends z.ZodRawShape> extends Pick<Tool, 'name' | 'title' | 'description' | 'annotations'> {
  readonly input: Input;
  readonly run: (args: z.infer<z.ZodObject<Input>>, call: Call) => Promise<Answer | string>;
}

/** Joins a schema and what is done with arguments that keep to it. */
export function defineTool<Input extends z.ZodRawShape>({ input, run, ...named }: Definition<Input>): Tool {
  const schema = z.strictObject(input);
  const { properties, required } = z.toJSONSchema(schema, { io: 'input', override: simplify });
  return {
    ...named,
    inputSchema: {
      type: 'object',
      ...(properties !== undefined && { properties: objectsOf(properties) }),
      ...(required !== undefined && { required }),
      additionalProperties: false,
    },
    call: async (given, call) => {
      const answer = await run(readArguments(named.name, schema, given), call);
      return typeof answer === 'string' ? { text: answer } : answer;
    },
  };
}

/** Without words that say nothing here, and that some models' own readers of schemas refuse. */
function simplify({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.propertyNames;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}

/** A schema may be `true` or `false` in general; none of ours is. */
function objectsOf(schemas: Readonly<Record<string, unknown>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      typeof schema === 'object' && schema !== null ? schema : {},
    ]),
  );
}
