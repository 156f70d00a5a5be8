/** Scripts of a small grammar, always the same for a number. They end, and have no effect but their output and status. */
export function randomScript(seed: number): string {
  const random = numbers(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  /** In a function nothing is called that may be the function. */
  const inFunction = (body: string): string => body.replace(/\b[fg]\b(?!\()/g, 'false');
  const simple = (): string =>
    pick([
      () => `echo ${Math.floor(random() * 90)}`,
      () => pick(['true', 'false', 'false', ':', '(exit 3)', 'sh -c "exit 4"', 'wait', 'shift 2>/dev/null']),
      () =>
        pick(['echo $?', 'echo "is ${?}"', '[ $? -eq 0 ]', 'x=$?', 'echo "$x"', 'y=$(echo $?)', 'echo $((${?} + 1))']),
      () => pick(['f', 'f', 'g', 'f | cat', 'z=$(f; echo $?); echo "$z"', 'f > /dev/null']),
      () => pick(['set -e', 'set -e', 'set +e', 'set -u', 'trap "echo bye $?" EXIT', "trap 'echo left $?' EXIT"]),
      () => pick(['! true', '! false', '! f', 'echo a | cat', 'false | true', '! echo a | cat', 'true | (exit 5)']),
      () =>
        pick([
          '[ "${x-}" = 0 ]',
          'test -d /',
          'x=1',
          'x=$(false)',
          'x=$(false) y=$?',
          'eval "(exit 6)"',
          "eval 'echo $?'",
        ]),
      () => pick(['exit', 'exit 2', 'return', 'return 3', 'break', 'continue']),
      () => pick(['echo back & wait', 'f & wait', '(exit 7) & wait $!']).replace(/^/, '{ ').replace(/$/, '; }'),
    ])();
  const compound = (depth: number): string =>
    pick([
      () => `if ${list(depth)}; then ${list(depth)}; fi`,
      () => `if ${list(depth)}; then ${list(depth)}; elif ${list(depth)}; then ${list(depth)}; else ${list(depth)}; fi`,
      () => `for i in ${pick(['1', '1 2', '$?', '"$@"'])}; do ${list(depth)}; done`,
      () => `n=0; while [ $n -lt 2 ]; do n=$((n + 1)); ${list(depth)}; done`,
      () =>
        `case ${pick(['a', '$?', '"${x-}"'])} in a|0) ${list(depth)};; 1) ${list(depth)} ;; (*) ${list(depth)}; esac`,
      () => `{ ${list(depth)}; }`,
      () => `( ${list(depth)} )`,
      () => `{ ${list(depth)}; } 2>/dev/null`,
      () => `${pick(['f', 'g'])}() { ${inFunction(list(depth))}; }`,
      () => `cat <<END${pick(['', ' | cat', ' && true', ' || true', '; true'])}\nbody $? $x\nEND\n${chain(depth)}`,
    ])();
  const operand = (depth: number): string => (depth > 0 && random() < 0.35 ? compound(depth - 1) : simple());
  const chain = (depth: number): string => {
    let text = operand(depth);
    // What ends in a here-document cannot be continued on its line.
    while (random() < 0.45 && !text.includes('\n'))
      text += pick([' && ', ' || ', ' && ', ' || \n']).trimEnd() + ` ${operand(depth)}`;
    return text;
  };
  const list = (depth: number): string => {
    const count = 1 + Math.floor(random() * 2.6);
    return Array.from({ length: count }, () => chain(depth)).join(pick(['; ', '\n']));
  };
  return `x=0; f() { ${inFunction(list(0))}; }; g() { ${inFunction(list(1))}; }\n${list(2)}\n${list(2)}`;
}

/** mulberry32 */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
