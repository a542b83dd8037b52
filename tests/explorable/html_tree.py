"""Reads HTML strictly and finds elements in it."""

from html.parser import HTMLParser

VOID = {"input", "br"}


class Node:
    """An element of parsed HTML: tag, attributes, children, and all the text inside."""

    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent, self.children, self.words = (
            tag,
            dict(attributes),
            parent,
            [],
            [],
        )

    def __getitem__(self, name):
        return self.attributes[name]

    @property
    def text(self):
        return "".join(part if isinstance(part, str) else part.text for part in self.words)

    def all(self, tag=None, **wanted):
        """Every element inside with this tag and these attributes (`cls` is one of its classes)."""
        for child in self.children:
            if child.fits(tag, wanted):
                yield child
            yield from child.all(tag, **wanted)

    def one(self, tag=None, **wanted):
        (found,) = self.all(tag, **wanted)
        return found

    def fits(self, tag, wanted):
        classes = self.attributes.get("class", "").split()
        return tag in (None, self.tag) and all(
            value in classes if name == "cls" else self.attributes.get(name.replace("_", "-")) == value
            for name, value in wanted.items()
        )


class Tree(HTMLParser):
    """Reads HTML strictly: every element that opens must close, in order."""

    def __init__(self, text):
        super().__init__()
        self.root = self.here = Node("root", [], None)
        self.feed(text)
        self.close()
        assert self.here is self.root, f"<{self.here.tag}> is not closed"

    def handle_starttag(self, tag, attributes):
        assert len(attributes) == len(dict(attributes)), f"<{tag}> has an attribute twice"
        node = Node(tag, attributes, self.here)
        self.here.children.append(node)
        self.here.words.append(node)
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag):
        assert tag == self.here.tag, f"</{tag}> closes <{self.here.tag}>"
        self.here = self.here.parent

    def handle_data(self, data):
        self.here.words.append(data)
