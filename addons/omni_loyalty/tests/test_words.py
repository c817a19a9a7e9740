from odoo.tests import HttpCase, tagged

from .common import LoyaltyCommon

GENERATED = {"en_US": "on your order", "fr_FR": "sur votre commande"}


@tagged("post_install", "-at_install")
class TestWords(HttpCase, LoyaltyCommon):
    """What customers read of the loyalty program, in their language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def _words(self, record, name):
        return {code: record.with_context(lang=code)[name] for code in GENERATED}

    def _assert_said(self, reward):
        """The reward and the product that stands for it on orders and tickets, in both languages."""
        for record, name in ((reward, "description"), (reward.discount_line_product_id, "name")):
            for code, words in self._words(record, name).items():
                self.assertIn(GENERATED[code], words)

    def test_ready_program_speaks_french(self):
        self.env["ir.module.module"]._load_module_terms(["omni_loyalty"], ["fr_FR"])
        self._assert_said(self.reward)
        program = self.program.with_context(lang="fr_FR")
        self.assertEqual(program.name, "Carte de fid\u00e9lit\u00e9")

    def test_a_reward_is_said_in_every_language_when_it_is_made_changed_or_costs_another_money(self):
        reward = self.env["loyalty.reward"].create({"program_id": self.program.id, "discount": 10})
        self._assert_said(reward)
        reward.discount = 20
        self._assert_said(reward)
        self.assertIn("20", self._words(reward, "description")["fr_FR"])
        reward.with_context(lang="fr_FR").write({"discount": 30, "description": "30% sur votre commande"})
        self._assert_said(reward)
        self.assertIn("30", self._words(reward.discount_line_product_id, "name")["en_US"])

    def test_the_retailers_own_words_stay(self):
        reward = self.env["loyalty.reward"].create({"program_id": self.program.id, "description": "A present"})
        self.assertEqual(set(self._words(reward, "description").values()), {"A present"})
        reward.with_context(lang="fr_FR").description = "Un cadeau"
        self.assertEqual(self._words(reward, "description"), {"en_US": "A present", "fr_FR": "Un cadeau"})
        reward._omni_describe()
        self.assertEqual(self._words(reward, "description"), {"en_US": "A present", "fr_FR": "Un cadeau"})

    def test_a_language_that_comes_later(self):
        german = self.env["res.lang"]._activate_lang("de_DE")
        self.assertTrue(german.active)
        words = self.reward.with_context(lang="de_DE").description
        self.assertNotIn("your order", words)

    def test_points_with_the_marks_of_the_language(self):
        card = self._card(self.customer)
        french = card.with_context(lang="fr_FR")
        plain = lambda text: text.replace("\u202f", " ").replace("\u00a0", " ")
        for points, english, here in (
            (1659.8, "1,659.80 points", "1 659,80 points"),
            (158.99999999999997, "159 points", "159 points"),
            (-0.001, "0 points", "0 points"),
            (12, "12 points", "12 points"),
        ):
            with self.subTest(points=points):
                self.assertEqual(card._format_points(points), english)
                self.assertEqual(plain(french._format_points(points)), here)

    def test_sums_of_fractions_leave_nothing_behind(self):
        card = self._card(self.customer)
        for points in (119.7, 39.2, 0.1):
            card.points += points
        self.assertEqual(card.points, 159.0)
        self._assert_right(card)

    def test_the_customers_page_in_french(self):
        self.env["ir.module.module"]._load_module_terms(["omni_loyalty"], ["fr_FR"])
        self.website.language_ids += self.env.ref("base.lang_fr")
        self._card(self.shopper.partner_id, 1659.8)
        self.authenticate("ly_shopper", "ly_shopper")
        page = self.url_open("/fr/my/points").text.replace("\u202f", " ").replace("\u00a0", " ")
        self.assertIn("1 659,80 points", page)
        self.assertIn("sur votre commande", page)
        self.assertNotIn("your order", page)
