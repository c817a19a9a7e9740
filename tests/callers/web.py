"""Who sends requests over HTTP, and looks at what comes back."""

import json
import time

import house
import requests

from odoo.tools import config

FAMILY = ("odoo.exceptions.", "odoo.addons.omni_", "werkzeug.exceptions.")  # errors that are words for the caller


class Browser:
    """Somebody who sends requests to the server of this process."""

    def __init__(self, town, role, key=""):
        self.town, self.role, self.session = town, role, requests.Session()
        self.base = f"http://127.0.0.1:{config['http_port']}"
        self.headers = {}
        if key:
            self.headers = {"X-Odoo-Database": town.database, "Authorization": f"bearer {key}"}
        elif role != "visitor":
            login = {"db": town.database, "login": house.login(role), "password": house.PASSWORD}
            assert self.post("sign in", "/web/session/authenticate", {"params": login}).json()["result"]["uid"]
        else:
            self.session.get(f"{self.base}/web/login?db={town.database}", timeout=60)

    def post(self, what, path, body):
        data = json.dumps({"jsonrpc": "2.0"} | body if "params" in body else body)
        headers = {"Content-Type": "application/json"}
        return self.send(what, "POST", path, data=data, headers=headers)

    def send(self, what, method, path, shown=(), headers=None, **options):
        started = time.monotonic()
        headers = self.headers | (headers or {})
        answer = self.session.request(
            method, self.base + path, headers=headers, timeout=60, allow_redirects=False, **options
        )
        what = f"{self.role} {what}"
        if answer.status_code >= 500:
            self.town.faults.append(f"{what}: {answer.status_code} {answer.text[-300:]}")
        if "json" in answer.headers.get("Content-Type", ""):
            self.look(what, answer.text)
        self.town.hear(self.role, what, started, answer.text, f"{path} {options} {shown}")
        return answer

    def look(self, what, text):
        try:
            answer = json.loads(text, parse_constant=no_json)
        except ValueError:
            self.town.faults.append(f"{what}: is no JSON: {text[:200]}")
            return
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict) and not error["data"]["name"].startswith(FAMILY):
            self.town.faults.append(f"{what}: {error['data']['name']} {error['data']['message'][:200]}")


def no_json(constant):
    raise ValueError(constant)
