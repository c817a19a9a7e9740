from odoo import api, models

DESCRIBED_BY = {
    "description",
    "discount",
    "discount_applicability",
    "discount_max_amount",
    "discount_mode",
    "discount_product_category_id",
    "discount_product_domain",
    "discount_product_ids",
    "discount_product_tag_id",
    "reward_product_id",
    "reward_product_tag_id",
    "reward_type",
}


class LoyaltyReward(models.Model):
    """Core writes what a reward is ("5 € on your order") in the language of whoever sets it up, and customers of every
    other language read that on baskets, orders and tickets. Here core's words are kept in each language that is used.
    """

    _inherit = "loyalty.reward"

    @api.model_create_multi
    def create(self, vals_list):
        rewards = super().create(vals_list)
        rewards._omni_describe()
        return rewards

    def write(self, vals):
        result = super().write(vals)
        if DESCRIBED_BY & vals.keys():
            self._omni_describe(renew=True)
        return result

    def _omni_describe(self, renew=False):
        """Say in each other language, and on tickets, what core's own words say in this one. The retailer's own words
        are left alone.

        :param bool renew: also where there is a translation, of what the reward was before
        """
        here = self.env.lang or "en_US"
        others = [code for code, _name in self.env["res.lang"].get_installed() if code != here]
        for reward in self:
            if reward.description != reward._omni_core_words():
                continue
            if reward.discount_line_product_id.name != reward.description:
                reward.discount_line_product_id.name = reward.description
            for code in others:
                there = reward.with_context(lang=code)
                words = there._omni_core_words()
                is_untranslated = there.description in (reward.description, reward.with_context(lang=None).description)
                if words != there.description and (renew or is_untranslated):
                    # core's write, without ours, names the product after it, in this language
                    super(LoyaltyReward, there).write({"description": words})  # pylint: disable=super-method-mismatch

    def _omni_core_words(self):
        """Return how core describes this reward in the language of the context."""
        draft = self.new({name: self[name] for name in DESCRIBED_BY - {"description"} | {"program_id"}})
        draft._compute_description()
        return draft.description
