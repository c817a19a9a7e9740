"""A till whose session is open, for tests that sell over it."""


def open_session(env, code, store, seller):
    """Open a till of `store` for `seller`: its session and the card that it takes."""
    journal = env["account.journal"].create({"name": f"Card {code}", "type": "bank", "code": code})
    card = env["pos.payment.method"].create({"name": "Card", "journal_id": journal.id})
    till = env["pos.config"].create(
        {"name": f"Till {code}", "picking_type_id": store.pos_type_id.id, "payment_method_ids": card.ids}
    )
    session = env["pos.session"].create({"config_id": till.id, "user_id": seller.id})
    session.set_opening_control(0, None)
    return session, card
