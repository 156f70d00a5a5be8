/** Frame and variable ids: which thread they belong to, and that they die when it resumes and never come back. */
import { type Message, resuming } from './protocol.js';

type Fields = Readonly<Record<string, unknown>>;
type Kind = 'frame' | 'variables';

/** Follows the ids that answers hand out. */
export class Ids {
  private readonly alive = new Map<string, number>();
  private readonly dead = new Set<string>();

  /** What is wrong with an answer, as far as ids go. */
  answer(request: Message, response: Message): string[] {
    const sent = fields(request.arguments);
    const problems = response.success === true ? this.stale(sent) : [];
    if (response.success !== true) return problems;
    const body = fields(response.body);
    switch (request.command) {
      case 'stackTrace':
        return [...problems, ...this.adopt('frame', list(body['stackFrames']), 'id', sent['threadId'])];
      case 'scopes':
        return [...problems, ...this.adopt('variables', list(body['scopes']), 'variablesReference', this.owner(sent))];
      case 'variables':
        return [
          ...problems,
          ...this.adopt('variables', list(body['variables']), 'variablesReference', this.owner(sent)),
        ];
      case 'evaluate':
        return [...problems, ...this.adopt('variables', [body], 'variablesReference', this.owner(sent))];
      default:
        if (resuming.has(request.command ?? '')) this.resume(request.command ?? '', sent, body);
        return problems;
    }
  }

  /** The ids of a thread, or of all, are dead from now on. */
  kill(threadId: unknown): void {
    for (const [id, owner] of this.alive) {
      if (typeof threadId === 'number' && owner !== threadId) continue;
      this.alive.delete(id);
      this.dead.add(id);
    }
  }

  private resume(command: string, sent: Fields, body: Fields): void {
    if (command === 'continue') return this.kill(body['allThreadsContinued'] === false ? sent['threadId'] : undefined);
    if (command === 'reverseContinue') return this.kill(undefined);
    this.kill(command === 'restartFrame' ? this.alive.get(`frame ${String(sent['frameId'])}`) : sent['threadId']);
  }

  private stale(sent: Fields): string[] {
    return [`frame ${String(sent['frameId'])}`, `variables ${String(sent['variablesReference'])}`]
      .filter((id) => this.dead.has(id))
      .map((id) => `${id} died at the last resume and still answers`);
  }

  private owner(sent: Fields): number | undefined {
    return (
      this.alive.get(`frame ${String(sent['frameId'])}`) ??
      this.alive.get(`variables ${String(sent['variablesReference'])}`)
    );
  }

  private adopt(kind: Kind, items: readonly Fields[], name: string, owner: unknown): string[] {
    const ids = items.map((item) => item[name]).filter((id) => typeof id === 'number' && id !== 0);
    const keys = ids.map((id) => `${kind} ${String(id)}`);
    for (const key of keys) if (typeof owner === 'number') this.alive.set(key, owner);
    return keys.filter((key) => this.dead.has(key)).map((key) => `${key} is handed out again after it died`);
  }
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}
