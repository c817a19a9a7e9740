"""Who acts in the demo, and where: for the scripts of all add-ons, which may run without its people too."""


def by_manager(env):
    """Return the environment of the retailer's manager."""
    return env(user=(env.ref("omni_base.demo_user_manager", raise_if_not_found=False) or env.user).id)


def shops_of(env):
    """Return the stores with a till (``stock.warehouse``)."""
    # sudo: which warehouses are shops
    return env["pos.config"].sudo().search([]).picking_type_id.warehouse_id.sudo(False)
