/** Commands after which the build goes on. */
import { frameOf, type Run } from './context.js';
import { textOf } from './fields.js';

/** A request of the protocol that moves the thread. */
export function moves(request: string): Run {
  return async ({ adapter, machine, place }) => {
    const undo =
      request === 'restart'
        ? machine.rebuild(place.threadId, true)
        : machine.resume(place.threadId, request !== 'continue');
    try {
      await adapter.request(request, { threadId: place.threadId });
    } catch (error) {
      undo();
      throw error;
    }
    return 'resume';
  };
}

/** A command of the adapter's console after which the build goes on, so that the prompt waits for the next stop. */
export function tells(name: string, all: boolean): Run {
  return async (context, operand) => {
    const { adapter, machine, place, print } = context;
    const frameId = frameOf(context)?.id ?? 0;
    const undo = machine.rebuild(place.threadId, all);
    try {
      const expression = `:${name} ${operand}`.trimEnd();
      const said = textOf((await adapter.request('evaluate', { expression, context: 'repl', frameId }))['result']);
      if (said !== '') print(said);
    } catch (error) {
      undo();
      throw error;
    }
    return 'resume';
  };
}

/** Of its own the editors' restart, with build arguments the console's. */
export const restart: Run = (context, operand) =>
  (operand === '' ? moves('restart') : tells('restart', true))(context, operand);
