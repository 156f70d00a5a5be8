/** A script of a RUN, and the calls that it makes where they are worth telling; `bash` where no other shell runs it. */
export interface Case {
  readonly script: string;
  readonly hooks?: readonly number[];
  readonly only?: 'bash';
}

const script = (text: string, hooks?: readonly number[], only?: 'bash'): Case => ({
  script: text.replace(/^\n/, '').replace(/\n$/, ''),
  ...(hooks === undefined ? {} : { hooks }),
  ...(only === undefined ? {} : { only }),
});

export const cases: readonly Case[] = [
  script('apt-get update && apt-get install -y --no-install-recommends curl git=1:2.* && rm -rf lists/*', [0, 1, 2]),
  script(`
set -eu; \\
apt-get update
apt-get install -y curl; \\
rm -rf /nowhere/lists/*
echo done`),
  script(
    `
set -eu; arch="$(dpkg --print-architecture)"; case "$arch" in amd64) url='https://x/amd64' ;; arm64|aarch64) url='https://x/arm64' ;; *) echo >&2 "unsupported $arch"; exit 1 ;; esac; echo "$url"`,
    [0, 1, 2, 3, 7],
  ),
  script('case nothing in amd64) echo a ;; *) echo >&2 "unsupported"; exit 3 ;; esac; echo never', [0, 2, 3]),
  script('for i in 1 2 3; do echo "$i"; done', [0, 1, 1, 1]),
  script('for i in 1 2 3; do [ "$i" = 2 ] && continue; [ "$i" = 3 ] || echo "$i"; done; echo end'),
  script('i=0; while [ $i -lt 3 ]; do i=$((i+1)); if [ $i = 2 ]; then continue; fi; echo $i; done'),
  script('i=0; until [ $i -ge 3 ]; do i=$((i + 1)); done; echo $i', [0, 1, 2, 1, 2, 1, 2, 1, 3]),
  script('seq 3 | while read -r line; do echo "got $line"; done; echo end', [0, 1]),
  script('while read -r line; do echo "$line"; done <<EOF\none\ntwo\nEOF\necho end', [0, 1, 0, 1, 0, 2]),
  script('greet() { echo "hello $1"; return 2; }; greet world || echo "said $?"', [2, 0, 1, 3]),
  script('f() (\n  cd /\n  pwd\n)\nf\npwd | wc -l'),
  script('f() { echo "in $1"; false; }; f a >1 & f b >2 & wait; cat 1 2', [0, 1, 2, 3]),
  script('f() { echo in; false; }; export -f f; bash -c "f && echo no || echo yes"', [0, 1], 'bash'),
  script('(cd / && pwd) && pwd | wc -l; (exit 3) || echo "was $?"'),
  script(
    'f() { if [ "$1" = 0 ]; then return; fi; echo "$1: $?"; f $(($1 - 1)); }; f 2; echo "$?"',
    [4, 0, 2, 3, 0, 2, 3, 0, 1, 5],
  ),
  script('f() { if (exit $?); then echo good; else echo "bad $?"; fi; }; f; (exit 4); f; false || f'),
  script('f() { while { [ $? = 3 ]; }; do echo loop; return; done; echo "no $?"; }; f; (exit 3); f; true && f'),
  script('f() { echo "f $1"; return 3; }; f a | f b | cat; f c & wait $!; echo "$?"; x=$(f d | cat | f e); echo "$x"'),
  script('f() { sed s/a/b/; }; f <<EOF | f && echo yes\nbanana\nEOF\nif { echo a | f | f; } 2>&1; then echo yes; fi'),
  script(
    'f() { echo "f $1"; }; while read -r x; do echo "$x"; done < <(f a; f b); f c > >(cat); wait',
    undefined,
    'bash',
  ),
  script('mkdir -p a/b && (cd a && touch x && ls) && ls a', [0, 1, 2, 3, 4]),
  script('cat > file.txt <<EOF\nline $((1 + 1)) $(echo sub)\nEOF\ncat file.txt', [0, 1]),
  script("cat > file.txt <<'EOF'\nline $((1 + 1)) $? `x` $(echo sub)\n&& || ; if\nEOF\ncat file.txt", [0, 1]),
  script('cat <<EOF && echo after || echo not\nbody "quoted\nEOF\necho last', [0, 1, 3]),
  script('false || cat <<EOF; echo next\nbody\nEOF\necho last', [0, 1, 2, 3]),
  script('false || cat <<A - <<B && echo and\n1\nA\n2\nB\necho last', [0, 1, 2, 3]),
  script('if true; then\n\tcat <<-EOF\n\t\tindented\n\tEOF\nfi; echo end'),
  script('x=$(cat <<EOF\nin (a) "sub"\nEOF\n); echo "$x"', [0, 1]),
  script('false; cat <<EOF\nstatus $? ${?}\nEOF\necho $?'),
  script('true && false || echo third && echo fourth; echo $?', [0, 1, 2, 3, 4]),
  script('false && true; echo "still $?"', [0, 2]),
  script('false || false || false || echo "fourth $?"', [0, 1, 2, 3]),
  script('set -e; false || true; echo one; false && true; echo two; false; echo never', [0, 1, 2, 3, 4, 6, 7]),
  script('set -e; if false; then echo no; fi; true && false; echo never'),
  script('set -e; f() { false; echo "in f"; }; f || echo caught; f; echo never'),
  script('set -e; f() { false; echo "in f"; }; if f; then echo yes; fi; f && echo two; ! f; echo three; f'),
  script('set -e; true || false; false || (false; echo sub); echo never'),
  script('set -e; { false; echo brace; } || echo no; { true; false; }; echo never'),
  script(
    'set -e; ! true; echo "$?"; ! false; echo "$?"; while false; do :; done; until true; do :; done; x=$(false); echo never',
  ),
  script('set -e; false || ! true; echo "kept $?"; true && ! true; echo "kept $?"'),
  script('set -e; (set +e; false; echo sub); (false; echo not); echo never'),
  script('set -e; for i in 1 2; do false || continue; echo x; done; case x in x) false;; esac; echo never'),
  script('if ! command -v no-such-program >/dev/null 2>&1; then echo missing; fi', [0, 1]),
  script(
    'if [ -d /no ]; then echo a; elif [ -d / ] && [ ! -e /no ]; then echo b; else echo c; fi; echo "$?"',
    [0, 2, 3, 4, 6],
  ),
  script("trap 'echo trapped $?' EXIT; (exit 4)"),
  script("trap 'echo trapped $?' EXIT; set -e; echo one; false; echo never"),
  script('cleanup() { rc=$?; echo "cleanup $rc"; exit $rc; }; trap cleanup EXIT; sh -c "exit 5"'),
  script('cleanup() { echo clean; exit; }; trap cleanup EXIT; sh -c "exit 5"'),
  script("trap 'echo int' TERM; kill -TERM $$; echo after"),
  script("trap 'echo int' INT; echo one; kill -INT $$; echo after; trap - INT; echo two"),
  script("trap 'echo int\necho more' 2 TERM; echo one; kill -INT $$; echo after; kill -TERM $$; echo two"),
  script('false; echo $?; true; echo $?; sh -c "exit 7"; rc=$?; echo $rc'),
  script(
    'sh -c "exit 7"; echo "a$?b" ${?} "${?}" $(( $? + 1 )); sh -c "exit 3"; case $? in 3) echo three;; *) echo other;; esac',
  ),
  script('sh -c "exit 7"; if [ $? -ne 0 ]; then echo "failed $?"; fi; sh -c "exit 2" || exit'),
  script('f() { sh -c "exit 6"; return; }; f; echo $?; g() { false; }; g; echo $?'),
  script(
    'check() { if [ $? -ne 0 ]; then echo "bad: $1"; else echo "good: $1"; fi; }; false; check one; true; check two',
  ),
  script('check() { again "$1"; }; again() { echo "$? $1"; }; false; check one; true && check two'),
  script(
    'false; for i in a b; do echo $?; false; done; false; case x in x) echo $?;; esac; false; { echo $?; }; false; (echo $?)',
  ),
  script(
    'false; x=$(echo $?); echo $x; false; y=$(true; echo $?); echo $y; false; echo `echo $?`; false; eval "echo \\$?"',
  ),
  script("false; eval 'echo $?'; false; echo '$?' \"\\$?\" \\$?; false || { echo $?; true; }; echo $?"),
  script('false; echo $? | cat; false | true; echo $?; ! false | false; echo "$?"'),
  script('false; ! [ $? -eq 0 ] && echo "not zero"; false; echo $? & wait; sh -c "exit 9" & wait $!; echo $?'),
  script('x=5; y=$((x * 2)); echo $((y % 3)) $(( (x + y) << 1 )); [ $((x)) -gt 3 ] && echo bigger', [0, 1, 2, 3, 4]),
  script('echo "a \\"b\\" $(echo "c $(echo \'d\')") `echo e`" \'f "g"\' h\\ i "${x:-"j k"}"'),
  script('echo one # && echo two; if\n# a comment (\necho three # done\n', [0, 1]),
  script('echo "one \\\ntwo" && \\\n  echo three \\\n  four; \\\n\\\necho five', [0, 1, 2]),
  script(
    'set -- a "b c" d; for arg; do echo "$arg"; done; shift; echo "$# $*"; while [ $# -gt 0 ]; do echo $1; shift; done',
  ),
  script('exec 3>&1; echo to three >&3; { echo out; echo err >&2; } 2>&1; exec 3>&-; echo end'),
  script(
    '{ echo a; echo b; } > both && cat both; > empty; wc -c < empty; for i in 1 2; do echo $i; done > nums; cat nums',
  ),
  script(
    'VERSION=1.2.3; echo "${VERSION%%.*} ${VERSION#*.}"; export A=b C; readonly D=e; unset A; echo "${A-unset}$D"',
  ),
  script('find . -maxdepth 1 -type f ! -name "*.x" -exec echo {} \\; && find . -maxdepth 0 -exec echo {} +', [0, 1]),
  script('no-such-command; echo "$?"; ./not-there || echo "$?"; cat /not/there 2>/dev/null || echo "$?"'),
  script('set -u; echo before; echo "$undefined"; echo never'),
  script('IFS=:; set -- $PATH; IFS=0; false; echo $?; unset IFS; false; exit'),
  script('a() { b; }; b() { c && echo b; }; c() { echo c; }; a; a | cat', [4, 0, 1, 3, 2, 5, 0, 1, 3, 2]),
  script('if true\nthen\n  if false\n  then echo no\n  else\n    echo yes\n  fi\nfi\ncase a\nin\n  (a) echo a;;\nesac'),
  script('for f in one two\ndo\n  touch "$f"\ndone\nls; for f in ./*; do echo "$f" || exit 1; done'),
  script('true&&false||echo x;echo y&wait;(echo z)||echo no;{ echo w;}'),
  script(''.padEnd(3, ' ') + 'echo blanks   ;   echo more  '),
  script('exit 3; echo never', [0]),
  script('return 4 2>/dev/null || exit 4'),
  script('set -o pipefail; false | true; echo $?; true | false || echo "failed $?"', [0, 1, 2, 3, 4], 'bash'),
  script('false | true | sh -c "exit 3"; echo "${PIPESTATUS[0]} ${PIPESTATUS[2]}"; exit 2', [0, 1], 'bash'),
  script('mkdir -p deep/er && cd $_ && pwd | grep -o deep/er; echo a b; echo $_', undefined, 'bash'),
  script(
    '[[ a == a && ( b == b ) ]] && echo yes; (( 1 + 1 == 3 )) || echo no; [[ abc =~ ^a(.)c$ ]] && echo "${BASH_REMATCH[1]}"',
    undefined,
    'bash',
  ),
  script(
    'files=(a "b c" d); for f in "${files[@]}"; do echo "$f"; done; for ((i = 0; i < 2; i++)); do echo $i; done',
    [0, 1, 2, 2, 2, 3, 4, 4],
    'bash',
  ),
  script(
    'function g { local x=$?; echo "$x"; }; false; g; declare -A m=([k]=v); echo "${m[k]}"; echo <(true) | wc -l; cat <<< "here $?"',
    undefined,
    'bash',
  ),
  script(
    "trap 'echo err $?' ERR; false; false || true; f() { false; true; }; f; false || false; true && false; ! true",
    undefined,
    'bash',
  ),
  script('set -e; shopt -s inherit_errexit; x=$(false; echo no); echo never', undefined, 'bash'),
  script(
    'set -euo pipefail; echo $LINENO\necho $LINENO; f() {\n echo $LINENO; }; f; false | cat\necho never',
    undefined,
    'bash',
  ),
];
