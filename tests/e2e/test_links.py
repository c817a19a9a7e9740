"""Links in mails, codes and documents lead to the server that serves them, on whatever port."""

import database
import environment
import layers

NAME = "omni_links"


def test_links_lead_to_the_server_that_serves():
    """given letters written on one port, when the database is served on another one, then their links lead there; those
    to other places, and an address that somebody has fixed, stay
    """
    env = environment.ready(test=True)
    database.copy(env, database.template(env, layers.layers(["omni_base"])[:1]), NAME)
    try:
        database.lead_to(env, NAME, 8069)
        body = '<a href="http://127.0.0.1:8069/my">yours</a> <a href="https://shop.example/my">ours</a>'
        database.query(
            env, NAME, f"INSERT INTO mail_message (message_type, body) VALUES ('comment', '{body}'), ('comment', NULL)"
        )
        database.lead_to(env, NAME, 8123)
        assert _address(env) == "http://127.0.0.1:8123"
        found = database.query(env, NAME, "SELECT body FROM mail_message WHERE body LIKE '%shop.example%'")
        assert found == [[body.replace("8069", "8123")]]
        database.query(env, NAME, "INSERT INTO ir_config_parameter (key, value) VALUES ('web.base.url.freeze', 'True')")
        database.lead_to(env, NAME, 8124)
        assert _address(env) == "http://127.0.0.1:8123"
    finally:
        database.drop(env, NAME)


def _address(env):
    [[value]] = database.query(env, NAME, "SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'")
    return value
