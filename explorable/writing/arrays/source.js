// A reader's code as MicroPython needs it, which lacks two things of Python's operators on objects.
//
// It calls methods for += and -= alone: `a *= 2` would make another array instead of changing `a`. And it asks only
// what stands left of a comparison: `0 < a` is refused. So the one is written as a call, `a = _by(a, "*", (2))`, which
// inside/driver.py makes known, and a number at the start of a comparison is wrapped, `_left(0) < a`, which
// numpy/__init__.py makes known. And nothing outside can stop it at a line that it can name: so each round of a `while`
// asks first whether there is time left, `while _at(3) and (a > 0):`. No line is added and none is moved, so that
// errors name the reader's lines.

const STRING = /[rbfuRBFU]{0,2}("""|'''|"|')/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?|0[xXoObB][\da-fA-F_]+/y;
const OPERATOR = /\*\*=|\/\/=|<<=|>>=|[*/%@&|^]=|[+-]=|[<>]=?|==|!=|->|:=|\*\*|\/\/|./suy;
const AUGMENTED = new Set(["*=", "/=", "//=", "%=", "**=", "@=", "&=", "|=", "^="]);
const OPENS_EXPRESSION = new Set([
  "and",
  "or",
  "not",
  "if",
  "elif",
  "while",
  "assert",
  "return",
  "in",
  "else",
  "lambda",
]);

/** Where a string ends that begins with these quotes. */
function endOfString(source, from, quotes) {
  for (let at = from; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source.startsWith(quotes, at)) return at + quotes.length;
    else if (quotes.length === 1 && source[at] === "\n") return at;
  }
  return source.length;
}

/** The parts of a source: { kind, text, at }; kinds: space, comment, line, string, name, number, operator. */
function parts(source) {
  const found = [];
  let at = 0;
  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const rest = (pattern) => match(pattern) ?? "";
  while (at < source.length) {
    const char = source[at];
    let kind = "operator";
    let text;
    STRING.lastIndex = at;
    const string = STRING.exec(source);
    if (char === "\n") [kind, text] = ["line", char];
    else if (char === "#") [kind, text] = ["comment", rest(/[^\n]*/y)];
    else if (/[ \t\r\\]/.test(char)) [kind, text] = ["space", rest(/(?:\\\n|[ \t\r\\])+/y)];
    else if (string) [kind, text] = ["string", source.slice(at, endOfString(source, STRING.lastIndex, string[1]))];
    else if ((text = match(NUMBER))) kind = "number";
    else if ((text = match(NAME))) kind = "name";
    else text = match(OPERATOR);
    found.push({ kind, text });
    at += text.length;
  }
  return found;
}

const solid = ({ kind }) => kind !== "space" && kind !== "comment";

/** Numbers that begin a comparison, wrapped. */
function wrapped(all) {
  const words = all.filter(solid);
  const begins = (before) =>
    !before || before.kind === "line" || "([{,=:;".includes(before.text) || OPENS_EXPRESSION.has(before.text);
  for (const [k, part] of words.entries()) {
    if (part.kind !== "number" || !/^[<>]=?$/.test(words[k + 1]?.text)) continue;
    const before = words[k - 1];
    if (begins(before)) part.text = `_left(${part.text})`;
    else if (before.text === "-" && begins(words[k - 2])) {
      before.text = "_left(-";
      part.text += ")";
    }
  }
}

/** A statement with an augmented assignment as a call. */
function written(statement) {
  let depth = 0;
  let [start, operator] = [0, -1];
  for (const [k, { kind, text }] of statement.entries()) {
    if (kind !== "operator") continue;
    if ("([{".includes(text)) depth++;
    else if (")]}".includes(text)) depth--;
    else if (depth === 0 && text === ":" && operator < 0) start = k + 1;
    else if (depth === 0 && AUGMENTED.has(text) && operator < 0) operator = k;
  }
  const text = (from, to) =>
    statement
      .slice(from, to)
      .map((part) => part.text)
      .join("");
  if (operator < 0) return text();
  while (statement[start].kind === "space") start++;
  let end = statement.length;
  while (!solid(statement[end - 1])) end--;
  const value = text(operator + 1, end).trim();
  if (!value) return text(); // which Python will refuse
  const target = text(start, operator).trimEnd();
  const sign = statement[operator].text.slice(0, -1);
  return `${text(0, start)}${target} = _by(${target}, "${sign}", (${value}))${text(end)}`;
}

/** A statement that begins with `while`, with a question before its condition. */
function watched(statement, line) {
  const first = statement.findIndex(solid);
  if (statement[first]?.text !== "while") return;
  let depth = 0;
  for (let k = first + 1; k < statement.length; k++) {
    const part = statement[k];
    if (part.kind !== "operator") continue;
    if ("([{".includes(part.text)) depth++;
    else if (")]}".includes(part.text)) depth--;
    else if (depth === 0 && part.text === ":") {
      statement[first].text = `while _at(${line}) and (`;
      part.text = "):";
      return;
    }
  }
}

/** The source with all three written out. */
export function prepared(source) {
  const all = parts(source);
  wrapped(all);
  let depth = 0;
  let [out, statement] = ["", []];
  let [line, begun] = [1, 1]; // of this part, and of the statement
  for (const part of all) {
    if (!statement.some(solid)) begun = line;
    line += part.text.split("\n").length - 1;
    if (part.kind === "operator" && "([{".includes(part.text)) depth++;
    if (part.kind === "operator" && ")]}".includes(part.text)) depth--;
    if (depth <= 0 && (part.kind === "line" || part.text === ";")) {
      watched(statement, begun);
      out += written(statement) + part.text;
      statement = [];
      depth = 0;
    } else statement.push(part);
  }
  watched(statement, begun);
  return out + written(statement);
}
