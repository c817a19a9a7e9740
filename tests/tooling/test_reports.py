"""The sum at the end of `make test` leaves nothing out: what the runners wrote is read as it was meant."""

import re

import pytest

import reports

HEAD = "2026-01-01 10:00:00,000 7"
TESTS = "odoo.addons.omni_x.tests.test_y"


@pytest.fixture
def log(tmp_path):
    def write(*lines):
        path = tmp_path / "odoo.log"
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


def started(test):
    return f"{HEAD} INFO db {TESTS}: Starting {test} ..."


def test_passed_and_failed(log):
    """given one test that fails with a subtest and one that passes, then each is counted once"""
    outcome = reports.odoo(
        log(
            started("TestY.test_good"),
            started("TestY.test_bad"),
            f"{HEAD} ERROR db {TESTS}: FAIL: Subtest TestY.test_bad (number=1)",
            "Traceback (most recent call last):",
            "AssertionError: 1 != 2",
            f"{HEAD} ERROR db {TESTS}: FAIL: TestY.test_bad",
            f"{HEAD} ERROR db odoo.tests.result: 2 failed, 0 error(s) of 2 tests when loading database 'db'",
        )
    ).settle([])
    assert outcome.passed == {"omni_x/test_y:TestY.test_good"}
    assert list(outcome.failed) == ["omni_x/test_y:TestY.test_bad"]
    assert "AssertionError: 1 != 2" in outcome.failed["omni_x/test_y:TestY.test_bad"]


def test_unexpected_skip_fails(log):
    """given a skipped test, then it is a failure, unless the allow list knows its line"""
    line = f"{HEAD} INFO db {TESTS}: skipped TestY.test_tour : websocket-client module is not installed"
    path = log(started("TestY.test_tour"), line)
    assert list(reports.odoo(path).settle([]).failed) == ["omni_x/test_y:TestY.test_tour"]
    known = reports.odoo(path).settle([re.compile("websocket-client module")])
    assert not known.failed
    assert list(known.skipped) == ["omni_x/test_y:TestY.test_tour"]


def test_unexpected_skip_fails_in_pytest(tmp_path):
    """given a test that pytest skipped, then it is a failure, unless the allow list knows it"""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="tests.e2e.test_x" name="test_a"/>'
        '<testcase classname="tests.e2e.test_x" name="test_b"><skipped message="no browser"/></testcase>'
        "</testsuite></testsuites>"
    )
    outcome = reports.junit(report, tmp_path / "none.log").settle([])
    assert outcome.passed == {"tests.e2e.test_x.test_a"}
    assert list(outcome.failed) == ["tests.e2e.test_x.test_b"]
    assert not reports.junit(report, tmp_path / "none.log").settle([re.compile("no browser")]).failed


def test_logged_error_fails(log):
    """given tests that pass and an error in the log, then it is a failure, unless the allow list knows it"""
    path = log(
        started("TestY.test_good"),
        f"{HEAD} ERROR db odoo.addons.mail.models.mail_mail: failed sending mail",
        f"{HEAD} WARNING db odoo.http: only a warning",
    )
    outcome = reports.odoo(path).settle([])
    assert outcome.passed == {"omni_x/test_y:TestY.test_good"}
    assert len(outcome.failed) == 1
    assert not reports.odoo(path).settle([re.compile("failed sending mail")]).failed


def test_error_of_a_failed_test_counts_once(log):
    """given a tour that fails, then what the browser logged meanwhile is part of that failure"""
    outcome = reports.odoo(
        log(
            started("TestY.test_tour"),
            f"{HEAD} ERROR db {TESTS}.TestY.test_tour.browser: Tour x failed at step y",
            f"{HEAD} ERROR db {TESTS}: ERROR: TestY.test_tour",
        )
    ).settle([])
    assert list(outcome.failed) == ["omni_x/test_y:TestY.test_tour"]


def test_class_that_cannot_be_set_up(log):
    """given a class whose set-up fails, then it is one failure, and its tests are not reported as forgotten as well"""
    outcome = reports.odoo(log(f"{HEAD} ERROR db odoo.tests.suite: ERROR: setUpClass ({TESTS}.TestY)")).settle([])
    assert list(outcome.failed) == ["omni_x/test_y:TestY.setUpClass"]
    assert not reports.never_ran([outcome], {"omni_x/test_y:TestY.test_a", "omni_x/test_y:TestY.test_b"})


def test_forgotten_test_fails(log, tmp_path):
    """given a test file that nothing imports, when its add-on's tests run, then its tests are failures"""
    tests = tmp_path / "omni_x/tests"
    tests.mkdir(parents=True)
    (tests / "test_y.py").write_text("class TestY:\n    def test_good(self): ...\n    def helper(self): ...\n")
    (tests / "test_z.py").write_text("class TestZ:\n    def test_lost(self): ...\n")
    outcome = reports.odoo(log(started("TestY.test_good"))).settle([])
    assert list(reports.never_ran([outcome], reports.declared([tmp_path / "omni_x"]))) == [
        "omni_x/test_z:TestZ.test_lost"
    ]
    elsewhere = reports.Outcome({"omni_x/test_z:TestZ.test_lost"})
    assert not reports.never_ran([outcome, elsewhere], reports.declared([tmp_path / "omni_x"]))


def test_inherited_tests_are_their_heirs(tmp_path):
    """given stories that two classes inherit and run, when tests are counted, then they are those of the two"""
    tests = tmp_path / "omni_x/tests"
    tests.mkdir(parents=True)
    (tests / "test_y.py").write_text(
        "class Stories:\n    allow_inherited_tests_method = True\n    def test_a(self): ...\n"
        "class TestOnPhone(Stories, HttpCase): ...\nclass TestOnDesktop(Stories, HttpCase): ...\n"
    )
    expected = {f"omni_x/test_y:Test{where}.test_a" for where in ("OnPhone", "OnDesktop")}
    assert reports.declared([tmp_path / "omni_x"]) == expected


def test_javascript(log, tmp_path):
    """given unit tests for the browser, then those that passed are counted, and those that nothing runs are named"""
    line = f"{HEAD} INFO db {TESTS}.TestY.test_unit.browser: Passed 12 tests (40 assertions, total time: 3 s)"
    assert reports.odoo(log(started("TestY.test_unit"), line)).javascript == 12
    addon = tmp_path / "omni_x"
    (addon / "static/tests/unit").mkdir(parents=True)
    (addon / "static/tests/unit/desk.test.js").write_text("")
    (addon / "tests").mkdir()
    assert len(reports.unrun_javascript([addon])) == 1
    (addon / "tests/test_js.py").write_text('self.browser_js("/web/tests?headless")')
    assert not reports.unrun_javascript([addon])


def test_allow_list_says_why(tmp_path):
    """given an allow list, then each rule stands under its own reason"""
    path = tmp_path / "allowed.txt"
    path.write_text("# because\nsome error\n\n# because of that\nanother\n")
    assert [rule.pattern for rule in reports.allowed(path)] == ["some error", "another"]
    path.write_text("# because\nsome error\nanother\n")
    with pytest.raises(ValueError, match="allowed.txt:3"):
        reports.allowed(path)
