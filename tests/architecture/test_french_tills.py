"""In a French company, with Odoo's own chart of accounts and its law for tills: what ours do with tickets is allowed,
and each ticket stays as it was sealed. The tests themselves look at the seals: see `MainCompany` in omni_base's.
"""

import databases
import pytest
import sources

import layers

NAME = "french_tills"
# Tickets that settle web orders, also twice, give back, are parked, were sold offline, and hand over; no browser.
CHOSEN = (
    "/omni_base:TestPaidTwice.test_a_part_of_it",
    "/omni_base:TestPaidTwice.test_paid_online_meanwhile",
    "/omni_base:TestPaidTwice.test_stock_that_moves_when_the_session_closes",
    "/omni_pos:TestSettle.test_settled_and_invoiced",
    "/omni_pos:TestSettle.test_settled_with_the_rights_of_a_till_alone",
    "/omni_pos:TestSettle.test_taken_back_with_the_rights_of_a_till_alone",
    "/omni_stock:TestParkedTicket.test_a_till_that_was_offline_always_posts",
    "/omni_stock:TestParkedTicket.test_paid_it_is_sold_and_nobody_misses_anything",
    "/omni_clickcollect:TestOmniPickupAtTill.test_balance_is_paid_with_the_rights_of_a_till_alone",
    "/omni_clickcollect:TestOmniPickupAtTill.test_what_he_leaves_goes_back_to_the_shop",
)
COMPANY = """
company = env.company
print(json.dumps([company.chart_template, company.country_id.code, company.currency_id.name,
                  company.account_sale_tax_id.amount, company._is_accounting_unalterable(),
                  company.l10n_fr_pos_cert_sequence_id.number_next]))
"""


@pytest.fixture(scope="module", autouse=True)
def france():
    databases.fresh(NAME, sources.addons())
    try:
        # As the company of the demo retailer becomes one.
        yield databases.script(NAME, layers.FRENCH.read_text() + COMPANY)
    finally:
        databases.drop(NAME)


def test_the_company_is_french(france):
    """given the company of the demo retailer, then its chart, currency and taxes are French, and so is the law"""
    assert france == ["fr", "FR", "EUR", 20, True, 1]


def test_tickets_stay_sealed():
    """given tills under French law, when tickets are sold, settled, parked and given back, then the chain is whole"""
    passed = databases.tested(NAME, None, ",".join(CHOSEN)).passed
    assert {test.rpartition(".")[2] for test in passed} == {test.rpartition(".")[2] for test in CHOSEN}
