{
    "name": "Omnichannel Figures",
    "summary": "Sales by channel of origin and of fulfilment, for managers",
    "version": "19.0.1.1.0",
    "category": "Sales/Omnichannel",
    "author": "Omnichannel Retail contributors",
    "license": "LGPL-3",
    "depends": ["omni_base", "spreadsheet_dashboard"],
    "data": [
        "security/omni_bi_security.xml",
        "security/ir.model.access.csv",
        "views/omni_sales_analysis_views.xml",
        "views/omni_sales_page_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["omni_bi/static/src/**/*"],
        "web.assets_tests": ["omni_bi/static/tests/tours/**/*"],
    },
    "application": True,
}
