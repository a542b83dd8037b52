// The editor itself: CodeMirror with what writing Python needs.

const {
  bracketMatching,
  classHighlighter,
  defaultKeymap,
  EditorState,
  EditorView,
  history,
  historyKeymap,
  indentLess,
  indentMore,
  indentOnInput,
  indentUnit,
  keymap,
  lineNumbers,
  python,
  StreamLanguage,
  syntaxHighlighting,
} = globalThis.CodeMirror;

const KEYS = "Control and Enter run it. Escape, then Tab leaves.";

/** A view of a text. label : what is written there; run, typed : are called when asked to run, and after a change. */
export function typing({ text, label, run, typed }) {
  const own = [
    { key: "Mod-Enter", run: () => (run(), true) },
    { key: "Tab", run: indentMore, shift: indentLess },
  ];
  return new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([...own, ...defaultKeymap, ...historyKeymap]),
        history(),
        lineNumbers(),
        StreamLanguage.define(python),
        syntaxHighlighting(classHighlighter),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        indentOnInput(),
        bracketMatching(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": `${label}. ${KEYS}`, spellcheck: "false" }),
        EditorView.updateListener.of((update) => update.docChanged && typed()),
      ],
    }),
  });
}
