{
    "name": "Omnichannel Click and Collect",
    "summary": "From the web to the store: stock of the shops, pickups, the pickup desk and its mails",
    "version": "19.0.1.0.0",
    "category": "Sales/Omnichannel",
    "author": "Omnichannel Retail contributors",
    "license": "LGPL-3",
    "depends": ["omni_base", "website_sale_collect", "barcodes"],
    "data": [
        "security/omni_clickcollect_security.xml",
        "security/ir.model.access.csv",
        "data/mail_template_data.xml",
        "views/omni_pickup_views.xml",
        "views/omni_pickup_desk.xml",
        "views/stock_warehouse_views.xml",
        "views/product_page_templates.xml",
        "views/pickup_page_templates.xml",
        "views/sale_portal_templates.xml",
    ],
    "assets": {
        "web.assets_backend": ["omni_clickcollect/static/src/desk/**/*"],
        "web.assets_frontend": [
            "omni_clickcollect/static/src/shop_stock/**/*",
            "omni_clickcollect/static/src/location_selector/**/*",
        ],
        "web.assets_tests": ["omni_clickcollect/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
}
