"""Which worker of pytest-xdist runs which tests, for a run of several."""

from xdist.scheduler import LoadScopeScheduling

from tests.book.pages import view_of


class PagesTogether(LoadScopeScheduling):
    """All questions to one page go to one worker: to open it takes longer than most of them. So do those to one of the
    three engines, and to hosts. Others go one by one.

    What --dist loadgroup is for, which under pytest 9.2 groups nothing (pytest-xdist #1386).
    """

    def __init__(self, config, log):
        config.option.loadscopereorder = False  # the order of conftest.py is meant
        super().__init__(config, log)

    def _split_scope(self, nodeid):
        if nodeid.startswith("tests/engines/"):
            return nodeid.rpartition("-")[2]  # one browser is started by one worker
        if nodeid.startswith("tests/hosts/"):
            return nodeid.partition("::")[0]  # and a server that several hosts share
        return str(view_of(nodeid) or nodeid)
