/** Dockerfiles at random, dense in what is easy to get wrong. */
import fc from 'fast-check';

const names = ['A', 'B', 'C', 'LONG_name1', 'PATH', 'TARGETARCH', 'TARGETPLATFORM', 'HTTP_PROXY', 'HOME'];
const name = fc.constantFrom(...names);
const plain = fc.constantFrom(
  'x',
  'y1',
  'foo.bar',
  '/usr/bin',
  'é',
  '日本',
  '*',
  '-',
  '=',
  ':',
  ',',
  '1',
  'a/b/c',
  '@',
);
const quoted = fc.constantFrom(
  '"a b"',
  "'c d'",
  '"',
  "'",
  '\\"',
  "\\'",
  '\\\\',
  '\\$',
  '\\ ',
  '""',
  '"\\n"',
  '"\\""',
  '$',
  '$$',
  '$1',
  '`',
);
const operators = [':-', '-', ':+', '+', '#', '##', '%', '%%'];

const variable: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: name.map((one) => `$${one}`) },
  { weight: 4, arbitrary: name.map((one) => `\${${one}}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        name,
        fc.constantFrom(...operators),
        fc.constantFrom('', 'x', 'a*', '*', '?', '/', '${B}', '$C', "'q'", '"q"', 'x y', '\\*', '*/'),
      )
      .map(([one, operator, word]) => `\${${one}${operator}${word}}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        name,
        fc.constantFrom('/', '//'),
        fc.constantFrom('a', '*', '?', '\\/', '$B'),
        fc.constantFrom('', 'z', '$A', '\\/'),
      )
      .map(([one, slashes, pattern, by]) => `\${${one}${slashes}${pattern}/${by}}`),
  },
);

const fragment = fc.oneof(
  { weight: 5, arbitrary: plain },
  { weight: 4, arbitrary: variable },
  { weight: 1, arbitrary: quoted },
  { weight: 1, arbitrary: variable.map((one) => `"${one} z"`) },
);

/** A value without blanks outside quotes, mostly. */
const value = fc.array(fragment, { minLength: 0, maxLength: 4 }).map((parts) => parts.join(''));
const words = fc.array(value, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '));
const json = fc
  .array(fc.constantFrom('sh', '-c', 'a b', '$A', '\\', '"', 'é'), { maxLength: 3 })
  .map((items) => JSON.stringify(items));

const pair = fc.tuple(name, value).map(([one, text]) => `${one}=${text}`);
const pairs = fc.array(pair, { minLength: 1, maxLength: 3 }).map((list) => list.join(' '));
const arg = fc.array(fc.oneof(name, pair), { minLength: 1, maxLength: 2 }).map((list) => `ARG ${list.join(' ')}`);

const heredoc = fc
  .tuple(
    fc.constantFrom('<<E', '<<-E', '<<"E"', "<<'E'", 'cat <<E', 'cat <<-E >f', '3<<E cat', '<<E sh', 'x << E'),
    fc.constantFrom('', 'a\n', '$A\n', '\tx\n\n y\n', '#!/bin/sh\nz\n', '\t#!/bin/x\n', '# no\n\\\n', 'a \\\nb\n'),
    fc.constantFrom('E', '\tE'),
  )
  .map(([start, body, end]) => `RUN ${start}\n${body}${start.includes('<<-') ? end : 'E'}`);

const run = fc.oneof(
  { weight: 4, arbitrary: words.map((text) => `RUN ${text}`) },
  { weight: 1, arbitrary: json.map((text) => `RUN ${text === '[]' ? '["x"]' : text}`) },
  { weight: 2, arbitrary: heredoc },
  { weight: 2, arbitrary: fc.tuple(words, words).map(([one, two]) => `RUN ${one} \\\n  # note\n\n  ${two}`) },
  {
    weight: 1,
    arbitrary: words.map((text) => `run --mount=type=ssh --mount=type=cache,target=/c${text.length} ${text}`),
  },
);

const path = fc.oneof(
  fc.constantFrom('/a', 'b', '../c', '/d//e/', '.', '/', 'x y', '"q r"', '/f/./g'),
  value.filter((text) => text !== ''),
);

const other = fc.oneof(
  words.map((text) => `ENV ${text.replace(/^\S*/, 'A ')}x`),
  path.map((text) => `WORKDIR ${text}`),
  value.map((text) => `USER u${text}`),
  json.map((text) => `SHELL ${text === '[]' ? '["bash", "-c"]' : text}`),
  fc.oneof(words, json).map((text) => `CMD ${text}`),
  fc.oneof(words, json).map((text) => `ENTRYPOINT ${text}`),
  pairs.map((text) => `LABEL ${text}`),
  fc.constantFrom('EXPOSE 80', 'EXPOSE 1-3/udp 90', 'EXPOSE ${A:-80}', 'EXPOSE 80/TCP 80').map(String),
  fc
    .oneof(
      path,
      json.filter((text) => text !== '[]'),
    )
    .map((text) => `VOLUME ${text}`),
  fc.constantFrom('STOPSIGNAL SIGTERM', 'STOPSIGNAL 9', 'HEALTHCHECK NONE', 'HEALTHCHECK CMD x', 'MAINTAINER me'),
  fc.constantFrom(
    'COPY a /b',
    'COPY --chown=1:1 a b \\\n c/',
    'COPY <<E /x\n$A\nE',
    'COPY <<E <<F /x/\n1\nE\n2\nF',
    'ADD a \\\n# note\n b',
  ),
  fc.constantFrom('# note', '', '  ', '# escape=`', '\t# x \\'),
);

const plainStep = fc.oneof(
  { weight: 4, arbitrary: run },
  { weight: 3, arbitrary: pairs.map((text) => `ENV ${text}`) },
  { weight: 3, arbitrary: arg },
  { weight: 4, arbitrary: other },
);
const step = fc.oneof(
  { weight: 9, arbitrary: plainStep },
  {
    weight: 1,
    arbitrary: fc
      .oneof(
        run,
        arg,
        pairs.map((text) => `ENV ${text}`),
      )
      .map((text) => `ONBUILD ${text}`),
  },
);

const base = fc.oneof(
  fc.constantFrom('scratch', 'plain', 'full', 'shelled', 'onbuild', 'relative', '${A:-plain}', 'full:latest'),
  fc.nat(3).map((index) => `s${index}`),
);

/** Whole files of one to four stages. */
export const dockerfiles: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '', '# escape=`\n', '# syntax-like\n', '\uFEFF'),
    fc.array(arg, { maxLength: 3 }),
    fc.array(fc.tuple(base, fc.array(step, { maxLength: 8 })), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', '\n', '\n', '\r\n'),
  )
  .map(([head, globals, stages, newline]) => {
    const lines = [
      ...globals,
      ...stages.flatMap(([from, steps], index) => [`FROM ${known(from, index)} AS s${index}`, ...steps]),
    ];
    const text = head + lines.join('\n');
    return newline === '\n' ? text : text.replaceAll('\n', newline);
  });

/** Stages that are not above are no images either. */
function known(from: string, index: number): string {
  const number = /^s(\d)$/.exec(from)?.[1];
  return number !== undefined && Number(number) >= index ? 'plain' : from;
}

/** Build arguments at random. */
export const buildArgs: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  name,
  fc.constantFrom('', 'given', 'a b', '$A', 'é'),
  { maxKeys: 2 },
);
