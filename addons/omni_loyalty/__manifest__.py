{
    "name": "Omnichannel Loyalty",
    "summary": "One balance of points, earned and spent online and in the shops, with a ledger of every movement",
    "version": "19.0.1.1.0",
    "category": "Sales/Omnichannel",
    "author": "Omnichannel Retail contributors",
    "license": "LGPL-3",
    "depends": ["omni_base", "pos_loyalty", "website_sale_loyalty"],
    "data": [
        "security/ir.model.access.csv",
        "security/omni_loyalty_security.xml",
        "data/loyalty_program_data.xml",
        "views/omni_loyalty_entry_views.xml",
        "views/loyalty_card_views.xml",
        "views/portal_templates.xml",
    ],
    "assets": {
        "web.assets_tests": ["omni_loyalty/static/tests/tours/**/*"],
    },
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
}
