import { UserError } from '../debugger/errors.js';

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isSafeInteger(value) && value >= 0;
}

/** Arguments of a request, read with care: whatever a client sends, the answer is a value or words. */
export class Fields {
  readonly #of: string;
  readonly #value: unknown;
  readonly #members: Members;

  /** `of` is whose arguments these are, for the words. */
  constructor(of: string, value: unknown) {
    this.#of = of;
    this.#value = value ?? {};
    this.#members = isMembers(value) ? value : {};
  }

  /** All of it as it came, for whoever reads it another way; an empty object when there is nothing. */
  get raw(): unknown {
    return this.#value;
  }

  /** Whether there is nothing in it. */
  get isEmpty(): boolean {
    return Object.keys(this.#members).length === 0;
  }

  /** A text that has to be there. */
  text(name: string): string {
    return this.#required(name, this.optionalText(name), 'a text');
  }

  /** A text, if it is there. */
  optionalText(name: string): string | undefined {
    return this.#optional(name, isText, 'a text');
  }

  /** A number that has to be there. */
  number(name: string): number {
    return this.#required(name, this.optionalNumber(name), 'a number');
  }

  /** A number, if it is there. */
  optionalNumber(name: string): number | undefined {
    return this.#optional(name, isNumber, 'a number');
  }

  /** A whole number from 0 on that has to be there. */
  count(name: string): number {
    return this.#required(name, this.optionalCount(name), 'a whole number from 0 on');
  }

  /** A whole number from 0 on, if it is there. */
  optionalCount(name: string): number | undefined {
    return this.#optional(name, isCount, 'a whole number from 0 on');
  }

  /** Whether it is there and true. */
  flag(name: string): boolean {
    return this.#members[name] === true;
  }

  /** Whether it is there and false, for what is true by default. */
  isFalse(name: string): boolean {
    return this.#members[name] === false;
  }

  /** An object; without members when it is not there. */
  object(name: string): Fields {
    const value = this.#members[name];
    if (value !== undefined && value !== null && !isMembers(value)) this.#fail(name, 'an object');
    return new Fields(`${this.#of}.${name}`, value);
  }

  /** A list of objects; empty when it is not there. */
  objects(name: string): readonly Fields[] {
    return this.#list(name).map((item, index) => new Fields(`${this.#of}.${name}[${index}]`, item));
  }

  /** The texts of a list; empty when it is not there. */
  texts(name: string): readonly string[] {
    return this.#list(name).filter(isText);
  }

  /** All members that are texts, when names are free. */
  members(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#members).flatMap(([k, value]) => (isText(value) ? [[k, value]] : [])),
    );
  }

  /** The numbers of a list; empty when it is not there. */
  numbers(name: string): readonly number[] {
    return this.#list(name).filter(isNumber);
  }

  #list(name: string): readonly unknown[] {
    const value = this.#members[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) this.#fail(name, 'a list');
    return value;
  }

  #optional<T>(name: string, accepts: (value: unknown) => value is T, wants: string): T | undefined {
    const value = this.#members[name];
    if (value === undefined || value === null) return undefined;
    return accepts(value) ? value : this.#fail(name, wants);
  }

  #required<T>(name: string, value: T | undefined, wants: string): T {
    return value === undefined ? this.#fail(name, wants) : value;
  }

  #fail(name: string, wants: string): never {
    throw new UserError('bad-arguments', `The request "${this.#of}" needs ${wants} as "${name}".`);
  }
}
