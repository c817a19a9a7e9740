{
    "name": "Omnichannel Stock",
    "summary": "One stock that no two channels can sell twice: holds, and what can be promised now",
    "version": "19.0.1.0.0",
    "category": "Sales/Omnichannel",
    "author": "Omnichannel Retail contributors",
    "license": "LGPL-3",
    "depends": ["omni_base"],
    "external_dependencies": {"python": ["highspy"]},
    "data": [
        "security/omni_stock_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "views/omni_hold_views.xml",
        "views/omni_channel_views.xml",
        "views/website_sale_templates.xml",
    ],
    "assets": {
        "web.assets_frontend": ["omni_stock/static/src/interactions/**/*"],
        "web.assets_tests": ["omni_stock/static/tests/tours/**/*"],
    },
    "application": False,
}
