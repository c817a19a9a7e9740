from datetime import UTC, date, datetime
from types import SimpleNamespace

from odoo.tests import BaseCase, TransactionCase

from ..exceptions import InvalidInput
from ..tools import inputs

ENDLESS = [float("nan"), float("inf"), -float("inf"), 10**400, 1e300]
TEXTS = ["", "x", "٣", "²", "\0", "9" * 5000]
NONSENSE = [*ENDLESS, *TEXTS, 2**31, 2**63, -1, 0, 1.5, True, None, b"1", [], [1], {}, {"a": 1}, object()]


class TestInputs(BaseCase):
    def setUp(self):
        super().setUp()
        self.caller = SimpleNamespace(_=lambda words, *args, **names: words % (args or names))

    def refused(self, read, values, *args, **names):
        for value in values:
            with self.subTest(value=repr(value)[:60]), self.assertRaises(InvalidInput):
                read(self.caller, value, *args, **names)

    def test_an_id_is_a_whole_number_that_the_database_can_hold(self):
        """given anything as an id, when it is read, then a whole number in ASCII digits is one, and nothing else"""
        self.assertEqual([inputs.id_or_none(value) for value in (1, "12", 2**31 - 1)], [1, 12, 2**31 - 1])
        self.assertEqual({inputs.id_or_none(value) for value in NONSENSE}, {None})
        self.refused(inputs.record_id, NONSENSE)
        self.assertEqual(inputs.record_id(self.caller, 12), 12)
        self.refused(inputs.record_id, ["12"])
        self.refused(inputs.record_ids, [[value] for value in NONSENSE])
        self.refused(inputs.record_ids, [[1, 2, 3]], most=2)

    def test_pairs_have_an_end(self):
        """given products and stores, when there are too many pairs of them, then they are refused before any is made"""
        self.assertEqual(inputs.pairs(self.caller, (1, 2), [3]), ([1, 2], [3]))
        with self.assertRaises(InvalidInput):
            inputs.pairs(self.caller, range(1, 10_000), range(1, 12))
        with self.assertRaises(InvalidInput):
            inputs.pairs(self.caller, range(1, 10**12), [1])

    def test_a_quantity_has_an_end(self):
        """given anything as a quantity, when it is read, then only numbers above zero that have an end are one"""
        self.assertEqual([inputs.quantity(self.caller, value) for value in (1, 0.5)], [1.0, 0.5])
        self.assertEqual(inputs.quantity(self.caller, 0, zero=True), 0.0)
        self.refused(inputs.quantity, [*ENDLESS, *TEXTS, True, 0, -1, 10**9 + 1, None, [], {}, "1"])

    def test_a_number_is_between_two_others(self):
        """given anything as a page's number, when it is read, then only whole numbers of its range are one"""
        self.assertEqual(inputs.whole(self.caller, 0, 0, 200), 0)
        self.refused(inputs.whole, [*ENDLESS, *TEXTS, 201, -1, 1.0, True, None, [], {}], 0, 200)
        self.refused(inputs.number, [*ENDLESS, *TEXTS, None, True, [], 7], 0, 6)

    def test_a_text_is_cut_and_can_be_kept(self):
        """given any text, when it is read, then it is short, and without what PostgreSQL or UTF-8 cannot keep"""
        self.assertEqual(inputs.text(self.caller, "  Zoé \n"), "Zoé")
        self.assertEqual(inputs.text(self.caller, None) + inputs.text(self.caller, False), "")
        self.assertEqual(inputs.text(self.caller, "a\0b\ud800c"), "abc")
        self.assertEqual(inputs.text(self.caller, "é" * 10**6, most=20), "é" * 20)
        self.refused(inputs.text, [1, 1.5, True, [], ["a"], {}, b"a"])
        self.assertEqual({inputs.text_of(value) for value in (1, 1.5, True, [], ["a"], {}, b"a", None)}, {""})

    def test_a_key_is_never_cut(self):
        """given anything as a step's key, when it is read, then only a short text in plain signs is"""
        self.assertEqual(inputs.key(self.caller, "a-key-01", least=8), "a-key-01")
        self.refused(inputs.key, [*TEXTS[2:], "", "a" * 65, "a\nb", "\ud800", None, 1, [], {}])
        self.refused(inputs.key, ["short"], least=8)

    def test_a_choice_is_one_of_the_choices(self):
        """given anything as a choice, when it is read, then only one of the texts is"""
        self.assertEqual(inputs.choice(self.caller, "a", ["a", "b"]), "a")
        self.refused(inputs.choice, ["c", "", None, 1, [], {}, ["a"]], ["a", "b"])

    def test_a_demand_is_rows_of_products_and_quantities(self):
        """given anything as a demand, when it is read, then only bounded rows of a product and a quantity are one"""
        self.assertEqual(inputs.demand(self.caller, [[5, 2], (6, 1.5)]), [(5, 2.0), (6, 1.5)])
        self.refused(inputs.demand, [*filter(None, NONSENSE), None, "ab"])
        self.refused(inputs.demand, [[row] for row in (1, [1], [1, 2, 3], "ab", {1: 2, 3: 4}, [1, None], ["x", 1])])
        self.refused(inputs.demand, [[[1, 1]] * 3, ([1, 1] for _endless in iter(int, 1))], most=2)

    def test_a_demand_in_stores_adds_up(self):
        """given rows of one product in one store, when they are read, then they add up, in a fixed order"""
        asked = inputs.demand_by_store(self.caller, [[7, 1, 2], [5, 1, 1], (7, 1, 0.5)])
        self.assertEqual(list(asked.items()), [((5, 1), 1.0), ((7, 1), 2.5)])
        self.refused(inputs.demand_by_store, [*filter(None, NONSENSE), [[1, 2]], [[1, "x", 1]], [[1, 1, 0]]])

    def test_quantities_of_lines(self):
        """given quantities by the lines' ids, when they are read, then ids may be text, and a quantity zero"""
        self.assertEqual(inputs.quantities_by_id(self.caller, {"5": 1, 6: 0}), {5: 1.0, 6: 0.0})
        self.refused(inputs.quantities_by_id, [[1], "a", {"x": 1}, {"5": -1}, {"5": "1"}, {"5": float("nan")}])

    def test_values_by_names(self):
        """given anything as values by names, when it is read, then only a dictionary of bounded size is"""
        self.assertEqual(inputs.named(self.caller, {"a": []}), {"a": []})
        self.assertEqual(inputs.named(self.caller, None), {})
        self.refused(inputs.named, [[], [1], "a", 1, True, dict.fromkeys(range(20_000))])

    def test_dates(self):
        """given anything as a date, when it is read, then only days that a calendar reaches are one"""
        self.assertEqual(inputs.day(self.caller, "2026-03-02"), date(2026, 3, 2))
        self.assertEqual(inputs.moment(self.caller, "2026-03-02 10:00:00"), datetime(2026, 3, 2, 10))
        self.assertEqual(inputs.moment(self.caller, date(2026, 3, 2)), datetime(2026, 3, 2))
        self.assertEqual(inputs.moment(self.caller, datetime(2026, 3, 2, 10, tzinfo=UTC)), datetime(2026, 3, 2, 10))
        for read in (inputs.day, inputs.moment):
            self.refused(read, [*NONSENSE, "0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "a" * 10**6])


class TestInputRecords(TransactionCase):
    def test_a_record_or_its_id(self):
        """given a record, an id or nothing, when a contract takes it, then it is a record; nonsense is refused"""
        channels, channel = self.env["omni.channel"], self.env["omni.channel"].search([], limit=1)
        self.assertEqual(inputs.record(channels, channel), channel)
        self.assertEqual(inputs.record(channels, channel.id), channel)
        self.assertFalse(inputs.record(channels, None) | inputs.record(channels, False))
        for value in (*filter(None, NONSENSE), [], {}, self.env.user):
            with self.subTest(value=repr(value)[:60]), self.assertRaises(InvalidInput):
                inputs.record(channels, value)

    def test_a_record_that_is_found(self):
        """given an id, when its record is not there for the caller, then they read the words that they were meant to"""
        channel = self.env["omni.channel"].search([], limit=1)
        self.assertEqual(inputs.found(channel.browse(), channel.id, "No."), channel)
        self.assertEqual(inputs.found(channel.browse(), channel, "No."), channel)
        for value in (*NONSENSE, 2**31 - 1, self.env.user):
            with self.subTest(value=repr(value)[:60]), self.assertRaisesRegex(InvalidInput, "^No\\.$"):
                inputs.found(channel.browse(), value, "No.")

    def test_the_records_that_a_method_is_called_on(self):
        """given ids over RPC, when a public method is called on them, then ids that cannot be are refused"""
        partners = self.env["res.partner"]
        self.assertEqual(inputs.called_on_one(self.env.user), self.env.user)
        self.assertEqual(len(inputs.called_on_one(partners.new())), 1)
        self.assertFalse(inputs.called_on(partners))
        for ids in ([2**31], [2**63], ["5"], "ab", [True], [1.5], [None], [[1]], [{}], [-1], [0]):
            with self.subTest(ids=ids), self.assertRaises(InvalidInput):
                inputs.called_on(partners.browse(ids))
        for ids in ([], [1, 2]):
            with self.subTest(ids=ids), self.assertRaises(InvalidInput):
                inputs.called_on_one(partners.browse(ids))
