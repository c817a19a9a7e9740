"""What a test of an add-on needs is seen from what it calls, and where it runs is chosen by that: no tag is written."""

import addon_tests


class Shop:
    def start_tour(self, url):
        """as Odoo's own"""

    def _go(self, url):
        self._open(f"/shop{url}")

    def _open(self, url):
        for attempt in (url,):
            assert [self.start_tour(part) for part in [attempt]]

    def _count(self):
        return 3


class Clicks(Shop):
    def test_clicked(self):
        self._go("/cart")

    def test_counted(self):
        assert self._count() == 3


def test_a_browser_is_seen_through_helpers():
    """given helpers that call each other, when the last opens a browser, then those that use the first do, too"""
    found = addon_tests.openers(Clicks)
    assert {"_open", "_go", "test_clicked"} <= found
    assert not {"_count", "test_counted"} & found


class Counts(Clicks):
    test_a = test_b = test_c = test_d = test_e = test_f = Shop._count


class CountsAgain(Counts):
    allow_inherited_tests_method = True


def test_a_sample_is_every_fourth_test_from_the_first_on():
    """given a class, then a sample is of its own tests without a browser, and of those that it inherits if they run"""
    assert addon_tests.sample(Counts) == ["test_a", "test_e"]
    assert addon_tests.sample(CountsAgain) == ["test_a", "test_d"]
    assert addon_tests.sample(Clicks) == ["test_counted"]
