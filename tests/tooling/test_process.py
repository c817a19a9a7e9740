"""A failure shows the lines of the log that tell why, and ends with one sentence that says what to do."""

import os

import pytest

import process
from progress import Problem


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log/a.log"


def test_the_last_error_is_shown(log):
    """given a program that logs much and fails, when it ended, then the details begin with its last error"""
    script = "echo start; echo 'x ERROR first'; echo 'x INFO noise'; echo 'x ERROR second'; echo cause; exit 3"
    with pytest.raises(Problem, match="^It failed: do this") as caught:
        process.run(["sh", "-c", script], "It failed: do this", log)
    assert [line.strip() for line in caught.value.details.splitlines()] == ["x ERROR second", "cause"]


def test_a_full_disk_is_told_apart(log):
    """given a program that fails for want of space, when it ended, then the sentence is about the disk"""
    with pytest.raises(Problem, match="^The disk is full"):
        process.run(["sh", "-c", "echo 'write: No space left on device'; exit 1"], "It failed: do this", log)


def test_a_missing_program_is_named(log):
    """given a program that is not there, when it is to run, then the sentence names it"""
    with pytest.raises(Problem, match="no-such-program"):
        process.run(["no-such-program"], "It failed: do this", log)


def test_another_process_is_not_ours():
    """given a number that another process has now, when it is looked at, then it does not count as the one recorded"""
    assert process.alive(os.getpid())
    assert not process.alive(os.getpid(), "no such words in this command line")
