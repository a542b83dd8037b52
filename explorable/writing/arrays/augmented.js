// `x *= 2` writes into the array x, as NumPy does it. MicroPython knows in-place methods for += and -= alone and would
// make a new array; so these statements become calls of `_by`, each in its line.

const STATEMENT = /[ \t]*([A-Za-z_]\w*)[ \t]*(\*\*|\/\/|>>|<<|[*/%@&|^])=(?!=)/y;
const STRING = /[rbfuRBFU]{0,2}("""|'''|"|')/y;

/** Where a string ends that begins with this quote at `at`. */
function stringEnd(text, at, quote) {
  for (let k = at; k < text.length; k++) {
    if (text[k] === "\\") k++;
    else if (text.startsWith(quote, k)) return k + quote.length;
    else if (text[k] === "\n" && quote.length === 1) return k; // an error that Python will tell
  }
  return text.length;
}

/** Where the logical line that `at` lies in ends: its newline, comment or semicolon. */
function lineEnd(text, at) {
  let depth = 0;
  let k = at;
  while (k < text.length) {
    STRING.lastIndex = k;
    const string = /\w/.test(text[k - 1] ?? "") ? null : STRING.exec(text);
    if (string) k = stringEnd(text, k + string[0].length, string[1]);
    else if (text[k] === "\\" && text[k + 1] === "\n") k += 2;
    else if (depth === 0 && "\n#;".includes(text[k])) return k;
    else {
      if (text[k] === "#") k = text.indexOf("\n", k) < 0 ? text.length : text.indexOf("\n", k);
      else {
        if ("([{".includes(text[k])) depth++;
        if (")]}".includes(text[k])) depth--;
        k++;
      }
    }
  }
  return k;
}

/** The text with `name OP= value` written as `name = _by(name, "OP", (value))`. */
export function augmented(text) {
  let made = "";
  let at = 0;
  while (at < text.length) {
    STATEMENT.lastIndex = at;
    const found = STATEMENT.exec(text);
    const from = found ? STATEMENT.lastIndex : at;
    const end = lineEnd(text, from);
    const indent = found ? found[0].match(/^[ \t]*/)[0] : "";
    const value = text.slice(from, end);
    made += found ? `${indent}${found[1]} = _by(${found[1]}, "${found[2]}", (${value.trim()}))` : value;
    at = end;
    if (text[at] === "#") {
      const rest = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
      made += text.slice(at, rest);
      at = rest;
    }
    if (at < text.length) made += text[at++];
  }
  return made;
}
