"""Opens every menu of ours in the demo retailer, as its manager, on a desktop and on a phone, in English and in French.

    python3 tests/e2e/look_at_demo.py [DATABASE] [MENU]

Looks at a copy of the database (`demo`, made by `make demo`); MENU: a part of the name of the menus to open, else all.
On a desktop the first row of each list is opened as well. Keeps a picture of each in `.omni/pictures/demo`, and ends
with what is wrong: an empty page, a word that only a programmer knows, a page wider than the screen, a heading that is
not translated, an error.
"""

import re
import sys

import demo_copy

LANGUAGES = ("en_US", "fr_FR")
# What only a programmer reads: names of fields and models, forgotten values, placeholders that were not filled.
CRYPTIC = re.compile(
    r"\b[a-z]+(?:_[a-z0-9]+)+\b|\b(?:omni|sale|pos|stock|res|product)\.[a-z.]+[a-z]\b|\[object|%\(\w+\)s|%s\b|\{\{|\}\}"
    r"|\b(?:undefined|null|NaN|None|False|True)\b"
)
# Where the rows of a view are, whatever kind it is.
ROWS = """
    .o_data_row, .o_kanban_record:not(.o_kanban_ghost), .o_graph_renderer canvas, .o_pivot tbody td, .fc-event,
    .o_form_view .o_field_widget, .o_omni_stock_page tbody tr, .o_omni_pickup_card, [data-section] td
"""
FIRST = ".o_action:not(:has(.o_form_view)) :is(.o_data_cell, .o_kanban_record:not(.o_kanban_ghost))"
EMPTY = ".o_view_nocontent, .o_nocontent_help"
BUSY = ".o_loading_indicator, .fa-spin"
ERROR = ".o_error_dialog"
HEADINGS = """
    .o_breadcrumb .active, .o_list_table th, .o_form_label, .o_horizontal_separator, .o_facet_values, .o_group_name,
    .o_form_statusbar button, .o_action_manager h2, .o_action_manager h3, .o_notebook .nav-link
"""
# Words that are the same in both languages.
SAME = {"Action", "Client", "Code", "Date", "Message", "Minutes", "Note", "Points", "Simulation", "Total", "Type"}


class Look:
    """One person's walk through the menus; ``faults`` is what was wrong, ``headings`` what was read, by picture."""

    def __init__(self, shop, chosen):
        self.shop, self.chosen, self.faults, self.headings = shop, chosen, [], {}
        self.pictures = shop.env.work / "pictures/demo"
        self.pictures.mkdir(parents=True, exist_ok=True)

    def walk(self, language, screen):
        page = self.shop.visitor("manager", screen)
        page.on("response", lambda answer: answer.status >= 500 and self.wrong(answer.url, "answers with an error"))
        page.on("pageerror", lambda error: self.wrong(page.url, f"a script fails: {error}"))
        for number, (menu, action) in enumerate(self.menus(page), 1):
            if self.chosen in menu:
                name = f"{number:02d}-{menu}-{{}}{language[:2]}-{screen}"
                print(name.format(""), file=sys.stderr, flush=True)
                page.goto(f"/odoo/action-{action}")
                self.look(page, name.format(""))
                row = page.locator(FIRST).locator("visible=true").first
                if screen == "1366" and row.count():
                    row.click()
                    page.wait_for_timeout(1500)
                    if page.locator(".o_form_view").count():
                        self.look(page, name.format("one-"))
        page.context.close()

    def menus(self, page):
        """Every menu of ours with a page, as this person sees them: ``[(short name, id of its action)]``."""
        menus = page.evaluate("() => fetch('/web/webclient/load_menus').then(answer => answer.json())")
        root = next(menu for menu in menus.values() if menu.get("xmlid") == "omni_base.menu_omni_root")
        found, todo = [], list(root["children"])
        while todo:
            menu = menus[str(todo.pop(0))]
            if menu.get("actionID"):
                found.append((menu["xmlid"].rpartition("menu_omni_")[2], menu["actionID"]))
            todo = menu["children"] + todo
        return found

    def look(self, page, name):
        try:
            page.locator(f"{ROWS}, {EMPTY}, {ERROR}").locator("visible=true").first.wait_for(timeout=20_000)
        except Exception as error:  # it is a fault of the page, whatever it is
            self.wrong(name, f"shows nothing: {str(error).splitlines()[0]}")
        page.locator(BUSY).first.wait_for(state="hidden")
        page.wait_for_timeout(500)  # what slides in has come
        page.screenshot(path=self.pictures / f"{name}.png")
        if page.locator(ERROR).count():
            self.wrong(name, f"says {page.locator(ERROR).first.inner_text()[:200]}")
        if page.locator(EMPTY).locator("visible=true").count() or not page.locator(ROWS).count():
            self.wrong(name, "is empty")
        if (width := page.evaluate("document.documentElement.scrollWidth")) > page.viewport_size["width"]:
            self.wrong(name, f"is {width} px wide")
        if words := {match[0] for match in CRYPTIC.finditer(page.locator("body").inner_text())}:
            self.wrong(name, f"says {', '.join(sorted(words))}")
        self.headings[name] = {text.strip() for text in page.locator(HEADINGS).all_inner_texts()}

    def compare(self):
        """Tell headings that are the same in both languages."""
        for name, headings in self.headings.items():
            if "-fr-" in name:
                english = self.headings.get(name.replace("-fr-", "-en-"), set())
                same = {text for text in headings & english if re.search("[a-z]{3}", text)} - SAME
                if same:
                    self.wrong(name, f"is not translated: {', '.join(sorted(same))}")

    def wrong(self, name, what):
        self.faults.append(f"{name}: {what}")


def main(name="demo", chosen=""):
    with demo_copy.opened(name) as shop:
        look = Look(shop, chosen)
        for language in LANGUAGES:
            shop.serve(language)
            for screen in demo_copy.SCREENS:
                look.walk(language, screen)
    look.compare()
    print(*look.faults, sep="\n")
    return bool(look.faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
