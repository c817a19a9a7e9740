"""In a French company, with Odoo's own chart of accounts and its law for tills: what ours do with tickets is allowed,
and each ticket stays as it was sealed. The tests themselves look at the seals: see `MainCompany` in omni_base's.
"""

import databases
import pytest
import sources

import layers

NAME = "french_tills"
# Tickets that settle web orders, give back, are parked, sold out of nothing, hand over and earn points; no browser.
CHOSEN = {
    "omni_base": ("TestPaidTwice", "TestShares", "TestWhatGoesBack"),
    "omni_pos": ("TestSettle", "TestHandOver"),
    "omni_stock": ("TestParkedTicket", "TestTicketsOfATill"),
    "omni_clickcollect": ("TestOmniPickupAtTill",),
    "omni_loyalty": ("TestPosOrder",),
}
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
    tags = [f"/{addon}:{name}" for addon, names in CHOSEN.items() for name in names]
    outcome = databases.tested(NAME, None, ",".join(tags))
    ran = {test.rpartition(":")[2].partition(".")[0] for test in outcome.passed}
    assert ran == {name for names in CHOSEN.values() for name in names}
