{
    "name": "Omnichannel Point of Sale",
    "summary": "The till finds web orders of its store, takes their payment or hands them over, and knows the customer",
    "version": "19.0.1.1.0",
    "category": "Sales/Omnichannel",
    "author": "Omnichannel Retail contributors",
    "license": "LGPL-3",
    "depends": ["omni_base"],
    "data": ["views/stock_picking_views.xml"],
    "assets": {
        "point_of_sale._assets_pos": ["omni_pos/static/src/till/**/*"],
        "web.assets_tests": ["omni_pos/static/tests/tours/**/*"],
    },
    "application": True,
}
