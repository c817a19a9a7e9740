"""One word for each thing, and rooms with their names on the door: `docs/glossary.md` says which.

Read from the sources: the names of before are gone, and a file of models is read in one sitting. That a method stands
once is checked in `test_defined_once.py`.
"""

import re

import pytest
import sources

# {what it was called, a regular expression: what it is called now}
RENAMED = {
    # Available is what can be sold now; a promise is the row that keeps it, and nothing else.
    "_omni_promises?": "_omni_availability (website), _omni_allocate_and_hold (line), _omni_ready_time (order)",
    "_omni_known|omni_promised": "_omni_prefetched, omni_prefetched",
    "_omni_left": "_omni_available_qty",
    r"pos\.config\.omni_promise|OMNI_PROMISE|omniPromise\w*": "omni_available, OMNI_AVAILABLE, omniAvailable",
    "omni_promised_to": "omni_taken_from",
    # A hold keeps stock, allocation says which store gives what of a line, a shortage is what is missing.
    "_omni_(may_|try_)?keep(_at)?": "_omni_hold, _omni_may_hold, _omni_try_hold, _omni_hold_at_step",
    "_omni_lease": "_omni_extend_matching_hold",
    "_omni_hold_for": "_omni_hold_for_confirmation",
    "omni_take(_usual)?": "omni_hold_take, omni_hold_take_fast",
    "_omni_(share_out|deal_out|share_leg)": "_omni_allocate, _omni_allocate_legs, _omni_allocate_leg",
    "_omni_short(_lines|_words)?": "_omni_shortages, _omni_short_lines_by_warehouse, _omni_shortage_words",
    "_omni_missing": "_omni_cart_shortages",
    "_omni_refused": "_omni_blocking_shortages",
    "_omni_places": "_omni_source_warehouse_ids",
    "_omni_bound": "_omni_fixed_warehouse_ids",
    "_omni_offers": "_omni_serving",
    "NEVER_REFUSE|omni_never_refuse": "REPORT_ONLY, omni_report_only",
    # Models and their files.
    "omni[._]promise[._]news": "omni.promise.push",
    "omni[._]routed": "sale_order_routing.py",
    "omni[._]stock[._]pace": "omni.sales.velocity",
    "omni[._]rate(?![._]limit)": "omni.rate.limit",
    # Pickups.
    "KEPT_FIELDS": "PROTECTED_FIELDS",
    "_dodge": "_reschedule_for_closure",
    "_come_before": "_latest_change",
    "omni_pickup_(when|part|goods|arrival|reslot)": "omni_pickup_schedule, _hand_over, _inbound",
    # What PostgreSQL does is in a schema of its own: `omni_promise.settle()`.
    "omni_(clock|safety_of|quant_free|hold_counts|hold_expiry|kept_from|shortage)": "clock, safety_rules_of, ...",
    "omni_promise_(appear|terms|masters|kept_from|has_kept_from|sells)": "ensure_rows, row_settings, ...",
    "omni_promise_(settle|fold|lock|read|differences|repair|late|correct|excluded|import)": "settle, fold, ...",
}
# Where a word of before is right: what was, and this list.
PAST = {"CHANGELOG.md", "migrations", "former", "i18n", "test_upgrade.py", "test_words.py", "node_modules", "lib"}
WRITTEN = sources.TEXT | {".sql", ".sh", ".toml"}
LONGEST = 300  # lines of a file of models


def written():
    """(path, text) of all that people write here."""
    for folder in ("addons", "config", "docs", "tests"):
        for path in sorted((sources.ROOT / folder).rglob("*")):
            if path.suffix in WRITTEN and not PAST.intersection(path.relative_to(sources.ROOT).parts):
                yield path, path.read_text()
    yield from ((path, path.read_text()) for path in sorted(sources.ROOT.glob("*.md")) if path.name not in PAST)


def test_words_of_before_are_gone():
    """given the table of what was renamed, when all that is written here is read, then no word of before is found"""
    words = {re.compile(rf"\b({before})\b"): now for before, now in RENAMED.items()}
    found = [
        f"{path.relative_to(sources.ROOT)}:{number}: {match[0]} is now {now}"
        for path, text in written()
        for number, line in enumerate(text.splitlines(), 1)
        for before, now in words.items()
        for match in before.finditer(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("addon", sources.addons())
def test_files_of_models_are_short(addon):
    """given an add-on, then none of its files of models has two ideas in it"""
    lengths = {path.name: path.read_text().count("\n") for path in (sources.ADDONS / addon / "models").glob("*.py")}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("addon", sources.bricks())
def test_order_of_import_means_nothing(addon):
    """given a brick, then its models are imported in the order of the alphabet; the base plate's mixins come first"""
    text = (sources.ADDONS / addon / "models/__init__.py").read_text()
    names = re.findall(r"^from \. import (\w+)$", text, re.MULTILINE)
    assert names == sorted(names)
