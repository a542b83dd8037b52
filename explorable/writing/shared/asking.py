"""What an exercise says of itself: its task, its hint, and then its solution.

Each is a dictionary of headline and notes; a note is (title, text) or (title, text, kind), kind "code" or "list".
"""


def about(task, headline):
    """The task, for display."""
    names = ", ".join([f"`{name}`" for name in task.returns])
    arguments = ", ".join(task.arguments)
    notes = [
        ("", f"{task.task} Write a function of `({arguments})` that returns {names}."),
        ("It takes", [f"`{name}`: {meaning}" for name, meaning in task.arguments.items()], "list"),
        ("It returns", [f"`{name}`: {meaning}" for name, meaning in task.returns.items()], "list"),
        ("", f"Then: `{task.address}.check(your_function)`"),
    ]
    return {"headline": headline, "notes": notes, "tone": ""}


def hint(task):
    again = f"For the solution: `{task.address}.solution()`"
    return {"headline": f"Hint for `{task.address}`", "notes": [("", task.help), ("", again)], "tone": ""}


def solution(task):
    return {"headline": f"Solution of `{task.address}`", "notes": [("", task.source, "code")], "tone": ""}
